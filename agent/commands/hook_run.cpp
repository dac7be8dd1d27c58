// SPDX-License-Identifier: ISC
// hook run: what the line in mms.conf calls when somebody starts Ops Manager, with the key file that this start reads.
//
//   the gate has allowed this very start, and the file is untouched   passes at once
//   the start reads this host's key file      `ensure` where this process may, briefly; then the gate
//   it reads another one with the same key    the gate, for that file
//   it reads another one                      refused: Ops Manager would take it, or make a new key there
#include <algorithm>
#include <cstdlib>

#include <boost/filesystem/operations.hpp>

#include "agent/actions/conclude_gate.h"
#include "agent/base/limits.h"
#include "agent/commands/table.h"
#include "agent/config/typed_commands.h"
#include "agent/gate/current_start.h"
#include "agent/gate/notes.h"
#include "agent/report/error_table.h"
#include "platform/base/shell_word.h"

namespace agent::commands {

namespace {

using keystore::Holding;
using keystore::KeyState;
using platform::Path;
using platform::Result;

// In a demonstration the installation lies under a prefix, and its mms.conf has paths without that prefix.
Path root_of(const Host& host) { return boost::filesystem::absolute(host.options.root.value_or("/")); }

std::string as_mms_conf_says(const Host& host, const Path& path) {
  const std::string prefix = root_of(host).string();
  const std::string& text = path.string();
  return prefix != "/" && text.starts_with(prefix + "/") ? text.substr(prefix.size()) : text;
}

Path key_file_of_start(const Host& host) {
  // An empty ENC_KEY_PATH adds no option to the line. Then the start uses the usual path.
  if (!host.options.started_with) return host.files.key_file;
  const Path path = boost::filesystem::absolute(*host.options.started_with);
  return root_of(host) / path.relative_path();
}

// A path through links, or a link to the file itself, leads Ops Manager to the same key, so it must not be refused.
bool is_same_place(const Path& left, const Path& right) {
  boost::system::error_code error;
  if (left == right) return true;
  const Path real_left = boost::filesystem::weakly_canonical(left, error);
  if (error) return false;
  const Path real_right = boost::filesystem::weakly_canonical(right, error);
  return !error && real_left == real_right;
}

// Treats the start's key file as if it were this host's: it has to be readable for the account that owns it.
Host at(const Host& host, const Path& key_file) {
  Host other = host;
  other.files.key_file = key_file;
  const auto facts = platform::facts_of(key_file);
  if (!facts) return other;
  if (auto owner = platform::find_account(std::to_string(facts->uid))) other.files.service = *std::move(owner);
  return other;
}

// The same start may ask twice: through systemd's drop-in and the hook, or because the script sources mms.conf again
// under another verb or account. The second question must not wait for peers again, or find an override used up.
bool was_allowed_in_this_start(const Host& host) {
  const auto note = load_gate_note(host.files.state_directory);
  if (!note || !note->allowed || note->start.empty()) return false;
  const auto starts = starts_of_this_process();
  if (std::ranges::find(starts, note->start) == starts.end()) return false;
  // Process numbers are used again, so an old note is not believed. The bound holds in both directions, because the
  // clock may have been set.
  const auto age = platform::now() - note->decided;
  const bool recent = age >= -limits::start_takes && age <= limits::start_takes;
  // The answer was about this file in this state. A file that was exchanged since has to be examined again.
  return recent && note->key_file == host.files.key_file && note->stamp == stamp_of_key(host);
}

Report passed(const Host& host) {
  Report report{.command = Command::hook_run};
  report.gate = GatePart{.policy = host.config.policy, .allowed = true};
  report.lines.emplace_back("Ops Manager may start: the gate has allowed this start already");
  return report;
}

// The service's own account cannot write the state. Its attempt would fail with a message at each start.
bool may_ensure(const Host& host) {
  const auto facts = platform::facts_of(host.files.state_directory);
  return platform::running_as_root() || (facts && facts->uid == platform::current_user());
}

// The outcome of `ensure` is only reported. The gate decides whether Ops Manager may start.
std::vector<Message> ensure_briefly(const Host& host) {
  Host brief = host;
  // A person waits at the terminal for this start.
  brief.options.wait = limits::hook_wait;
  const auto done = ensure(brief);
  if (!done) return {{.text = done.error().message}};
  std::vector<Message> said;
  if (done->changed == true) {
    for (const std::string& line : done->lines) said.push_back({.text = line});
  }
  said.insert(said.end(), done->warnings.begin(), done->warnings.end());
  return said;
}

Result<Report> ensure_and_gate(const Host& host) {
  std::vector<Message> said;
  // With mistakes in the configuration `ensure` would act on half of it.
  if (may_ensure(host) && host.mistakes.empty() && !host.options.dry_run) said = ensure_briefly(host);
  Report report = TRY(gate(host));
  std::erase_if(said, [&](const Message& message) {
    return std::ranges::find(report.warnings, message) != report.warnings.end();
  });
  report.warnings.insert(report.warnings.begin(), said.begin(), said.end());
  return report;
}

bool has_this_hosts_key(const Host& host, const Holding& there) {
  // A host that has no record yet can still compare the two files.
  if (there.record || !there.key) return there.is_recorded;
  const auto here = keystore::load(host.files);
  return here && here->key && here->key->equals(*there.key);
}

Reason reason_for(const Holding& there) {
  switch (there.state) {
    case KeyState::absent: return there.record ? Reason::lost_key : Reason::no_key;
    // The file holds a key, and it was compared with this host's before: so it is another one.
    case KeyState::present: return Reason::not_recorded;
    case KeyState::invalid: return Reason::invalid_key;
    case KeyState::unsafe:
    case KeyState::unreadable: return Reason::unsafe_key;
  }
  __builtin_unreachable();
}

std::string found_in(const Path& key_file, const Holding& there) {
  switch (there.state) {
    case KeyState::absent: return key_file.string() + ", which does not exist, and make a new key there";
    case KeyState::present: return key_file.string() + ", which is not this host's key";
    case KeyState::invalid:
    case KeyState::unsafe:
    case KeyState::unreadable: break;
  }
  return key_file.string() + " (" + there.key_problem->message + ")";
}

// ${HOME} in mms.conf is the home of whoever starts the script. A start by root then reads another path, and the remedy
// is to start it as the service's account.
bool differs_by_home(const Host& host, const Path& key_file) {
  // NOLINTBEGIN(concurrency-mt-unsafe): one thread
  const char* given = std::getenv("HOME");
  // NOLINTEND(concurrency-mt-unsafe)
  const std::string home = given != nullptr ? given : "";
  const std::string own = host.files.service.home.string();
  const std::string path = as_mms_conf_says(host, host.files.key_file);
  return !own.empty() && path.starts_with(own + "/") &&
         as_mms_conf_says(host, key_file) == home + path.substr(own.size());
}

platform::Steps to_read_this_hosts_key(const Host& host, const Path& key_file) {
  platform::Steps steps;
  const auto command = start_command(host);
  if (command && differs_by_home(host, key_file))
    steps.push_back({"to start it as " + host.files.service.name, *command});
  const auto conf = platform::mms_conf_file(host.installation);
  const std::string where = conf ? "in " + conf->string() : "in mms.conf";
  steps.push_back({(steps.empty() ? "set this line " : "or set this line ") + where,
                   "ENC_KEY_PATH=" + platform::shell_quoted(as_mms_conf_says(host, host.files.key_file))});
  return steps;
}

Result<Report> refuse(const Host& host, const Host& there, const Holding& found) {
  const Path& key_file = there.files.key_file;
  const Reason reason = reason_for(found);
  Report report{.command = Command::hook_run, .code = exit_code_for(reason)};
  report.gate =
      GatePart{.policy = host.options.policy.value_or(host.config.policy), .allowed = false, .reasons = {reason}};
  report.key = key_part(there.files, found);
  report.warn("refused: started this way, Ops Manager would read " + found_in(key_file, found) +
                  "; this host's key is in " + host.files.key_file.string(),
              to_read_this_hosts_key(host, key_file));
  conclude(there, stamp_of_key(there), report);
  return report;
}

Result<Report> decide_start(const Host& host) {
  const Path key_file = key_file_of_start(host);
  // The gate answers for a path that nobody knows.
  if (key_file.empty()) return gate(host);
  const bool own = is_same_place(key_file, host.files.key_file);
  const Host there = own ? host : at(host, key_file);
  if (was_allowed_in_this_start(there)) return passed(host);
  if (own) return ensure_and_gate(host);
  const Holding found = TRY(keystore::load(there.files));
  // With the policy "off" nothing is refused, and the gate still writes its note.
  const bool refused = host.config.policy != Policy::off && !has_this_hosts_key(host, found);
  return refused ? refuse(host, there, found) : gate(there);
}

}  // namespace

Result<Report> hook_run(const Host& host) {
  Report report = TRY(decide_start(host));
  report.command = Command::hook_run;
  return report;
}

}  // namespace agent::commands
