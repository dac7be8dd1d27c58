// SPDX-License-Identifier: ISC
#include "agent/report/peers.h"

#include <algorithm>

namespace agent {

std::string describe(const RecognisedPeer& peer) {
  const PeerAnswer& answer = peer.answer;
  std::string text = answer.asked.text();
  if (!peer.name.empty()) text += " (" + peer.name + ")";
  text += ": " + std::string(name_of(answer.result));
  if (shows_standing(answer.result)) text += ", " + std::string(keystore::name_of(answer.standing));
  // With a proof the identity does not matter. Without it, it decides whether the peer counts, so people are told.
  if (shows_standing(answer.result) && answer.result != PeerResult::agree)
    text += peer.known ? ", known identity" : ", unknown identity";
  if (!answer.detail.empty()) text += " (" + answer.detail + ")";
  if (!peer.news.empty()) text += "; " + peer.news;
  return text;
}

ExitCode exit_code_for(const std::vector<RecognisedPeer>& peers) {
  ExitCode code = exit_done;
  // The worst and not the last, so that one bad peer among many is seen.
  for (const RecognisedPeer& peer : peers) code = worst(code, exit_code_for(peer.answer.result));
  return code;
}

void tell_peers(Report& report, const std::vector<RecognisedPeer>& peers) {
  // The host itself is left out: "3 of 3 agree" must mean three other hosts.
  std::vector<RecognisedPeer> others;
  std::ranges::copy_if(peers, std::back_inserter(others),
                       [](const RecognisedPeer& peer) { return peer.answer.result != PeerResult::self; });
  for (const RecognisedPeer& peer : others) report.lines.push_back(describe(peer));
  report.peers = std::move(others);
}

void warn_of_weakness(Report& report, const keystore::Holding& holding) {
  // Said by each command that shows the key, and with no remedy, because there is none: Ops Manager cannot change its
  // key.
  const auto weakness = holding.key ? keystore::weakness_of(*holding.key) : std::nullopt;
  if (!weakness) return;
  report.warnings.push_back(
      "this fleet's key is weak: " + std::string(keystore::describe(*weakness)) +
      ". Ops Manager cannot change a key that is in use, so it stays; whoever knows it can read the "
      "secrets in the application database");
}

}  // namespace agent
