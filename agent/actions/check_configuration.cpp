// SPDX-License-Identifier: ISC
#include "agent/actions/check_configuration.h"

#include <algorithm>
#include <iterator>

#include "agent/actions/check_named.h"
#include "agent/base/limits.h"
#include "agent/config/combined_settings.h"
#include "agent/doctor/apply_settings.h"
#include "agent/transport/name_lookup.h"
#include "platform/files/file.h"
#include "platform/processes/forked_child.h"

namespace agent {

namespace {

using platform::ErrorKind;

// What the configuration names and this host does not have, such as an account.
bool is_mistake(const platform::Error& error) {
  return error.kind == ErrorKind::configuration || error.kind == ErrorKind::bad_path || error.kind == ErrorKind::usage;
}

// A setting that no installation can have is named with its line. Other mistakes say themselves where they are.
std::string mistake_about(const platform::Error& error, const Options& options, const Settings& settings) {
  const char* key = settings.config.key_file && !options.key_file ? "installation.key_file" : "installation.kind";
  if (error.kind != ErrorKind::usage || !settings.lines.contains(key)) return error.message;
  return place_of(key, settings, configuration_file(options).string()) + ": " + error.message;
}

// As the agent's account, because answers of name servers come from strangers.
std::vector<std::string> problems_of_names(const Host& host, const std::vector<Address>& peers) {
  constexpr std::size_t longest_problem = 512;
  const auto said = platform::run_in_child(
      host.agent,
      {.secret = 0, .said = peers.size() * longest_problem, .time = limits::verify_wait + limits::child_grace}, [&] {
        std::string text;
        for (const std::string& problem : problems_of_names(peers, limits::verify_wait))
          text += problem.substr(0, longest_problem - 1) + "\n";
        return platform::public_report(text);
      });
  std::vector<std::string> problems;
  if (!said) return std::vector<std::string>(peers.size(), said.error().message);
  std::string_view text = platform::text_of(said->said);
  while (!text.empty() && problems.size() < peers.size()) {
    const auto end = std::min(text.find('\n'), text.size() - 1);
    problems.emplace_back(text.substr(0, end));
    // The child may have been taken over by a name server. Nothing from it may steer a terminal.
    std::ranges::replace_if(
        problems.back(), [](unsigned char c) { return c < ' ' || c > '~'; }, '?');
    text.remove_prefix(end + 1);
  }
  problems.resize(peers.size());
  return problems;
}

void look_up_peers(const Host& host, ConfigurationCheck& check) {
  const std::vector<Address>& peers = host.config.peers;
  if (peers.empty()) return;
  const auto problems = problems_of_names(host, peers);
  for (std::size_t at = 0; at < peers.size(); ++at) {
    if (problems[at].empty()) continue;
    const std::string line = at < host.config.peer_lines.size() ? std::to_string(host.config.peer_lines[at]) : "?";
    check.unresolved.push_back(check.file.string() + ":" + line + ": \"peers\", entry " + std::to_string(at + 1) +
                               ": " + problems[at]);
  }
}

void look_at_host(const Options& options, const Settings& settings, ConfigurationCheck& check) {
  const auto host = examine_host(options, settings);
  NamedProblems named = problems_of_named(options, settings, host ? &*host : nullptr);
  std::ranges::move(named.mistakes, std::back_inserter(check.mistakes));
  std::ranges::move(named.unknown, std::back_inserter(check.notes));
  if (host) {
    look_up_peers(*host, check);
    check.listener = compare_with_listener(*host, effective_settings(options, settings, &*host));
    return;
  }
  check.listener = {.state = ListenerState::unknown, .why = host.error().message};
  // Ops Manager may still be missing, for example. That is not the configuration's fault.
  if (is_mistake(host.error()))
    check.mistakes.push_back(mistake_about(host.error(), options, settings));
  else if (check.mistakes.empty())
    check.notes.push_back("the peers were not looked up: " + host.error().message);
}

std::string line_of(const SettingChange& change) {
  const bool hidden = may_hold_secret({.key = change.key, .value = {}, .where = {}});
  const auto shown = [&](const std::string& value) { return value.empty() ? "not set" : hidden ? "set" : value; };
  return "a restart of the listener changes " + change.key + " from " + shown(change.running) + " to " +
         (hidden && !change.configured.empty() ? "another value" : shown(change.configured));
}

}  // namespace

ExitCode ConfigurationCheck::code() const {
  if (!mistakes.empty()) return exit_usage;
  return unresolved.empty() ? exit_done : exit_attention;
}

ConfigurationCheck check_configuration(const Options& options) {
  ConfigurationCheck check{.file = configuration_file(options)};
  check.present = platform::facts_of(check.file).has_value();
  const Settings settings = read_settings(options);
  for (const Mistake& mistake : settings.mistakes) check.mistakes.push_back(mistake.error.message);
  if (!settings.mistakes.empty()) {
    check.listener = {.state = ListenerState::unknown, .why = "the configuration has mistakes"};
    return check;
  }
  check.mistakes = ineffective_settings(settings, check.file.string());
  const DoctorSettings doctor = read_doctor_settings(options);
  for (const Mistake& mistake : doctor.mistakes) check.mistakes.push_back(mistake.error.message);
  std::ranges::move(unknown_ids(doctor, check.file.string()), std::back_inserter(check.mistakes));
  look_at_host(options, settings, check);
  return check;
}

std::vector<std::string> lines_of(const ConfigurationCheck& check) {
  std::vector<std::string> lines = check.mistakes;
  lines.insert(lines.end(), check.unresolved.begin(), check.unresolved.end());
  lines.insert(lines.end(), check.notes.begin(), check.notes.end());
  if (lines.empty())
    lines.push_back(check.file.string() + (check.present ? " has no mistakes" : " is not there; the defaults count"));
  for (const SettingChange& change : check.listener.changes) lines.push_back(line_of(change));
  switch (check.listener.state) {
    case ListenerState::current: lines.emplace_back("the running listener uses this configuration"); break;
    case ListenerState::none: lines.emplace_back("no listener runs that it could be compared with"); break;
    case ListenerState::unknown:
      lines.push_back("what the running listener uses is unknown: " + check.listener.why);
      break;
    case ListenerState::outdated: break;
  }
  return lines;
}

}  // namespace agent
