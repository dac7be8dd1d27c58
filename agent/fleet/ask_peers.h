// Talking to peers, in a process of its own under the agent's account. The caller gets typed answers, and judges.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "agent/config/host.h"
#include "agent/fleet/peer_answer.h"
#include "agent/fleet/roster.h"
#include "agent/transport/tls.h"
#include "keystore/key/gen_key.h"

namespace agent {

/// Where to ask.
struct Target {
  Address address;
  bool configured = false;  // a person named it: configuration, --peer or `peers add`
};

/// Configuration, roster and added addresses, each address once. Peers that were not seen for limits::unseen are left
/// out.
std::vector<Target> targets_of(const Host& host, const Roster& roster, platform::Time now);

/// Who we are when we ask.
struct Asker {
  const Host& host;
  const Identity& identity;
  Claim claim;
  const keystore::GenKey* key = nullptr;  // nothing: only `hello` can be asked
  std::vector<Pin> known = {};            // the roster's: a weak key is proved, and a lost one fetched, only there
  tls::Context context = nullptr;         // made before, where several processes ask in turn; none: each makes its own
};

struct InquiryOptions {
  std::chrono::milliseconds time_per_peer = limits::verify_wait;
  std::chrono::milliseconds wait{0};
  std::function<bool(const std::vector<PeerAnswer>&)> enough;
};

/// Asks each for agreement, or without a key whether it has one (agree is never the answer then: a peer with a key
/// disagrees). One answer per target; all unreachable when the process dies.
std::vector<PeerAnswer> inquire(const Asker& asker, const std::vector<Target>& targets, const InquiryOptions& options);

/// The same in this very process: for code that runs in such a child already.
std::vector<PeerAnswer> inquire_here(const Asker& asker, const std::vector<Target>& targets,
                                     const InquiryOptions& options);

/// For a person who waits at a terminal; nothing elsewhere.
std::function<void(std::size_t answered, std::size_t all)> progress_for(const Host& host);

bool is_known(const Asker& asker, const Pin& pin);

}  // namespace agent
