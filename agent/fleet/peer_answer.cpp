// SPDX-License-Identifier: ISC
#include "agent/fleet/peer_answer.h"

#include <algorithm>
#include <array>

#include "agent/base/byte_fields.h"
#include "agent/base/limits.h"
#include "platform/base/enum_count.h"

namespace agent {

namespace {

using platform::Bytes;
using platform::BytesView;

// The second "disagree" is has_key. Consumers of the JSON have always been given that word, so it stays.
constexpr std::array<std::string_view, 10> result_names = {
    "agree", "disagree", "disagree", "no-key", "unreachable", "untrusted", "incompatible", "clone", "self", "removed"};
static_assert(result_names.size() == platform::enum_count<PeerResult>());
// Details may quote a library's message, which has no bound of its own.
constexpr std::size_t longest_detail = 512;

// The wire's own decoder is fuzzed and checks every field, so the giver travels as that message. The key in it is
// empty, because the key itself goes apart, as a secret.
wire::Handover as_message(const KeyGiver& giver) { return {platform::SecretBytes(24), giver.claim, giver.roster}; }

void write(ByteWriter& out, const PeerAnswer& answer) {
  out.number(static_cast<std::uint8_t>(answer.result)).number(static_cast<std::uint8_t>(answer.standing));
  out.counted(std::string_view(answer.detail).substr(0, longest_detail));
  out.number(std::uint8_t{answer.wants_adding});
  out.number(std::uint8_t{answer.pin.has_value()});
  if (answer.pin) out.raw(answer.pin->bytes);
  out.counted(answer.claim ? wire::encode(*answer.claim) : Bytes());
  out.number(std::uint8_t{answer.instance.has_value()});
  if (answer.instance) out.raw(*answer.instance);
}

std::optional<PeerAnswer> read(ByteReader& in, const Address& asked) {
  PeerAnswer answer{.asked = asked};
  const auto result = in.number<std::uint8_t>();
  const auto standing = in.number<std::uint8_t>();
  // These bytes come from a process that talked to strangers. A value outside the enum would be undefined behaviour in
  // each switch that follows.
  if (result >= result_names.size() || standing >= platform::enum_count<keystore::Standing>()) return std::nullopt;
  answer.result = static_cast<PeerResult>(result);
  answer.standing = static_cast<keystore::Standing>(standing);
  // Only printable text: root prints it on a terminal.
  answer.detail = in.counted_printable();
  answer.wants_adding = in.number<std::uint8_t>() == 1;
  if (in.number<std::uint8_t>() == 1) {
    answer.pin.emplace();
    in.fill(answer.pin->bytes);
  }
  // A damaged claim spoils the whole answer. Treating it as a missing claim could hide a disagreement about the fleet.
  const BytesView claim = in.counted();
  if (!claim.empty()) answer.claim = wire::decode_claim(claim);
  if (in.number<std::uint8_t>() == 1) {
    answer.instance.emplace();
    in.fill(*answer.instance);
  }
  const bool sound = in.complete() && answer.detail.size() <= longest_detail && (claim.empty() || answer.claim);
  return sound ? std::optional(std::move(answer)) : std::nullopt;
}

}  // namespace

std::string_view name_of(PeerResult result) { return result_names.at(static_cast<std::size_t>(result)); }

std::optional<PeerResult> result_named(std::string_view name) {
  const auto found = std::ranges::find(result_names, name);
  if (found == result_names.end()) return std::nullopt;
  return static_cast<PeerResult>(found - result_names.begin());
}

bool shows_standing(PeerResult result) {
  switch (result) {
    // These three have a key, so their standing matters to the gate. The others have sent none.
    case PeerResult::agree:
    case PeerResult::disagree:
    case PeerResult::has_key: return true;
    case PeerResult::no_key:
    case PeerResult::unreachable:
    case PeerResult::untrusted:
    case PeerResult::incompatible:
    case PeerResult::clone:
    case PeerResult::self:
    case PeerResult::removed: return false;
  }
  __builtin_unreachable();
}

Bytes encode(const std::vector<PeerAnswer>& answers) {
  ByteWriter out;
  for (const PeerAnswer& answer : answers) write(out, answer);
  return out.take();
}

std::optional<std::vector<PeerAnswer>> decode_answers(BytesView bytes, const std::vector<Address>& asked) {
  ByteReader in(bytes);
  std::vector<PeerAnswer> answers;
  // The addresses are not in the bytes: the parent knows whom it asked. A child that was taken over cannot move an
  // answer to an address that nobody asked.
  for (const Address& address : asked) {
    auto answer = read(in, address);
    if (!answer) return std::nullopt;
    answers.push_back(std::move(*answer));
  }
  // Bytes left over mean that the two processes do not agree about the format, and then no answer can be trusted.
  return in.finished() ? std::optional(std::move(answers)) : std::nullopt;
}

Bytes encode(const KeyGiver& giver) {
  ByteWriter out;
  out.counted(giver.from.text()).raw(giver.pin.bytes);
  const auto frame = wire::encode(wire::Reply(as_message(giver)));
  return out.raw(frame.bytes().subspan(wire::frame_header)).take();
}

std::optional<KeyGiver> decode_giver(BytesView bytes) {
  ByteReader in(bytes);
  const auto from = parse_address(in.counted_text());
  KeyGiver giver;
  in.fill(giver.pin.bytes);
  if (!from || !in.complete()) return std::nullopt;
  auto reply = wire::decode_reply(in.rest());
  // Any other message would decode just as well, and would say nothing about a giver.
  auto* handover = reply ? std::get_if<wire::Handover>(&*reply) : nullptr;
  if (handover == nullptr) return std::nullopt;
  giver.from = *from;
  giver.claim = std::move(handover->claim);
  giver.roster = std::move(handover->roster);
  return giver;
}

}  // namespace agent
