// What came of asking one peer, as the process that talks to peers tells it to the one that judges.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/protocol/address.h"
#include "agent/protocol/claim.h"
#include "agent/protocol/messages.h"
#include "agent/protocol/pin.h"
#include "platform/base/bytes.h"

namespace agent {

enum class PeerResult : std::uint8_t {
  agree,         // proved the same key
  disagree,      // answers, has a key, and cannot prove ours
  no_key,        // answers, and has none
  unreachable,   // no answer
  untrusted,     // not the identity known for that address and no proof, removed, or the CA's check fails
  incompatible,  // answers something else
  clone,         // shows our own identity, and is another machine
  self,          // this host itself
};
std::string_view name_of(PeerResult result);

struct PeerAnswer {
  Address asked;
  PeerResult result = PeerResult::unreachable;
  std::string detail;                                             // for people: why
  std::optional<Pin> pin;                                         // when it showed one
  std::optional<Claim> claim;                                     // with a proof, or from a peer that knows us
  keystore::Standing standing = keystore::Standing::provisional;  // of whoever disagrees

  bool operator==(const PeerAnswer&) const = default;
};

/// Between the two processes. The reader takes exactly one answer per address asked, in their order, or nothing.
platform::Bytes encode(const std::vector<PeerAnswer>& answers);
std::optional<std::vector<PeerAnswer>> decode_answers(platform::BytesView bytes, const std::vector<Address>& asked);

/// A peer that handed over the key: everything about it but the key.
struct HandoverNote {
  Address from;
  Pin pin;
  Claim claim;
  std::vector<wire::Member> roster;
};
platform::Bytes encode(const HandoverNote& note);
std::optional<HandoverNote> decode_handover_note(platform::BytesView bytes);

}  // namespace agent
