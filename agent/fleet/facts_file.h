// SPDX-License-Identifier: ISC
// The facts that root collected on this host, for the listener, which may not look into Ops Manager's files itself.
//
// File: facts.json in the state directory, schema "genkey-agent/facts/1", 0640 root:genkey-agent. Settings stand in it
// as they are (setting.NAME); they leave this host as digests only. If the file is lost, the next collection writes it.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "agent/config/host.h"
#include "agent/protocol/facts.h"
#include "platform/base/result.h"

namespace agent {

using MomentOfFacts = std::chrono::sys_time<std::chrono::milliseconds>;

struct CollectedFacts {
  MomentOfFacts when;
  Facts facts;
  bool operator==(const CollectedFacts&) const = default;
};

platform::Path facts_file(const Host& host);

std::string encode(const CollectedFacts& collected);
/// configuration when the text is not such a file, or has facts that no message may have.
platform::Result<CollectedFacts> decode_collected_facts(std::string_view text);

/// not_found before the first collection.
platform::Result<CollectedFacts> load_collected_facts(const Host& host);
/// Atomic. The caller excludes a second one at the same time.
platform::Result<void> save(const CollectedFacts& collected, const Host& host);

}  // namespace agent
