// SPDX-License-Identifier: ISC
#include "agent/protocol/facts_proof.h"

#include <algorithm>

#include "agent/base/byte_fields.h"

namespace agent {

namespace {

using std::chrono::milliseconds;

constexpr std::string_view label = "genkey-agent facts v1";
constexpr std::string_view setting_prefix = "setting.";
constexpr std::size_t digest_size = 16;

ByteWriter transcript_of(const Channel& channel, const wire::AskFacts& request) {
  ByteWriter out;
  out.counted(label).counted(channel.initiator_spki).counted(channel.responder_spki).counted(channel.exported);
  out.counted(wire::encode(request.claim)).number(wire::facts_version).number(std::uint8_t{request.fresh});
  return out;
}

keystore::Mac responder_tag(const keystore::FactsProof& proof, const Channel& channel, const wire::AskFacts& request,
                            const wire::FactsReply& reply) {
  ByteWriter out = transcript_of(channel, request);
  out.counted(request.tag).counted(wire::encode_untagged(reply));
  return proof.responder_tag(out.bytes());
}

std::uint32_t encoded(const std::optional<milliseconds>& age) {
  if (!age) return wire::never_collected;
  // 49 days and older look alike. Facts are too old after one.
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(age->count(), 0, wire::never_collected - 1));
}

std::string digest_of(const keystore::FactsProof& proof, std::string_view name, std::string_view value) {
  ByteWriter out;
  const auto mac = proof.digest(out.counted(name).counted(value).bytes());
  return platform::hex_encode(platform::BytesView(mac).first(digest_size));
}

}  // namespace

wire::AskFacts ask_for_facts(const keystore::FactsProof& proof, const Channel& channel, const Claim& own, bool fresh) {
  wire::AskFacts request{.claim = own, .tag = {}, .fresh = fresh};
  request.tag = proof.initiator_tag(transcript_of(channel, request).bytes());
  return request;
}

bool is_proof(const keystore::FactsProof& proof, const Channel& channel, const wire::AskFacts& request) {
  return platform::equal_in_constant_time(proof.initiator_tag(transcript_of(channel, request).bytes()), request.tag);
}

wire::FactsReply report_facts(const keystore::FactsProof& proof, const Channel& channel, const wire::AskFacts& request,
                              const ReportedFacts& reported) {
  wire::FactsReply reply{.tag = {}, .age = encoded(reported.age), .facts = reported.facts};
  reply.tag = responder_tag(proof, channel, request, reply);
  return reply;
}

std::optional<ReportedFacts> facts_in(const keystore::FactsProof& proof, const Channel& channel,
                                      const wire::AskFacts& request, const wire::FactsReply& reply) {
  if (!platform::equal_in_constant_time(responder_tag(proof, channel, request, reply), reply.tag)) return std::nullopt;
  const bool collected = reply.age != wire::never_collected;
  return ReportedFacts{reply.facts, collected ? std::optional(milliseconds(reply.age)) : std::nullopt};
}

Facts with_digests(Facts facts, const keystore::FactsProof& proof) {
  for (auto& [name, value] : facts) {
    if (name.starts_with(setting_prefix)) value = digest_of(proof, name.substr(setting_prefix.size()), value);
  }
  return facts;
}

}  // namespace agent
