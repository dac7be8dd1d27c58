// SPDX-License-Identifier: ISC
// What came of asking at one address, as the process that talks to peers reports it to its parent. The bytes never
// leave this host, so their format has no version. What it says about a host is decided in agent/fleet/peer_verdict.h.
#pragma once

#include <array>
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
  untrusted,     // not the identity known for that address and no proof, or the CA's check fails
  incompatible,  // answers something else
  clone,         // two machines show one identity
  self,          // this host itself
  removed,       // a person removed this pin or this address
};
/// The word in output and in the roster. disagree and has_key share a name, which is read as disagree.
std::string_view name_of(PeerResult result);
std::optional<PeerResult> result_named(std::string_view name);
/// Whether a peer shows its standing with this result.
bool shows_standing(PeerResult result);

/// Tells machines apart that show the same pin: agent/protocol/messages.h, HelloReply.
using Instance = std::array<std::byte, 32>;

struct PeerAnswer {
  Address asked;
  PeerResult result = PeerResult::unreachable;
  std::string detail;                                             // for people: why
  bool wants_adding = false;                                      // it proves nothing until `peers add` there names us
  std::optional<Pin> pin;                                         // when it showed one
  std::optional<Claim> claim;                                     // with a proof, or from a peer that knows us
  keystore::Standing standing = keystore::Standing::provisional;  // where the result shows one
  std::optional<Instance> instance;                               // when its pin answered at several addresses

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
