// SPDX-License-Identifier: ISC
#include "agent/config/host.h"

#include <algorithm>

#include <boost/filesystem/operations.hpp>

#include "agent/base/limits.h"
#include "agent/base/wait_line.h"
#include "agent/protocol/claim.h"
#include "platform/files/file.h"
#include "platform/host/default_paths.h"
#include "platform/host/host_facts.h"

namespace agent {

namespace {

using platform::ErrorKind;
using platform::fail;
using platform::Path;
using platform::Result;

Result<Settings> settings_in_file(const Options& options) {
  // On Windows anybody may create the default directory before the package does. A file that a person names is trusted
  // by that person.
  if (!options.config) TRY(platform::check_default_paths());
  const Path path = configuration_file(options);
  const auto file = platform::read_file(path, limits::configuration_file, platform::Links::follow);
  const bool absent = !file && file.error().kind == ErrorKind::not_found;
  // The default file may be absent; a named one may not, because its author expects its settings to count.
  if (absent && !options.config) return Settings();
  if (absent) return fail(ErrorKind::configuration, "there is no configuration file " + path.string());
  // A directory or a device under that name is a wrong --config, and not a file that somebody tampered with.
  if (!file && file.error().kind == ErrorKind::unsafe_file)
    return fail(ErrorKind::configuration, file.error().message + "; expected a configuration file");
  if (!file) return tl::unexpected(file.error());
  return read_settings(platform::text_of(file->content), path.string());
}

template <class Value>
std::optional<Value> first_of(const std::optional<Value>& preferred, const std::optional<Value>& otherwise) {
  return preferred ? preferred : otherwise;
}

platform::InstallationRequest installation_request(const Options& options, const Config& config) {
  platform::InstallationRequest request;
  request.install_path = first_of(options.install_path, config.install_path);
  // The configured kind belongs to the configured path, and another path may hold another kind.
  request.layout = options.install_path ? std::nullopt : config.kind;
  request.key_file = first_of(options.key_file, config.key_file);
  // A path in the host's configuration replaces the installation's. A path on the command line, or in a configuration
  // of an ordinary user's own, is for a trial beside the installation.
  request.key_file_is_installed = !options.key_file && (platform::running_as_root() || !options.config);
  request.owner = first_of(options.owner, config.owner);
  if (options.root) request.root = *options.root;
  return request;
}

// restore --output writes the key for another machine, so this one needs no installation and no account.
bool is_for_another_machine(const Options& options) { return options.command == Command::restore && options.output; }

Result<platform::Installation> find_installation(const Options& options, const Config& config) {
  const platform::InstallationRequest request = installation_request(options, config);
  auto found = platform::find_installation(request);
  if (found || found.error().kind != ErrorKind::not_installed) return found;
  // Some commands are useful before Ops Manager is installed. They work with the paths that the package will use.
  const bool may_precede = options.table.facts_of(options.command).may_precede_ops_manager;
  if (!may_precede && !is_for_another_machine(options)) return found;
  // If no paths can be expected either, the first error says what is missing.
  auto expected = platform::expected_installation(request);
  if (!expected) return found;
  return std::move(*expected);
}

// Root, the agent's account and everybody on a packaged installation share one state. An ordinary user with an unpacked
// archive has a state of their own.
Path state_directory(const Options& options, const Config& config, const platform::Installation& installation) {
  const auto asked = first_of(options.state_dir, config.state_dir);
  if (asked) return boost::filesystem::absolute(*asked);  // advice repeats it, to be typed in any directory
  const bool regular = platform::running_as_root() || installation.layout == platform::Layout::package ||
                       platform::current_account().name == platform::agent_account_name();
  return regular ? platform::default_state_directory() : platform::personal_state_directory();
}

// These commands use the key where it is. Every other command would decide where it goes, and must know that for sure.
bool may_use_recorded_key_file(Command command) {
  return command == Command::ensure || command == Command::gate || command == Command::hook_run ||
         command == Command::serve || command == Command::status || command == Command::verify ||
         command == Command::doctor || command == Command::fleet;
}

// Some of these commands change mms.conf, so they must run while it is broken, and report themselves what is wrong with
// it. The others do not look at the key file: the listener's unit calls `identity` first, and must not stay down.
bool needs_no_key_file(const Options& options) {
  return options.command == Command::hook_install || options.command == Command::hook_remove ||
         (options.command == Command::restore && options.host_state) || is_for_another_machine(options) ||
         options.command == Command::identity || options.command == Command::peers_list ||
         options.command == Command::peers_add || options.command == Command::peers_remove;
}

// Under these policies the gate needs no path either.
bool lets_every_start_pass(const Host& host) {
  return decides_about_start(host.options) && refuses_nothing(host.options.policy.value_or(host.config.policy));
}

// Nothing when no record names one. The path was certain when root wrote the record.
Result<std::optional<Path>> recorded_key_file(const Host& host) {
  const auto record = TRY(keystore::load_record(host.files.state_directory));
  return record && record->key_file ? std::optional<Path>(*record->key_file) : std::nullopt;
}

// Without a path in the record there is no path: with a guessed one the gate could pass for a file that Ops Manager
// does not read.
Result<void> use_recorded_key_file(Host& host) {
  const std::string unknown =
      "where Ops Manager reads its key is unknown: " + host.installation.key_file_unknown->message;
  // The account stays that of the package, or the owner of the directory; with a path, mms.conf is not read.
  const std::string remedy =
      "name it in the configuration: [installation] key_file = \"PATH\", and owner = \"USER\" if "
      "Ops Manager does not run as " +
      host.installation.service.name;
  if (needs_no_key_file(host.options)) return {};
  if (!may_use_recorded_key_file(host.options.command)) return fail(ErrorKind::configuration, unknown + "; " + remedy);
  const auto recorded = recorded_key_file(host);
  const bool known = recorded && *recorded;
  if (!known && lets_every_start_pass(host)) {
    host.key_file_warning = unknown + "; " + remedy;
    return {};
  }
  if (!recorded) return fail(ErrorKind::configuration, unknown + ", and " + recorded.error().message + "; " + remedy);
  if (!known) return fail(ErrorKind::configuration, unknown + ", and no record names it; " + remedy);
  host.files.key_file = **recorded;
  host.key_file_warning = unknown + "; the recorded path is used, " + host.files.key_file.string() + "; " + remedy;
  return {};
}

// The file may give another path to an account that does not run Ops Manager, for example where it sources what only
// the service can read. Such an account goes by the record.
void prefer_recorded_key_file(Host& host) {
  const bool sourced =
      !host.options.key_file && !host.config.key_file &&
      (host.installation.layout == platform::Layout::package || host.installation.layout == platform::Layout::tar);
  const bool is_service = platform::running_as_root() || platform::current_user() == host.files.service.uid;
  if (!sourced || is_service) return;
  // A record that cannot be read is reported where the key is: here it only means that there is no better path.
  const auto recorded = recorded_key_file(host);
  if (!recorded || !*recorded || **recorded == host.files.key_file) return;
  host.key_file_warning = "mms.conf gives this account " + host.files.key_file.string() +
                          "; the recorded path is used, " + (*recorded)->string();
  host.files.key_file = **recorded;
}

// The path in the record, and the account that owns the file there: enough to compare the key with the record.
std::optional<platform::Installation> recorded_installation(const Host& host) {
  const auto recorded = recorded_key_file(host);
  const bool known = recorded && *recorded;
  if (!known && !host.options.key_file) return std::nullopt;
  platform::Installation found;
  found.key_file = host.options.key_file ? boost::filesystem::absolute(*host.options.key_file) : **recorded;
  const auto facts = platform::facts_of(found.key_file);
  const auto owner = facts ? platform::find_account(std::to_string(facts->uid)) : platform::current_account();
  found.service = owner ? *owner : platform::current_account();
  return found;
}

bool is_place_unknown(const std::vector<Mistake>& mistakes) {
  return std::ranges::find(mistakes, Bearing::place, &Mistake::bearing) != mistakes.end();
}

// Where the key is, and whose. A mistake in what says so, or a missing account, leaves the gate the record.
Result<void> find_key_file(Host& host) {
  auto found = find_installation(host.options, host.config);
  host.files.state_directory = state_directory(host.options, host.config, found ? *found : platform::Installation());
  // A missing Ops Manager is not a mistake in the configuration. A missing account that it names is one.
  const bool wrong =
      found ? is_place_unknown(host.mistakes)
            : found.error().kind != ErrorKind::not_installed || host.config.owner || is_place_unknown(host.mistakes);
  auto recorded = decides_about_start(host.options) && wrong ? recorded_installation(host) : std::nullopt;
  if (!found && !recorded) return tl::unexpected(std::move(found).error());
  if (!found) host.mistakes.push_back({found.error(), Bearing::place});
  host.installation = found ? std::move(*found) : std::move(*recorded);
  host.files.key_file = found && recorded ? recorded->key_file : host.installation.key_file;
  host.files.service = host.installation.service;
  return {};
}

// The account of the processes that talk to peers. Never root: whoever takes such a process over through a peer's bytes
// must not own the host. An ordinary user cannot change accounts and uses their own.
Result<void> choose_account(Host& host) {
  if (!platform::running_as_root()) {
    host.agent = platform::current_account();
    return {};
  }
  auto account = platform::find_account(platform::agent_account_name());
  if (account) {
    host.agent = std::move(*account);
    return {};
  }
  // An account that could not be looked up may be there.
  if (account.error().kind != ErrorKind::not_installed) return tl::unexpected(account.error());
  const std::string trial_account(platform::trial_account_name());
  const std::string missing = "there is no account " + std::string(platform::agent_account_name());
  // For a trial as root in a directory of its own, before the package has made the account.
  host.agent = TRY(platform::find_account(trial_account));
  if (is_for_another_machine(host.options)) return {};
  // On a host in use the account is missing by mistake. The trial account is shared with other programs, so it never
  // gets at the regular state.
  if (host.files.state_directory == platform::default_state_directory())
    return fail(ErrorKind::configuration, missing + " for the agent on this host");
  host.trial = missing + ", so this is a trial: its state is in " + host.files.state_directory.string() +
               ", and it contacts peers as " + trial_account;
  return {};
}

// Some systems let a host's name contain anything. A claim with a name that is empty or not plain would be refused by
// all peers.
std::string plain_host_name() {
  const std::string name = platform::host_name();
  return !name.empty() && is_plain_name(name) ? name : "localhost";
}

}  // namespace

Address Host::address() const {
  if (config.address) return *config.address;
  const std::uint16_t port = config.listen.front().port;
  // Other hosts may not search this host's domain, so a short name may mean nothing or another host to them.
  const std::string qualified = name.find('.') != std::string::npos ? name : platform::qualified_host_name();
  return {!qualified.empty() && is_plain_name(qualified) ? qualified : name, port};
}

// Not for root, whose configuration is the host's.
Options with_own_configuration(Options options) {
  if (options.config || platform::running_as_root()) return options;
  const Path own = platform::personal_config_directory() / "genkey-agent.toml";
  boost::system::error_code unknown;  // a file that cannot be looked at is taken for absent
  if (boost::filesystem::exists(own, unknown)) options.config = own;
  return options;
}

Path configuration_file(const Options& options) { return options.config.value_or(platform::default_config_file()); }

bool Host::goes_by_record_alone() const {
  return std::ranges::any_of(mistakes, [](const Mistake& mistake) { return mistake.bearing >= Bearing::peers; });
}

bool decides_about_start(const Options& options) {
  const bool windows_gate = options.command == Command::service_run && options.gate_service;
  return options.command == Command::gate || options.command == Command::hook_run || windows_gate;
}

Settings read_settings(const Options& options) {
  auto settings = settings_in_file(options);
  if (settings) return std::move(*settings);
  // Nobody knows what the file says, so the gate goes by the default policy, and by the record alone.
  return {.config = {}, .mistakes = {{settings.error(), Bearing::place}}, .lines = {}};
}

std::vector<std::string> sentences_about(const std::vector<Mistake>& mistakes, Policy policy) {
  std::vector<std::string> sentences;
  for (const Mistake& mistake : mistakes) {
    std::string sentence = mistake.error.message;
    switch (mistake.bearing) {
      case Bearing::none: sentence += "; the gate does not need it"; break;
      case Bearing::policy:
        sentence += "; until it is corrected, the gate goes by policy \"" + std::string(policy_names.of(policy)) + "\"";
        break;
      case Bearing::peers:
      case Bearing::place:
        sentence += "; until it is corrected, the gate asks no peer and goes by the record alone";
        break;
    }
    sentences.push_back(std::move(sentence));
  }
  return sentences;
}

Result<Host> examine_host(const Options& options, Settings settings) {
  if (!settings.mistakes.empty() && !decides_about_start(options))
    return tl::unexpected(std::move(settings.mistakes.front().error));
  Host host;
  host.options = options;
  host.config = std::move(settings.config);
  host.mistakes = std::move(settings.mistakes);
  TRY(find_key_file(host));
  if (host.installation.key_file_unknown) {
    TRY(use_recorded_key_file(host));
  } else {
    prefer_recorded_key_file(host);
  }
  host.name = host.config.name.value_or(plain_host_name());
  if (auto chosen = choose_account(host); !chosen) {
    // An override is a file of root's in a directory that belongs in part to this account.
    if (!decides_about_start(options) || options.allow_next_start) return tl::unexpected(std::move(chosen).error());
    host.mistakes.push_back({std::move(chosen).error(), Bearing::peers});
  }
  // These two would refuse every start for lack of answers, when nobody may be asked.
  const Policy policy = options.policy.value_or(host.config.policy);
  const bool wants_answers = policy == Policy::majority || policy == Policy::strict;
  if (host.goes_by_record_alone() && wants_answers) host.options.policy = Policy::local;
  return host;
}

Result<void> prepare(const Host& host) { return keystore::prepare_state_directory(host.files, host.agent); }

Result<platform::FileLock> wait_for_lock(const Host& host, const Path& file) {
  // Most waits are over before a person would notice. Only a longer one is worth a line.
  const auto end = WaitLine::Clock::now() + limits::lock_wait;
  WaitLine line(end, host.options.quiet);
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - WaitLine::Clock::now());
    auto lock = platform::FileLock::acquire(file, std::min<std::chrono::milliseconds>(left, limits::silent_lock_wait));
    const bool is_over = WaitLine::Clock::now() >= end;
    if (lock || lock.error().kind != ErrorKind::busy || is_over) return lock;
    line.show("waiting for another genkey-agent command");
  }
}

}  // namespace agent
