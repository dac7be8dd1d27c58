// SPDX-License-Identifier: ISC
// What a key can show without being revealed: a witness for its own host, and tags that another holder of the key can
// check.
//
//   PRK     = HKDF-Extract(salt = "genkey-agent v1", gen.key)                  RFC 5869 with SHA-256
//   Ki, Kr  = HKDF-Expand(PRK, "initiator v1" | "responder v1", 32)
//   Kw      = HKDF-Expand(PRK, "witness v1", 32)
//   witness = HMAC-SHA256(Kw, fleet_id (16) || generation (4, big-endian))
//   Ks      = HKDF-Expand(PRK, "host state v1", 32)
//   Kfi, Kfr, Kfd = HKDF-Expand(PRK, "facts initiator v1" | "facts responder v1" | "facts digest v1", 32)
//
// Ops Manager encrypts with gen.key. Here it is only the input of HKDF, so that nothing that this program shows or
// stores tells anything about that encryption. Different labels keep the uses apart: a tag for one use is never valid
// for another. Ki and Kr sign the transcripts of agent/protocol/agreement.h, Ks what agent/backups/host_state.h makes,
// the last three what agent/protocol/facts_proof.h describes.
//
// A witness or a tag lets somebody test guesses of the key offline. With 24 random bytes that is hopeless; with a key
// that is weak by its bytes it is not.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>

#include "keystore/key/gen_key.h"
#include "platform/base/bytes.h"

namespace keystore {

using Mac = std::array<std::byte, 32>;

/// Names a fleet: 16 random bytes, made with its first key and unrelated to the key. Public.
struct FleetId {
  std::array<std::byte, 16> bytes{};

  static FleetId random();
  [[nodiscard]] std::string hex() const { return platform::hex_encode(bytes); }
  auto operator<=>(const FleetId&) const = default;
};

class KeyProof {
 public:
  /// Derives all keys once, so that proving to many peers is cheap. Throws std::runtime_error when OpenSSL has no HKDF
  /// or HMAC; every function here throws it.
  explicit KeyProof(const GenKey& key);

  [[nodiscard]] Mac witness(const FleetId& fleet, std::uint32_t generation) const;
  [[nodiscard]] Mac initiator_tag(platform::BytesView transcript) const;
  [[nodiscard]] Mac responder_tag(platform::BytesView transcript) const;
  [[nodiscard]] Mac host_state_tag(const platform::SecretBytes& state) const;

 private:
  enum class Use : std::uint8_t { initiator, responder, witness, host_state };
  [[nodiscard]] platform::BytesView derived(Use use) const;

  platform::SecretBytes keys_;  // all four in one allocation: each locked allocation takes whole pages
};

/// The same for facts, which hosts ask for less often: their keys are derived only where facts are asked or answered.
class FactsProof {
 public:
  explicit FactsProof(const GenKey& key);

  [[nodiscard]] Mac initiator_tag(platform::BytesView transcript) const;
  [[nodiscard]] Mac responder_tag(platform::BytesView transcript) const;
  /// Lets two holders of the key compare values that neither shows.
  [[nodiscard]] Mac digest(platform::BytesView message) const;

 private:
  enum class Use : std::uint8_t { initiator, responder, digest };
  [[nodiscard]] platform::BytesView derived(Use use) const;

  platform::SecretBytes keys_;
};

}  // namespace keystore
