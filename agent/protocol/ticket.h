// A ticket: what `invite` prints and `join` takes. One line, "gka1_" and base64url of
//
//   version (1, = 1) | pin of the inviter (32) | ticket id (16) | secret (32) | count (1) | addresses, counted each
//
// The id finds the ticket at its issuer and says nothing of the secret, so that it may be logged.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "agent/protocol/address.h"
#include "agent/protocol/pin.h"
#include "platform/base/result.h"
#include "platform/base/secret_bytes.h"

namespace agent {

using TicketId = std::array<std::byte, 16>;

class TicketSecret {
 public:
  static constexpr std::size_t size = 32;
  static TicketSecret generate();
  static platform::Result<TicketSecret> create(platform::SecretBytes bytes);

  /// What the issuer keeps. The secret has 256 random bits, so nothing can be guessed from it.
  [[nodiscard]] std::array<std::byte, 32> digest() const;
  [[nodiscard]] platform::SecretBytes duplicate() const { return bytes_.duplicate(); }
  [[nodiscard]] std::span<const std::byte> reveal() const { return bytes_.reveal(); }

 private:
  explicit TicketSecret(platform::SecretBytes bytes) : bytes_(std::move(bytes)) {}
  platform::SecretBytes bytes_;
};

struct Ticket {
  Pin inviter;
  TicketId id{};
  TicketSecret secret;
  std::vector<Address> addresses;
};

/// The one line, without its end.
platform::SecretBytes encode(const Ticket& ticket);
/// bad_ticket, saying what is wrong; white space around it is dropped, and nothing of it is repeated.
platform::Result<Ticket> decode_ticket(const platform::SecretBytes& text);

}  // namespace agent
