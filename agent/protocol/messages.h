// The messages between two hosts, as bytes. agent/protocol/protocol.md draws them; this is that page in C++.
//
// A frame is a 32-bit big-endian size, then that many bytes: one byte of type, then the body. One request and one reply
// go over a connection, whichever the request is.
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
#include "agent/protocol/pin.h"
#include "keystore/key/key_proof.h"
#include "platform/base/bytes.h"
#include "platform/base/secret_bytes.h"

namespace agent::wire {

inline constexpr std::size_t frame_header = 4;

// Requests.
struct Hello {
  bool operator==(const Hello&) const = default;
};
struct Agree {
  Claim claim;
  keystore::Mac tag{};
  bool operator==(const Agree&) const = default;
};
struct Join {
  std::array<std::byte, 16> ticket{};
  platform::SecretBytes secret;  // 32 bytes; none at all asks as an allowed name of a CA
  std::string name;
  std::string address;
};
struct Refetch {
  std::string name;
  std::string address;
  bool operator==(const Refetch&) const = default;
};
using Request = std::variant<Hello, Agree, Join, Refetch>;

// Replies.
struct HelloReply {
  bool has_key = false;
  std::array<std::byte, 32> instance{};  // platform::instance_id: "this host itself" or a copy of it
  bool operator==(const HelloReply&) const = default;
};
struct AgreeReply {
  Claim claim;
  keystore::Mac tag{};
  bool operator==(const AgreeReply&) const = default;
};
struct Disagree {
  keystore::Standing standing = keystore::Standing::provisional;
  std::optional<Claim> claim;  // only for a pin that the answering host knows
  bool operator==(const Disagree&) const = default;
};
struct NoKey {
  bool operator==(const NoKey&) const = default;
};
enum class Refusal : std::uint8_t {
  removed = 1,         // this pin was removed there
  not_a_member = 2,    // refetch: this pin never joined or proved the current key
  not_ready = 3,       // the answering host's own key is not the recorded one, or only provisional
  unknown_ticket = 4,  // nobody issued it there, or its secret is another
  used_ticket = 5,     // its uses belong to other hosts, or this host's use is spent
  expired_ticket = 6,  // by the issuer's clock
  banned = 7,          // too many wrong secrets from here
  not_offered = 8,     // the answering host's configuration does not do this
  yourself = 9,        // the asking host showed the answering host's own identity
  not_allowed = 10,    // the asking host's certificate bears no name that the answering host allows
};
/// For people: "the ticket has expired by its clock".
std::string_view describe(Refusal why);
struct Refused {
  Refusal why = Refusal::not_offered;
  bool operator==(const Refused&) const = default;
};
struct Member {
  Pin pin;
  std::string name;
  std::string address;
  bool operator==(const Member&) const = default;
};
struct Handover {
  platform::SecretBytes key;
  Claim claim;
  std::vector<Member> roster;
};
using Reply = std::variant<HelloReply, AgreeReply, Disagree, NoKey, Refused, Handover>;

/// A frame in memory fit for what it holds: locked and wiped where that is a secret.
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
/// With the header.
Frame encode(const Request& request);
Frame encode(const Reply& reply);

/// The size that a header announces, or nothing when it is zero or beyond `limit`.
std::optional<std::size_t> frame_size(std::span<const std::byte, frame_header> header, std::size_t limit);

/// From a frame without its header; nothing unless every byte is as the page says.
std::optional<Request> decode_request(platform::BytesView frame);
std::optional<Reply> decode_reply(platform::BytesView frame);

/// A claim's own bytes: in messages, in what tags sign, and on the pipe to the parent.
platform::Bytes encode(const Claim& claim);
std::optional<Claim> decode_claim(platform::BytesView bytes);

}  // namespace agent::wire
