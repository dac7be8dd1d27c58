// SPDX-License-Identifier: ISC
// Doctor's own requests, found again in the access log of a web server. Each carries a nonce of 32 hex digits, in the
// query as genkey-agent=NONCE and in the header User-Agent as genkey-agent-doctor/NONCE. One of the two is enough,
// because nobody knows which fields a log's pattern has.
//
// The log is a stranger's input. Of a line with a nonce only the addresses in it are kept; of every other line,
// nothing.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/protocol/facts.h"

namespace agent {

struct ProbeLines {
  std::size_t lines = 0;
  std::vector<std::string> addresses = {};  // in one spelling, sorted, each once
  bool operator==(const ProbeLines&) const = default;
};
/// By nonce.
using Probes = std::map<std::string, ProbeLines, std::less<>>;

/// The newest nonces of `log`, at most limits::probes. Newer is what stands further down.
Probes probes_in(std::string_view log);

/// "probe.NONCE" with the number of lines and the addresses behind it, parted by blanks: "6 10.0.0.1 10.0.0.7".
Facts facts_of(const Probes& probes);
/// The inverse. Values of a peer that are not of this form are left out.
Probes probes_of(const Facts& facts);

}  // namespace agent
