// SPDX-License-Identifier: ISC
// What to do about what peers said, as this user on this host would type it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/config/host.h"
#include "agent/fleet/peer_verdict.h"
#include "agent/report/report.h"

namespace agent {

/// What comes after a key: the same key for the other hosts.
Message next_host(const Options& options);

/// For a host that needs this host's key: a ticket here, and `join` there. `where`: "on om3.example.com:27424".
platform::Steps steps_to_invite(const Options& options, const std::string& where);

/// For a peer with another key. A host with an earlier generation is told to take the later one. Otherwise neither side
/// is known to be right, and a person decides. `key`: this host's.
platform::Steps steps_for_disagreement(const Host& host, const PeerVerdict& peer, const std::optional<KeyPart>& key);
/// For a refusal of the gate; about the peer that caused it, where one did.
platform::Steps steps_for(Reason reason, const std::vector<PeerVerdict>& peers, const Host& host,
                          const std::optional<KeyPart>& key);

/// Adds warnings: one for each result that somebody has to do something about, for the first peer that has it. A
/// hundred silent peers would otherwise bury the one that disagrees. `own`: this host's pin, if it was looked up.
void advise_about(Report& report, const std::vector<PeerVerdict>& peers, const Host& host,
                  const std::optional<Pin>& own = std::nullopt);

/// Adds a warning that names the peers which introduced themselves, and the line for the configuration that makes them
/// count.
void name_newcomers(Report& report, const std::vector<PeerVerdict>& peers, const Host& host);

}  // namespace agent
