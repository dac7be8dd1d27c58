// SPDX-License-Identifier: ISC
#include "agent/protocol/messages.h"

#include <algorithm>

#include "agent/base/byte_fields.h"
#include "agent/base/limits.h"
#include "agent/protocol/address.h"
#include "keystore/key/gen_key.h"
#include "platform/base/enum_count.h"

namespace agent::wire {

namespace {

using platform::Bytes;
using platform::BytesView;
using platform::SecretBytes;

// The numbers of agent/protocol/protocol.md. Hosts of different versions exchange them, so a number keeps its meaning
// for good. Replies have the high bit: a request that is sent back to its sender is never read as a reply.
enum class Type : std::uint8_t {
  hello = 0x01,
  agree = 0x02,
  join = 0x03,
  refetch = 0x04,
  facts = 0x05,
  hello_reply = 0x81,
  agree_reply = 0x82,
  disagree = 0x83,
  no_key = 0x84,
  refused = 0x85,
  handover = 0x86,
  facts_reply = 0x87,
};

constexpr std::size_t ticket_secret_size = 32;  // TicketSecret::size in agent/protocol/ticket.h

// The size counts the type, so an empty frame does not exist.
void write_head(ByteWriter& out, Type type, std::size_t body) {
  out.number(static_cast<std::uint32_t>(1 + body)).number(static_cast<std::uint8_t>(type));
}

Frame frame(Type type, BytesView body) {
  ByteWriter out;
  write_head(out, type, body.size());
  return Frame(out.raw(body).take());
}

// Put together in locked memory of the final size: a ByteWriter would leave a copy of the secret in ordinary memory
// each time it grows. In both messages the secret part stands first.
Frame secret_frame(Type type, BytesView secret, BytesView rest) {
  ByteWriter head;
  write_head(head, type, secret.size() + rest.size());
  SecretBytes whole(head.bytes().size() + secret.size() + rest.size());
  auto at = std::ranges::copy(head.bytes(), whole.reveal_for_writing().begin()).out;
  at = std::ranges::copy(secret, at).out;
  std::ranges::copy(rest, at);
  return Frame(std::move(whole));
}

// Also what the tags sign: both sides must come to the same bytes, so a claim has this one encoding.
void write(ByteWriter& out, const Claim& claim) {
  out.raw(claim.fleet.bytes).number(claim.generation).number(static_cast<std::uint8_t>(claim.standing));
  out.counted(claim.name).counted(claim.address);
}

Frame encode_body(const Hello& /*hello*/) { return frame(Type::hello, {}); }

Frame encode_body(const Agree& agree) {
  ByteWriter out;
  write(out, agree.claim);
  return frame(Type::agree, out.raw(agree.tag).bytes());
}

Frame encode_body(const Join& join) {
  SecretBytes secret(1 + join.secret.size());
  secret.reveal_for_writing()[0] = static_cast<std::byte>(join.secret.size());
  std::ranges::copy(join.secret.reveal(), secret.reveal_for_writing().begin() + 1);
  ByteWriter out;
  out.raw(join.ticket).counted(join.name).counted(join.address);
  return secret_frame(Type::join, secret.reveal(), out.bytes());
}

Frame encode_body(const Refetch& refetch) {
  ByteWriter out;
  return frame(Type::refetch, out.counted(refetch.name).counted(refetch.address).bytes());
}

Frame encode_body(const AskFacts& request) {
  ByteWriter out;
  out.number(facts_version);
  write(out, request.claim);
  return frame(Type::facts, out.raw(request.tag).number(std::uint8_t{request.fresh}).bytes());
}

// Anybody gets this reply, so nothing in it may depend on the bytes of the key.
Frame encode_body(const HelloReply& reply) {
  ByteWriter out;
  return frame(Type::hello_reply, out.number(std::uint8_t{reply.has_key}).raw(reply.instance).bytes());
}

Frame encode_body(const AgreeReply& reply) {
  ByteWriter out;
  write(out, reply.claim);
  return frame(Type::agree_reply, out.raw(reply.tag).bytes());
}

// The fields are public: this goes to a caller that may be trying keys. Whether the caller may see the claim is the
// listener's decision, which knows the pin.
Frame encode_body(const Disagree& reply) {
  ByteWriter out;
  out.number(static_cast<std::uint8_t>(reply.standing)).number(std::uint8_t{reply.claim.has_value()});
  if (reply.claim) write(out, *reply.claim);
  return frame(Type::disagree, out.bytes());
}

Frame encode_body(const NoKey& /*reply*/) { return frame(Type::no_key, {}); }

Frame encode_body(const Refused& reply) {
  ByteWriter out;
  return frame(Type::refused, out.number(static_cast<std::uint8_t>(reply.why)).bytes());
}

// No tag covers it: the receiver has demanded this sender's pin before it asked, and TLS protects the rest.
Frame encode_body(const Handover& reply) {
  ByteWriter out;
  write(out, reply.claim);
  out.number(static_cast<std::uint16_t>(reply.roster.size()));
  for (const ListedPeer& member : reply.roster) out.raw(member.pin.bytes).counted(member.name).counted(member.address);
  return secret_frame(Type::handover, reply.key.reveal(), out.bytes());
}

Frame encode_body(const FactsReply& reply) {
  ByteWriter out;
  return frame(Type::facts_reply, out.raw(reply.tag).raw(encode_untagged(reply)).bytes());
}

// A standing that this version does not know is refused, and not taken for the nearest one: a standing is evidence.
std::optional<keystore::Standing> read_standing(ByteReader& in) {
  const auto number = in.number<std::uint8_t>();
  if (number >= platform::enum_count<keystore::Standing>()) return std::nullopt;
  return static_cast<keystore::Standing>(number);
}

// Only 0 and 1. What decodes must encode to the same bytes; the fuzzers check that.
std::optional<bool> read_truth(ByteReader& in) {
  const auto number = in.number<std::uint8_t>();
  return number > 1 ? std::nullopt : std::optional(number == 1);
}

// Every text from a peer passes here. Checked where it arrives, so that no later code has to think of terminals, or of
// an address to which nobody can connect.
bool read_name_and_address(ByteReader& in, std::string& name, std::string& address) {
  name = in.counted_text();
  address = in.counted_text();
  return is_valid(name, address);
}

// Any generation is accepted: whether one can be true depends on the host's own record, which this unit does not know.
std::optional<Claim> read_claim(ByteReader& in) {
  Claim claim;
  in.fill(claim.fleet.bytes);
  claim.generation = in.number<std::uint32_t>();
  const auto standing = read_standing(in);
  if (!standing || !read_name_and_address(in, claim.name, claim.address)) return std::nullopt;
  claim.standing = *standing;
  return claim;
}

// The decoded message outlives the frame that it was read from.
SecretBytes copy_secret(BytesView bytes) {
  SecretBytes secret(bytes.size());
  std::ranges::copy(bytes, secret.reveal_for_writing().begin());
  return secret;
}

// Fields that were cut off have been read as zeros by now, and this is where that message is refused. Bytes behind the
// last field are refused too: no tag covers them.
template <class Message>
std::optional<Message> finished(const ByteReader& in, Message message) {
  return in.finished() ? std::optional(std::move(message)) : std::nullopt;
}

std::optional<Agree> decode_agree(ByteReader& in) {
  auto claim = read_claim(in);
  if (!claim) return std::nullopt;
  Agree agree{std::move(*claim), {}};
  in.fill(agree.tag);
  return finished(in, std::move(agree));
}

std::optional<Join> decode_join(ByteReader& in) {
  // A whole secret or none. None is a request without a ticket, and never a ticket whose secret is empty.
  const std::size_t size = in.number<std::uint8_t>();
  if (size != 0 && size != ticket_secret_size) return std::nullopt;
  Join join;
  join.secret = copy_secret(in.raw(size));
  in.fill(join.ticket);
  if (!read_name_and_address(in, join.name, join.address)) return std::nullopt;
  return finished(in, std::move(join));
}

std::optional<Refetch> decode_refetch(ByteReader& in) {
  Refetch refetch;
  if (!read_name_and_address(in, refetch.name, refetch.address)) return std::nullopt;
  return finished(in, std::move(refetch));
}

std::optional<AskFacts> decode_facts_request(ByteReader& in) {
  if (in.number<std::uint8_t>() != facts_version) return std::nullopt;
  auto claim = read_claim(in);
  if (!claim) return std::nullopt;
  AskFacts request{.claim = std::move(*claim), .tag = {}, .fresh = false};
  in.fill(request.tag);
  const auto fresh = read_truth(in);
  if (!fresh) return std::nullopt;
  request.fresh = *fresh;
  return finished(in, std::move(request));
}

std::optional<HelloReply> decode_hello_reply(ByteReader& in) {
  const auto has_key = read_truth(in);
  if (!has_key) return std::nullopt;
  HelloReply reply{*has_key, {}};
  in.fill(reply.instance);
  return finished(in, reply);
}

std::optional<AgreeReply> decode_agree_reply(ByteReader& in) {
  auto claim = read_claim(in);
  if (!claim) return std::nullopt;
  AgreeReply reply{std::move(*claim), {}};
  in.fill(reply.tag);
  return finished(in, std::move(reply));
}

std::optional<Disagree> decode_disagree(ByteReader& in) {
  const auto standing = read_standing(in);
  const auto has_claim = read_truth(in);
  if (!standing || !has_claim) return std::nullopt;
  Disagree reply{*standing, std::nullopt};
  if (!*has_claim) return finished(in, reply);
  reply.claim = read_claim(in);
  return reply.claim ? finished(in, std::move(reply)) : std::nullopt;
}

std::optional<Refused> decode_refused(ByteReader& in) {
  const auto why = in.number<std::uint8_t>();
  constexpr std::uint8_t first = 1;
  if (why < first || why >= platform::enum_count<Refusal, first>()) return std::nullopt;
  return finished(in, Refused{static_cast<Refusal>(why)});
}

std::optional<Handover> decode_handover(ByteReader& in) {
  Handover reply;
  // Bytes and not yet a GenKey: a frame that is too short gives fewer, and finished() refuses it below.
  reply.key = copy_secret(in.raw(keystore::GenKey::size));
  auto claim = read_claim(in);
  if (!claim) return std::nullopt;
  reply.claim = std::move(*claim);
  // The count is bounded before the loop, and the loop ends at the first missing byte: a count that the frame does not
  // hold costs nothing.
  const std::size_t count = in.number<std::uint16_t>();
  if (count > limits::roster_in_handover) return std::nullopt;
  for (std::size_t at = 0; at < count && in.complete(); ++at) {
    ListedPeer member;
    in.fill(member.pin.bytes);
    if (!read_name_and_address(in, member.name, member.address)) return std::nullopt;
    reply.roster.push_back(std::move(member));
  }
  return finished(in, std::move(reply));
}

std::optional<FactsReply> decode_facts_reply(ByteReader& in) {
  FactsReply reply;
  in.fill(reply.tag);
  reply.age = in.number<std::uint32_t>();
  auto facts = read_facts(in);
  if (!facts) return std::nullopt;
  reply.facts = std::move(*facts);
  return finished(in, std::move(reply));
}

// An optional of one message does not convert to an optional of the variant by itself.
template <class Variant, class Message>
std::optional<Variant> as(std::optional<Message> message) {
  return message ? std::optional<Variant>(std::move(*message)) : std::nullopt;
}

}  // namespace

bool is_valid(std::string_view name, std::string_view address) {
  return !name.empty() && is_plain_name(name) && is_written_address(address);
}

// Fixed sentences: a peer can choose which one is shown, and nothing of its text.
std::string_view describe(Refusal why) {
  switch (why) {
    case Refusal::removed: return "it has removed this host from its peers";
    case Refusal::not_a_member: return "it does not know this host as a member of its fleet";
    case Refusal::not_ready: return "its own key is not confirmed, so it hands out none";
    case Refusal::unknown_ticket: return "it has issued no such ticket, or has revoked it";
    case Refusal::used_ticket: return "the ticket has been used up";
    case Refusal::expired_ticket: return "the ticket has expired by its clock";
    case Refusal::banned:
      return "too many wrong tickets or proofs came from this host or its address; it answers again within ten minutes";
    case Refusal::not_offered: return "its configuration does not offer that";
    case Refusal::yourself: return "it has the same identity as this host";
    case Refusal::not_allowed: return "its [tls] allow has no name of this host's certificate";
  }
  __builtin_unreachable();
}

BytesView Frame::bytes() const {
  if (const auto* open = std::get_if<Bytes>(&held_)) return *open;
  return std::get<SecretBytes>(held_).reveal();
}

std::span<std::byte> Frame::writable() {
  if (auto* open = std::get_if<Bytes>(&held_)) return *open;
  return std::get<SecretBytes>(held_).reveal_for_writing();
}

// Decided by the type, before the content arrives: a secret must never be in ordinary memory, not even on its way in.
Frame Frame::room_for(std::byte type, std::size_t size) {
  const bool secret = type == static_cast<std::byte>(Type::join) || type == static_cast<std::byte>(Type::handover);
  Frame frame = secret ? Frame(SecretBytes(size)) : Frame(Bytes(size));
  frame.writable().front() = type;
  return frame;
}

Frame encode(const Request& request) {
  return std::visit([](const auto& message) { return encode_body(message); }, request);
}

Frame encode(const Reply& reply) {
  return std::visit([](const auto& message) { return encode_body(message); }, reply);
}

// `limit` differs by side: a listener reads strangers' requests, an initiator the larger reply that it asked for.
std::optional<std::size_t> frame_size(std::span<const std::byte, frame_header> header, std::size_t limit) {
  const auto size = ByteReader(header).number<std::uint32_t>();
  return size == 0 || size > limit ? std::nullopt : std::optional<std::size_t>(size);
}

std::optional<Request> decode_request(BytesView frame) {
  ByteReader in(frame);
  switch (static_cast<Type>(in.number<std::uint8_t>())) {
    case Type::hello: return as<Request>(finished(in, Hello{}));
    case Type::agree: return as<Request>(decode_agree(in));
    case Type::join: return as<Request>(decode_join(in));
    case Type::refetch: return as<Request>(decode_refetch(in));
    case Type::facts: return as<Request>(decode_facts_request(in));
    case Type::hello_reply:
    case Type::agree_reply:
    case Type::disagree:
    case Type::no_key:
    case Type::refused:
    case Type::handover:
    case Type::facts_reply: break;
  }
  return std::nullopt;  // a reply, or a number that is not ours: a peer may send any byte
}

std::optional<Reply> decode_reply(BytesView frame) {
  ByteReader in(frame);
  switch (static_cast<Type>(in.number<std::uint8_t>())) {
    case Type::hello_reply: return as<Reply>(decode_hello_reply(in));
    case Type::agree_reply: return as<Reply>(decode_agree_reply(in));
    case Type::disagree: return as<Reply>(decode_disagree(in));
    case Type::no_key: return as<Reply>(finished(in, NoKey{}));
    case Type::refused: return as<Reply>(decode_refused(in));
    case Type::handover: return as<Reply>(decode_handover(in));
    case Type::facts_reply: return as<Reply>(decode_facts_reply(in));
    case Type::hello:
    case Type::agree:
    case Type::join:
    case Type::refetch:
    case Type::facts: break;
  }
  return std::nullopt;  // a request, or a number that is not ours
}

Bytes encode(const Claim& claim) {
  ByteWriter out;
  write(out, claim);
  return out.take();
}

Bytes encode_untagged(const FactsReply& reply) {
  ByteWriter out;
  write(out.number(reply.age), reply.facts);
  return out.take();
}

// As strict as for a peer. The child that sends this is unprivileged and talks to peers, so root does not trust it.
std::optional<Claim> decode_claim(BytesView bytes) {
  ByteReader in(bytes);
  auto claim = read_claim(in);
  return claim ? finished(in, std::move(*claim)) : std::nullopt;
}

}  // namespace agent::wire
