// Agreement: two hosts prove to each other that they hold the same key, in one round trip after the handshake.
//
//   T     = counted("genkey-agent agree v1", spki_i, spki_r, ekm, claim_i)       counted: 16-bit size, then the bytes
//   tag_i = HMAC(Ki, T)                                                          Ki, Kr: keystore/key/key_proof.h
//   tag_r = HMAC(Kr, T || counted(tag_i, claim_r))
//
// ekm is the TLS exporter of this very connection, so that nothing can be replayed or relayed; both public keys are in
// T besides, because the exporter does not cover the client's certificate. The responder shows a keyed byte only to
// whoever has already proved the key.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "agent/protocol/claim.h"
#include "agent/protocol/messages.h"
#include "keystore/key/key_proof.h"
#include "platform/base/bytes.h"

namespace agent {

/// TLS exporter label; the context is spki_i || spki_r.
inline constexpr std::string_view exporter_label = "EXPORTER-genkey-agent agree v1";

/// What both sides of one connection have in common.
struct Channel {
  platform::Bytes initiator_spki;
  platform::Bytes responder_spki;
  std::array<std::byte, 32> exported{};
};

wire::Agree prove_as_initiator(const keystore::KeyProof& proof, const Channel& channel, const Claim& own);
/// The reply to a request whose tag is right; nothing when it is not.
std::optional<wire::AgreeReply> prove_as_responder(const keystore::KeyProof& proof, const Channel& channel,
                                                   const wire::Agree& request, const Claim& own);
/// Whether the reply to `request` proves the same key.
bool is_proof(const keystore::KeyProof& proof, const Channel& channel, const wire::Agree& request,
              const wire::AgreeReply& reply);

}  // namespace agent
