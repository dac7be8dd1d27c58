// SPDX-License-Identifier: ISC
// What this host reports about itself: what root collected, and what genkey-agent's own notes say now. The listener
// answers with it, and `fleet` and `doctor` show it for this host.
#pragma once

#include "agent/config/host.h"
#include "agent/fleet/facts_file.h"
#include "agent/listener/responder.h"
#include "agent/protocol/facts_proof.h"
#include "platform/base/clock.h"
#include "platform/base/result.h"

namespace agent {

/// agent.version, gate, backup and drill. A note that cannot be read leaves its name out.
Facts facts_of_agent(const Host& host, platform::Time now);

/// The age of a collection by this host's clock. Nothing if the clock was set back behind it: then nobody knows.
std::optional<std::chrono::milliseconds> age_of(MomentOfFacts when, MomentOfFacts now);

/// What the listener reports. It touches facts-wanted in its own directory to ask for a collection, at most
/// every limits::facts_pause; genkey-agent-facts.path waits for that. If the configuration says not to report facts,
/// the source is empty.
FactsSource facts_source(const Host& host);

/// Collects this host's facts and writes facts.json; what genkey-agent-facts.service runs. It waits until the present
/// file is limits::facts_pause old, so that it is not run without end, however often it is asked for.
platform::Result<void> collect_facts(const Host& host);

}  // namespace agent
