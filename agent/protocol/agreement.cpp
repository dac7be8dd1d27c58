// SPDX-License-Identifier: ISC
#include "agent/protocol/agreement.h"

#include "agent/base/byte_fields.h"
#include "platform/base/secret_bytes.h"

namespace agent {

namespace {

constexpr std::string_view label = "genkey-agent agree v1";

// Each field is counted: otherwise bytes could move from one field to the next without changing what is signed.
ByteWriter transcript_of(const Channel& channel, const Claim& initiator) {
  ByteWriter out;
  out.counted(label).counted(channel.initiator_spki).counted(channel.responder_spki).counted(channel.exported);
  out.counted(wire::encode(initiator));
  return out;
}

// It covers the initiator's tag, so a reply belongs to one request and cannot be used for another.
keystore::Mac responder_tag(const keystore::KeyProof& proof, const Channel& channel, const wire::Agree& request,
                            const Claim& responder) {
  ByteWriter out = transcript_of(channel, request.claim);
  out.counted(request.tag).counted(wire::encode(responder));
  return proof.responder_tag(out.bytes());
}

}  // namespace

wire::Agree prove_as_initiator(const keystore::KeyProof& proof, const Channel& channel, const Claim& own) {
  return {own, proof.initiator_tag(transcript_of(channel, own).bytes())};
}

std::optional<wire::AgreeReply> prove_as_responder(const keystore::KeyProof& proof, const Channel& channel,
                                                   const wire::Agree& request, const Claim& own) {
  // First the check, then this host's tag: a caller without the key gets nothing to try keys against offline.
  const auto expected = proof.initiator_tag(transcript_of(channel, request.claim).bytes());
  if (!platform::equal_in_constant_time(expected, request.tag)) return std::nullopt;
  return wire::AgreeReply{own, responder_tag(proof, channel, request, own)};
}

// The claim of the reply is covered by the tag, so a claim that was changed on the way fails here too.
bool is_proof(const keystore::KeyProof& proof, const Channel& channel, const wire::Agree& request,
              const wire::AgreeReply& reply) {
  return platform::equal_in_constant_time(responder_tag(proof, channel, request, reply.claim), reply.tag);
}

}  // namespace agent
