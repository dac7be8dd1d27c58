// SPDX-License-Identifier: ISC
#include "agent/report/peers.h"

#include <algorithm>

namespace agent {

std::string named(const PeerVerdict& peer) {
  return peer.name.empty() || peer.name == peer.address ? peer.address : peer.name + " (" + peer.address + ")";
}

std::string short_name(const PeerVerdict& peer, const std::vector<PeerVerdict>& peers) {
  const auto same = std::ranges::count(peers, peer.name, &PeerVerdict::name);
  return peer.name.empty() || same > 1 ? peer.address : peer.name;
}

std::string describe(const PeerVerdict& peer) {
  std::string text = named(peer) + ": " + std::string(name_of(peer.result));
  if (shows_standing(peer.result)) text += ", " + std::string(keystore::name_of(peer.standing));
  // With a proof the identity does not matter. Without it, it decides whether the peer counts, so people are told.
  if (shows_standing(peer.result) && peer.result != PeerResult::agree)
    text += peer.pin ? ", known identity" : ", unknown identity";
  // It counts for little until somebody names it.
  if (peer.introduced_by == Introduction::itself) text += ", introduced by itself";
  if (!peer.detail.empty()) text += " (" + peer.detail + ")";
  if (!peer.news.empty()) text += "; " + peer.news;
  if (peer.when) text += ", asked " + platform::format_time(*peer.when);
  return text;
}

ExitCode exit_code_for(const PeerVerdict& peer) {
  return exit_code_for(peer.result, peer.introduced_by != Introduction::itself);
}

ExitCode exit_code_for(const std::vector<PeerVerdict>& peers) {
  ExitCode code = exit_done;
  // The worst and not the last, so that one bad peer among many is seen.
  for (const PeerVerdict& peer : peers) code = worst(code, exit_code_for(peer));
  return code;
}

std::string describe(const Agreement& agreement) {
  if (agreement.all == 0) return "no peers to compare with";
  return std::to_string(agreement.agreeing) + " of " + std::to_string(agreement.all) +
         (agreement.all == 1 ? " peer agrees" : " peers agree");
}

std::vector<PeerVerdict> without_this_host(const std::vector<PeerVerdict>& peers) {
  std::vector<PeerVerdict> others;
  std::ranges::copy_if(peers, std::back_inserter(others),
                       [](const PeerVerdict& peer) { return peer.result != PeerResult::self; });
  return others;
}

void tell_peers(Report& report, const std::vector<PeerVerdict>& peers) {
  report.peers = without_this_host(peers);
  for (const PeerVerdict& peer : *report.peers) report.lines.push_back(describe(peer));
}

void warn_of_weakness(Report& report, const keystore::Holding& holding) {
  // Said by each command that shows the key, and with no remedy, because there is none: Ops Manager cannot change its
  // key.
  const auto weakness = holding.key ? keystore::weakness_of(*holding.key) : std::nullopt;
  if (!weakness) return;
  report.remark({"this fleet's key is weak: " + std::string(keystore::describe(*weakness)) +
                 "; Ops Manager cannot change a key that is in use, so it stays"});
}

}  // namespace agent
