// What a key can show without being revealed: a witness for its own host, and tags that another holder can check.
//
//   PRK     = HKDF-Extract(salt = "genkey-agent v1", gen.key)                  RFC 5869 with SHA-256
//   Ki, Kr  = HKDF-Expand(PRK, "initiator v1" | "responder v1", 32)
//   Kw      = HKDF-Expand(PRK, "witness v1", 32)
//   witness = HMAC-SHA256(Kw, fleet_id (16) || generation (4, big-endian))
//   Ks      = HKDF-Expand(PRK, "host state v1", 32)
//
// Different labels keep the uses apart: no tag of one kind is ever one of another. The transcripts that Ki and Kr sign
// are made in agent/protocol/agreement.h; what Ks signs, in agent/backups/host_state.h.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>

#include "keystore/key/gen_key.h"
#include "platform/base/bytes.h"

namespace keystore {

using Mac = std::array<std::byte, 32>;

/// Names a fleet: 16 random public bytes, made with its first key.
struct FleetId {
  std::array<std::byte, 16> bytes{};

  static FleetId random();
  [[nodiscard]] std::string hex() const { return platform::hex_encode(bytes); }
  auto operator<=>(const FleetId&) const = default;
};

class KeyProof {
 public:
  /// Derives once; cheap to use for many peers. Throws std::runtime_error when OpenSSL has no HKDF or HMAC.
  explicit KeyProof(const GenKey& key);

  [[nodiscard]] Mac witness(const FleetId& fleet, std::uint32_t generation) const;
  [[nodiscard]] Mac initiator_tag(platform::BytesView transcript) const;
  [[nodiscard]] Mac responder_tag(platform::BytesView transcript) const;
  [[nodiscard]] Mac host_state_tag(const platform::SecretBytes& state) const;

 private:
  enum class Use : std::uint8_t { initiator, responder, witness, host_state };
  [[nodiscard]] platform::BytesView derived(Use use) const;

  platform::SecretBytes keys_;  // one after the other: locked memory comes by the page
};

}  // namespace keystore
