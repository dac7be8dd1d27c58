// SPDX-License-Identifier: ISC
#include "tests/adversary/messages.h"

#include <array>

namespace adversary {

namespace {

namespace wire = agent::wire;

std::string describe(const wire::HelloReply& reply) { return reply.has_key ? "hello with key" : "hello without key"; }
std::string describe(const wire::AgreeReply& /*reply*/) { return "agree"; }
std::string describe(const wire::Disagree& reply) { return reply.claim ? "disagree with a claim" : "disagree"; }
std::string describe(const wire::NoKey& /*reply*/) { return "no-key"; }
std::string describe(const wire::Refused& reply) { return "refused " + std::to_string(static_cast<int>(reply.why)); }
std::string describe(const wire::Handover& /*reply*/) { return "handover"; }
std::string describe(const wire::FactsReply& /*reply*/) { return "facts"; }

platform::Bytes copy_of(const wire::Frame& frame) { return {frame.bytes().begin(), frame.bytes().end()}; }

}  // namespace

platform::Bytes bytes_of(const wire::Request& request) { return copy_of(wire::encode(request)); }
platform::Bytes bytes_of(const wire::Reply& reply) { return copy_of(wire::encode(reply)); }

std::string describe_request(platform::BytesView frame) {
  static constexpr std::array names = {"hello", "agree", "join", "refetch", "facts"};
  const auto request = wire::decode_request(frame);
  return request ? names.at(request->index()) : "nonsense";
}

std::string describe_reply(platform::BytesView frame) {
  const auto reply = wire::decode_reply(frame);
  return reply ? std::visit([](const auto& message) { return describe(message); }, *reply) : "nonsense";
}

}  // namespace adversary
