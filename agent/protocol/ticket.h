// SPDX-License-Identifier: ISC
// A ticket: what `invite` prints and `join` takes. One line, "gka1_" and base64url (RFC 4648, 5, no padding) of
//
//   version (1, = 1) | pin of the inviter (32) | ticket id (16) | secret (32) | count (1) | addresses, counted each
//
// Whoever has the line can get the key, once for each use. The joiner demands the inviter's pin before it sends the
// secret, so a false host at one of the addresses learns nothing. The id is random and unrelated to the secret, so it
// may be logged. There is no expiry in it: only the issuer's clock counts, because clocks of two hosts differ.
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

  /// SHA-256, which the issuer keeps instead of the secret. No salt and no slow hash: nobody can guess 256 random bits.
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

/// The line, without its end.
platform::SecretBytes encode(const Ticket& ticket);
/// White space at the ends is dropped, and an editor's mark before the text. Fails with bad_ticket and says what is
/// wrong, without repeating any of the text.
platform::Result<Ticket> decode_ticket(const platform::SecretBytes& text);

}  // namespace agent
