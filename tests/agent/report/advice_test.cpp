// SPDX-License-Identifier: ISC
// The one table from errors to exit codes and to the command that fixes them.
#include "agent/report/advice.h"

#include <fstream>
#include <set>
#include <sstream>

#include <doctest/doctest.h>

#include "agent/config/host.h"
#include "agent/config/typed_commands.h"
#include "platform/audit/audit.h"
#include "platform/base/enum_count.h"
#include "tests/agent/samples.h"
#include "tests/support/this_system.h"

using agent::ExitCode;
using agent::Options;
using agent::PeerResult;
using agent::Reason;
using platform::ErrorKind;

namespace {

const std::set<int> documented = {1, 2, 11, 12, 13, 14, 15, 16, 17};

// What no command fixes, or where the error itself has the steps.
const std::set<ErrorKind> without_advice = {ErrorKind::io, ErrorKind::internal, ErrorKind::not_found,
                                            ErrorKind::key_backed_up};

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::string advice_for(ErrorKind kind, const Options& options) {
  return agent::on_one_line(agent::steps_for(kind, options));
}
std::string advice_for(Reason reason, const Options& options) {
  return agent::on_one_line(agent::steps_for(reason, options));
}

}  // namespace

TEST_CASE("every kind of error has a documented exit code, a name of its own and what fixes it") {
  std::set<std::string_view> names;
  for (const ErrorKind kind : platform::all_of<ErrorKind>()) {
    CAPTURE(agent::name_of(kind));
    CHECK(documented.contains(agent::exit_code_for(kind)));
    CHECK(names.insert(agent::name_of(kind)).second);
    const std::string advice = advice_for(kind, tests::options());
    CHECK(advice.empty() == without_advice.contains(kind));
    CHECK_FALSE(contains(advice, "{"));
    CHECK_FALSE(contains(advice, "@"));
    CHECK_FALSE(contains(advice, "sudo sudo"));
  }
}

TEST_CASE("every reason of the gate has an exit code, words of its own and what fixes it") {
  std::set<std::string_view> words;
  for (const Reason reason : platform::all_of<Reason>()) {
    CAPTURE(agent::describe(reason));
    CHECK(documented.contains(agent::exit_code_for(reason)));
    CHECK(words.insert(agent::describe(reason)).second);
    CHECK(contains(advice_for(reason, tests::options()), "genkey-agent"));
  }
}

TEST_CASE("a restore is typed again as it was, unless what it was given is at fault") {
  Options options = tests::options();
  options.command = agent::Command::restore;
  options.backup = "s3://bucket/om";
  options.identities = {"/root/identity"};
  const std::string again = "restore s3://bucket/om -i /root/identity";
  CHECK(contains(advice_for(ErrorKind::store_silent, options), again));
  CHECK(contains(advice_for(ErrorKind::denied, options), again));
  CHECK(contains(advice_for(ErrorKind::not_installed, options), again));
  CHECK(contains(advice_for(ErrorKind::bad_backup, options), "restore BACKUP -i /root/identity"));
  CHECK(contains(advice_for(ErrorKind::wrong_identity, options), "restore s3://bucket/om -i IDENTITY"));
  CHECK(contains(advice_for(ErrorKind::usage, options), "restore BACKUP -i IDENTITY"));
  CHECK(contains(advice_for(ErrorKind::bad_path, options), "restore BACKUP -i /root/identity"));
}

TEST_CASE("each name that JSON has for an error, a finding or a peer's result is listed in agent/report/json.md") {
  const platform::Path source = platform::Path(__FILE__).parent_path().parent_path().parent_path().parent_path();
  std::ifstream file((source / "agent" / "report" / "json.md").string(), std::ios::binary);
  const std::string text = (std::ostringstream() << file.rdbuf()).str();
  const auto listed = [&](std::string_view name) { return contains(text, "`" + std::string(name) + "`"); };
  const auto check_listed = [&](std::string_view name) {
    CAPTURE(name);
    CHECK(listed(name));
  };
  for (const ErrorKind kind : platform::all_of<ErrorKind>()) check_listed(agent::name_of(kind));
  for (const auto kind : platform::all_of<platform::FindingKind>()) check_listed(platform::name_of(kind));
  for (const PeerResult result : platform::all_of<PeerResult>()) {
    if (result != PeerResult::self) check_listed(agent::name_of(result));  // a report leaves this host out
  }
}

TEST_CASE("the exit codes are the documented ones") {
  CHECK(agent::exit_code_for(ErrorKind::io) == 1);
  CHECK(agent::exit_code_for(ErrorKind::usage) == 2);
  CHECK(agent::exit_code_for(ErrorKind::bad_path) == 2);
  CHECK(agent::exit_code_for(ErrorKind::configuration) == 2);
  CHECK(agent::exit_code_for(ErrorKind::no_key) == 11);
  CHECK(agent::exit_code_for(ErrorKind::not_installed) == 11);
  CHECK(agent::exit_code_for(ErrorKind::no_directory) == 11);
  CHECK(agent::exit_code_for(ErrorKind::invalid_key) == 12);
  CHECK(agent::exit_code_for(ErrorKind::unreadable_key) == 13);
  CHECK(agent::exit_code_for(ErrorKind::mount_absent) == 13);
  CHECK(agent::exit_code_for(ErrorKind::not_recorded) == 14);
  CHECK(agent::exit_code_for(ErrorKind::peer_disagrees) == 14);
  CHECK(agent::exit_code_for(ErrorKind::peer_silent) == 15);
  CHECK(agent::exit_code_for(ErrorKind::peer_incompatible) == 15);
  CHECK(agent::exit_code_for(ErrorKind::peer_untrusted) == 16);
  CHECK(agent::exit_code_for(ErrorKind::expired_ticket) == 16);
  CHECK(agent::exit_code_for(ErrorKind::exists) == 17);
  CHECK(agent::exit_code_for(ErrorKind::peers_unknown) == 17);
  CHECK(agent::exit_code_for(ErrorKind::key_backed_up) == 17);
  CHECK(agent::exit_code_for(ErrorKind::backups_unknown) == 17);
  CHECK(agent::exit_code_for(ErrorKind::encrypted_credentials) == 17);
  CHECK(agent::exit_code_for(ErrorKind::credentials_unknown) == 17);
}

TEST_CASE("a peer's result turns the exit code unless it agrees or is this host") {
  for (const PeerResult result : platform::all_of<PeerResult>()) {
    const bool fine = result == PeerResult::agree || result == PeerResult::self;
    CHECK((agent::exit_code_for(result) == 0) == fine);
  }
  CHECK(agent::exit_code_for(PeerResult::disagree) == 14);
  CHECK(agent::exit_code_for(PeerResult::unreachable) == 15);
  CHECK(agent::exit_code_for(PeerResult::untrusted) == 16);
}

TEST_CASE("of several exit codes the documented one wins") {
  constexpr std::array order = {14, 12, 13, 11, 16, 15, 10, 0};
  for (std::size_t first = 0; first < order.size(); ++first) {
    for (std::size_t second = first; second < order.size(); ++second) {
      const auto winner = static_cast<ExitCode>(order.at(first));
      const auto loser = static_cast<ExitCode>(order.at(second));
      CHECK(agent::worst(winner, loser) == winner);
      CHECK(agent::worst(loser, winner) == winner);
      for (const auto at_once : {agent::exit_failed, agent::exit_usage, agent::exit_would_overwrite})
        CHECK(agent::worst({winner, loser, at_once}) == at_once);
    }
  }
}

TEST_CASE("a command is told as this user types it, with the options that were given and quoted for the shell") {
  Options options = tests::options();
  options.command = agent::Command::verify;
  options.config = tests::absolute("/etc/a b.toml");
  options.key_file = tests::absolute("/k'ey");
  options.state_dir = tests::absolute("/s");
  const std::string advice = advice_for(ErrorKind::peer_silent, options);
  CHECK(contains(advice, "genkey-agent verify"));
  CHECK(contains(advice, tests::on_windows ? "--config \"C:/etc/a b.toml\"" : "--config '/etc/a b.toml'"));
  CHECK(contains(advice, "--key-file " + agent::quoted(tests::absolute("/k'ey"))));
  CHECK(contains(advice, "--state-dir " + tests::absolute("/s")));
  CHECK_FALSE(contains(advice, "sudo"));
}

TEST_CASE("a person is told to ask with the gate what a start asks with its hook") {
  Options options = tests::options();
  options.command = agent::Command::hook_run;
  options.state_dir = tests::absolute("/s");
  const std::string asked = "genkey-agent gate --state-dir " + tests::absolute("/s");
  CHECK(contains(advice_for(ErrorKind::configuration, options), asked));
}
