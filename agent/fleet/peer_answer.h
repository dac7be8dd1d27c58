// SPDX-License-Identifier: ISC
// What came of asking one peer, as the process that talks to peers reports it to its parent. The bytes never leave this
// host, so their format has no version.
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
  has_key,       // answers a host without a key, and has a key; its name in output is "disagree", as it has always been
  no_key,        // answers, and has no key
  unreachable,   // no answer
  untrusted,     // not the identity known for that address and no proof, removed, or the CA's check fails
  incompatible,  // answers something else
  clone,         // shows our own identity, and is another machine
  self,          // this host itself
};
/// The word in output and in the roster. disagree and has_key share a name.
std::string_view name_of(PeerResult result);
/// Whether a peer shows its standing with this result.
bool shows_standing(PeerResult result);

struct PeerAnswer {
  Address asked;
  PeerResult result = PeerResult::unreachable;
  std::string detail;                                             // for people: why
  std::optional<Pin> pin;                                         // when it showed one
  std::optional<Claim> claim;                                     // with a proof, or from a peer that knows us
  keystore::Standing standing = keystore::Standing::provisional;  // where the result shows one

  bool operator==(const PeerAnswer&) const = default;
};

/// Between the two processes. The reader accepts exactly one answer per address asked, in their order; anything else
/// gives nothing.
platform::Bytes encode(const std::vector<PeerAnswer>& answers);
std::optional<std::vector<PeerAnswer>> decode_answers(platform::BytesView bytes, const std::vector<Address>& asked);

/// The peer that handed over the key, and everything in its hand-over except the key.
struct KeyGiver {
  Address from;
  Pin pin;
  Claim claim;
  std::vector<wire::ListedPeer> roster;
};
platform::Bytes encode(const KeyGiver& giver);
std::optional<KeyGiver> decode_giver(platform::BytesView bytes);

}  // namespace agent
