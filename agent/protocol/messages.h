// SPDX-License-Identifier: ISC
// The messages between two hosts, as bytes. agent/protocol/protocol.md describes them; this is that page in C++.
//
// A frame is a 32-bit big-endian size, then that many bytes: one byte of type, then the body. A connection carries one
// request and one reply.
//
// Decoding checks the form of a message and that its names and addresses are valid. It does not check tags, tickets or
// who sent it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "agent/protocol/claim.h"
#include "agent/protocol/facts.h"
#include "agent/protocol/pin.h"
#include "keystore/key/key_proof.h"
#include "platform/base/bytes.h"
#include "platform/base/secret_bytes.h"

namespace agent::wire {

inline constexpr std::size_t frame_header = 4;

/// Whether a message may have this name and this address: neither is empty, and the address is HOST:PORT.
bool is_valid(std::string_view name, std::string_view address);

// Requests.

/// Asks only whether there is a key.
struct Hello {
  bool operator==(const Hello&) const = default;
};
/// Proves the key, and asks for the same proof: agent/protocol/agreement.h.
struct Agree {
  Claim claim;
  keystore::Mac tag{};
  bool operator==(const Agree&) const = default;
};
/// Asks for the key, by a ticket or by the name in a CA's certificate.
struct Join {
  std::array<std::byte, 16> ticket{};
  platform::SecretBytes secret;  // 32 bytes; empty: the host asks as an allowed name of a CA
  std::string name;
  std::string address;
};
/// Asks for the key again, by the pin of the connection. For a host that has lost its key file.
struct Refetch {
  std::string name;
  std::string address;
  bool operator==(const Refetch&) const = default;
};
/// Proves the key, and asks what the host reports about its Ops Manager: agent/protocol/facts_proof.h.
struct AskFacts {
  Claim claim;
  keystore::Mac tag{};
  bool fresh = false;  // the host shall collect them anew, for a later request
  bool operator==(const AskFacts&) const = default;
};
inline constexpr std::uint8_t facts_version = 1;
using Request = std::variant<Hello, Agree, Join, Refetch, AskFacts>;

// Replies.

/// Whether there is a key, and which machine answers.
struct HelloReply {
  bool has_key = false;
  std::array<std::byte, 32> instance{};  // by it a host that meets its own pin tells itself from a copy
  bool operator==(const HelloReply&) const = default;
};
/// The proof of the same key. Sent only to a host that has proved the key.
struct AgreeReply {
  Claim claim;
  keystore::Mac tag{};
  bool operator==(const AgreeReply&) const = default;
};
/// The initiator has proved another key than this host's. No byte of this reply depends on the key.
struct Disagree {
  keystore::Standing standing = keystore::Standing::provisional;
  std::optional<Claim> claim;  // only for a pin that the answering host knows; nobody has proved what it says
  bool operator==(const Disagree&) const = default;
};
struct NoKey {
  bool operator==(const NoKey&) const = default;
};
enum class Refusal : std::uint8_t {
  removed = 1,         // this pin was removed there
  not_a_member = 2,    // refetch: this pin never joined or proved the current key
  not_ready = 3,       // the answering host's own key is not the recorded one, or only provisional
  unknown_ticket = 4,  // that host did not issue it, or the secret is wrong
  used_ticket = 5,     // its uses belong to other hosts, or this host's use is spent
  expired_ticket = 6,  // by the issuer's clock
  banned = 7,          // too many wrong secrets or proofs from here
  not_offered = 8,     // the answering host's configuration does not do this
  yourself = 9,        // the asking host showed the answering host's own identity
  not_allowed = 10,    // the asking host's certificate bears no name that the answering host allows
};
/// For people; "it" is the host that refuses: "the ticket has expired by its clock".
std::string_view describe(Refusal why);
struct Refused {
  Refusal why = Refusal::not_offered;
  bool operator==(const Refused&) const = default;
};
/// A peer in the roster that comes with the key: the sender of the key has met it.
struct ListedPeer {
  Pin pin;
  std::string name;
  std::string address;
  bool operator==(const ListedPeer&) const = default;
};
/// The key itself.
struct Handover {
  platform::SecretBytes key;
  Claim claim;
  std::vector<ListedPeer> roster;
};
/// Sent only to a host that has proved the key.
struct FactsReply {
  keystore::Mac tag{};
  std::uint32_t age = 0;  // milliseconds since they were collected, by the clock of the host that reports them
  Facts facts;
  bool operator==(const FactsReply&) const = default;
};
inline constexpr std::uint32_t never_collected = 0xffffffff;  // as an age
using Reply = std::variant<HelloReply, AgreeReply, Disagree, NoKey, Refused, Handover, FactsReply>;

/// A frame in the memory that its content needs: locked and wiped for a type that carries a secret.
class Frame {
 public:
  explicit Frame(platform::Bytes open) : held_(std::move(open)) {}
  explicit Frame(platform::SecretBytes secret) : held_(std::move(secret)) {}
  /// For reading: `size` bytes, the first of which is the type; without the header.
  static Frame room_for(std::byte type, std::size_t size);

  [[nodiscard]] platform::BytesView bytes() const;
  [[nodiscard]] std::span<std::byte> writable();

 private:
  std::variant<platform::Bytes, platform::SecretBytes> held_;
};
/// With the header. Each name and address must be valid.
Frame encode(const Request& request);
Frame encode(const Reply& reply);

/// The size that a header announces, or nothing when it is zero or beyond `limit`. Asked before memory is taken for it.
std::optional<std::size_t> frame_size(std::span<const std::byte, frame_header> header, std::size_t limit);

/// From a frame without its header. Nothing unless every byte is as protocol.md says; what decodes encodes to the same.
std::optional<Request> decode_request(platform::BytesView frame);
std::optional<Reply> decode_reply(platform::BytesView frame);

/// A claim's own bytes: in messages, in what tags sign, and on the pipe from the child process that asks peers.
platform::Bytes encode(const Claim& claim);
std::optional<Claim> decode_claim(platform::BytesView bytes);

/// What the tag of a reply covers: everything behind it.
platform::Bytes encode_untagged(const FactsReply& reply);

}  // namespace agent::wire
