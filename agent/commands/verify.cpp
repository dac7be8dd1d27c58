// SPDX-License-Identifier: ISC
// verify: does every peer hold the same key?
#include <algorithm>
#include <array>

#include "agent/base/limits.h"
#include "agent/commands/table.h"
#include "agent/config/typed_commands.h"
#include "agent/fleet/member.h"
#include "agent/fleet/state_files.h"
#include "agent/report/advice.h"
#include "agent/report/peers.h"
#include "platform/base/enum_count.h"

namespace agent::commands {

namespace {

using platform::ErrorKind;
using platform::fail;
using platform::Result;

Result<void> check_key(const Host& host, const keystore::Holding& holding) {
  // Without a key nothing can be proved, and every peer would appear as disagreeing.
  if (holding.state == keystore::KeyState::absent) {
    return fail(ErrorKind::no_key, "there is no key on this host: " + host.files.key_file.string() + " does not exist");
  }
  if (!holding.key) return tl::unexpected(*holding.key_problem);
  return {};
}

std::vector<Target> asked_for(const std::vector<Address>& addresses) {
  std::vector<Target> targets;
  // A person typed these addresses, so they count as configured.
  for (const Address& address : addresses) targets.push_back({address, true});
  return targets;
}

std::string summary(const std::vector<RecognisedPeer>& peers) {
  std::size_t agreeing = 0;
  for (const RecognisedPeer& peer : peers) agreeing += peer.answer.result == PeerResult::agree ? 1 : 0;
  return std::to_string(agreeing) + " of " + std::to_string(peers.size()) +
         (peers.size() == 1 ? " peer agrees" : " peers agree");
}

// What to do about a result; empty where nothing needs to be done.
std::string advice_about(const Host& host, const RecognisedPeer& peer) {
  const std::string address = peer.answer.asked.text();
  switch (peer.answer.result) {
    case PeerResult::disagree: return advice_for(ErrorKind::peer_disagrees, host.options);
    case PeerResult::unreachable: return advice_for(ErrorKind::peer_silent, host.options);
    case PeerResult::incompatible: return advice_for(ErrorKind::peer_incompatible, host.options);
    case PeerResult::untrusted: return advice_for(ErrorKind::peer_untrusted, host.options);
    case PeerResult::no_key:
      return command_line_for(host.options, "invite") + " here, and 'genkey-agent join' on " + address;
    case PeerResult::clone: return "on the copy of this machine, " + address + ": genkey-agent identity --renew";
    case PeerResult::agree:
    case PeerResult::self:
    case PeerResult::has_key: return "";  // the last one only answers a host without a key
  }
  __builtin_unreachable();
}

// In the order in which a person should look: another key is worse than silence. All results stand here, so that a new
// one cannot be forgotten.
constexpr std::array advised = {PeerResult::disagree,  PeerResult::unreachable, PeerResult::incompatible,
                                PeerResult::untrusted, PeerResult::no_key,      PeerResult::clone,
                                PeerResult::has_key,   PeerResult::agree,       PeerResult::self};
static_assert(advised.size() == platform::enum_count<PeerResult>());

// Advice once per result, for the first peer that has it. A hundred silent peers would otherwise bury the one that
// disagrees.
void advise(const Host& host, const std::vector<RecognisedPeer>& peers, Report& report) {
  for (const PeerResult result : advised) {
    const auto peer = std::ranges::find(peers, result, [](const RecognisedPeer& one) { return one.answer.result; });
    const std::string advice = peer != peers.end() ? advice_about(host, *peer) : "";
    if (!advice.empty()) report.warnings.push_back(std::string(name_of(result)) + ": " + advice);
  }
}

}  // namespace

Result<Report> verify(const Host& host) {
  Report report{.command = Command::verify, .changed = false};
  Member member = TRY(open_member(host));
  TRY(check_key(host, member.holding));
  RosterFile roster_file = roster_of(host);
  const Roster& roster = TRY(roster_file.current());
  const auto targets =
      host.options.peers.empty() ? targets_of(host, roster, platform::now()) : asked_for(host.options.peers);
  const AskOptions options{.time_per_peer = host.options.wait.value_or(limits::verify_wait)};
  // An unreadable roster ends the command here, since without it nobody could be told from a stranger.
  const auto peers = TRY(ask_and_recognise(host, member, roster_file, targets, options));
  const auto remembered = remember_answers(host, member, roster_file, peers);
  report.changed = remembered.value_or(false);
  tell_peers(report, peers);
  report.code = exit_code_for(*report.peers);
  if (!remembered) {
    // The answers stand and decide the code. Only a good result is spoiled, because the next status would not know
    // about it.
    if (report.code == exit_done) report.code = exit_failed;
    report.warnings.push_back("what the peers proved is not noted: " + remembered.error().message);
  }
  report.key = key_part(host.files, member.holding);
  // Peers may agree with a key that is not the recorded one. That is still not success on this host.
  if (member.holding.record && !member.holding.is_recorded) {
    report.code = worst(report.code, exit_other_key);
    report.warnings.push_back("the key on this host is not the one recorded for it: " +
                              advice_for(ErrorKind::not_recorded, host.options));
  }
  report.lines.push_back(report.peers->empty() ? "no peers are known" : summary(*report.peers));
  advise(host, *report.peers, report);
  warn_of_weakness(report, member.holding);
  return report;
}

}  // namespace agent::commands
