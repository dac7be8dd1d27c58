// SPDX-License-Identifier: ISC
// Agreement: two hosts prove to each other that they hold the same key, in one round trip after the handshake.
//
//   T     = counted("genkey-agent agree v1", spki_i, spki_r, ekm, claim_i)       counted: 16-bit size, then the bytes
//   tag_i = HMAC(Ki, T)                                                          Ki, Kr: keystore/key/key_proof.h
//   tag_r = HMAC(Kr, T || counted(tag_i, claim_r))
//
// ekm is the TLS exporter of this connection (RFC 8446, 7.5), so a tag cannot be replayed or relayed to another
// connection. T has both public keys besides, because the exporter does not cover the client's certificate. The two
// roles use different keys, so a tag cannot be reflected to its sender as a reply.
//
// The responder sends no byte that depends on the key before the initiator has proved the key. The initiator shows its
// tag to anybody; with a key of 24 random bytes the tag gives nothing away. A key that is weak by its bytes could be
// guessed from it, so such a tag must not be sent to strangers; the caller ensures that.
//
// The key is never used as a TLS pre-shared key: one key for a whole group allows reflection (RFC 9257, 4.1).
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

/// What both sides of one connection have in common. agent/transport/tls.h fills it after the handshake.
struct Channel {
  platform::Bytes initiator_spki;
  platform::Bytes responder_spki;
  std::array<std::byte, 32> exported{};
};

wire::Agree prove_as_initiator(const keystore::KeyProof& proof, const Channel& channel, const Claim& own);
/// The reply to a request whose tag is right; nothing when the tag is wrong.
std::optional<wire::AgreeReply> prove_as_responder(const keystore::KeyProof& proof, const Channel& channel,
                                                   const wire::Agree& request, const Claim& own);
/// Whether the reply to `request` proves the same key. Only then may the reply's claim be believed.
bool is_proof(const keystore::KeyProof& proof, const Channel& channel, const wire::Agree& request,
              const wire::AgreeReply& reply);

}  // namespace agent
