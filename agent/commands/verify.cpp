// verify: does every peer hold the same key?
#include "agent/base/limits.h"
#include "agent/commands/table.h"
#include "agent/config/typed_commands.h"
#include "agent/fleet/member.h"
#include "agent/fleet/state_files.h"

namespace agent::commands {

namespace {

using platform::ErrorKind;
using platform::fail;
using platform::Result;

Result<void> check_key(const Host& host, const keystore::Holding& holding) {
  if (holding.state == keystore::KeyState::absent) {
    return fail(ErrorKind::no_key, "there is no key on this host: " + host.files.key_file.string() + " does not exist");
  }
  if (!holding.key) return tl::unexpected(*holding.key_problem);
  return {};
}

std::vector<Target> asked_for(const std::vector<Address>& addresses) {
  std::vector<Target> targets;
  for (const Address& address : addresses) targets.push_back({address, true});
  return targets;
}

std::string summary(const std::vector<JudgedPeer>& peers) {
  std::size_t agreeing = 0;
  for (const JudgedPeer& peer : peers) agreeing += peer.answer.result == PeerResult::agree ? 1 : 0;
  return std::to_string(agreeing) + " of " + std::to_string(peers.size()) +
         (peers.size() == 1 ? " peer agrees" : " peers agree");
}

void advise(const Host& host, const std::vector<JudgedPeer>& peers, Report& report) {
  const auto add = [&](PeerResult result, ErrorKind kind) {
    for (const JudgedPeer& peer : peers) {
      if (peer.answer.result == result)
        return report.warnings.push_back(std::string(name_of(result)) + ": " + advice_for(kind, host.options));
    }
  };
  add(PeerResult::disagree, ErrorKind::peer_disagrees);
  add(PeerResult::unreachable, ErrorKind::peer_silent);
  add(PeerResult::incompatible, ErrorKind::peer_incompatible);
  add(PeerResult::untrusted, ErrorKind::peer_untrusted);
  for (const JudgedPeer& peer : peers) {
    if (peer.answer.result == PeerResult::no_key) {
      report.warnings.push_back("no-key: " + command_line_for(host.options, "invite") +
                                " here, and 'genkey-agent join' on " + peer.answer.asked.text());
      break;
    }
  }
  for (const JudgedPeer& peer : peers) {
    if (peer.answer.result == PeerResult::clone) {
      report.warnings.push_back("clone: on the copy of this machine, " + peer.answer.asked.text() +
                                ": genkey-agent identity --renew");
      break;
    }
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
  const InquiryOptions options{.time_per_peer = host.options.wait.value_or(limits::verify_wait)};
  const auto peers = TRY(ask_peers(host, member, roster_file, targets, options));
  const auto noted = take_note(host, member, roster_file, peers);
  report.changed = noted.value_or(false);
  tell_peers(report, peers);
  report.code = exit_code_for(*report.peers);
  if (!noted) {
    if (report.code == exit_done) report.code = exit_failed;
    report.warnings.push_back("what the peers proved is not noted: " + noted.error().message);
  }
  report.key = key_part(host.files, member.holding);
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
