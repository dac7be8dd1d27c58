// SPDX-License-Identifier: ISC
// setup: the configuration file of a new host. It never changes a file that somebody has edited, and it touches neither
// key nor state.
#include <algorithm>

#include "agent/actions/check_configuration.h"
#include "agent/base/limits.h"
#include "agent/base/listener_service.h"
#include "agent/base/names.h"
#include "agent/commands/table.h"
#include "agent/config/example_configuration.h"
#include "agent/config/new_configuration.h"
#include "agent/config/typed_commands.h"
#include "agent/protocol/claim.h"
#include "platform/accounts/account.h"
#include "platform/base/ascii.h"
#include "platform/files/file.h"
#include "platform/host/default_paths.h"
#include "platform/host/host_facts.h"
#include "platform/processes/terminal.h"

namespace agent::commands {

namespace {

using platform::ErrorKind;
using platform::fail;
using platform::Path;
using platform::Result;

constexpr std::size_t longest_answer = 4000;  // of a line in the terminal's own line mode

// Root's configuration is the host's. Another user has a file of their own.
Path file_to_write(const Options& options) {
  if (options.config || platform::running_as_root()) return configuration_file(options);
  return platform::personal_config_directory() / "genkey-agent.toml";
}

Result<std::vector<Address>> addresses_in(std::string_view text) {
  constexpr std::string_view between = " ,\t\r";
  std::vector<Address> addresses;
  for (text = platform::trimmed(text, between); !text.empty(); text = platform::trimmed(text, between)) {
    const auto end = std::min(text.find_first_of(between), text.size());
    addresses.push_back(TRY(parse_address(text.substr(0, end))));
    text.remove_prefix(end);
  }
  return addresses;
}

Result<std::string> ask_name() {
  const std::string own = platform::host_name();
  const std::string line = TRY(platform::ask_line("Name of this host [" + own + "]: ", longest_answer));
  const std::string name(platform::trimmed(line, " \t\r"));
  if (!is_plain_name(name)) return fail(ErrorKind::usage, "the answer is not a plain host name");
  return name;
}

// Of the list that all hosts share, the entry that is this host's: by its full name, or by the first part of a name
// that no other entry shares. Known from the start, it is never taken for a peer that was not asked yet.
std::optional<Address> own_entry_in(const std::vector<Address>& peers, const std::string& name) {
  std::vector<Address> own;
  for (const Address& peer : peers) {
    if (peer.host == name || peer.host.substr(0, peer.host.find('.')) == name) own.push_back(peer);
  }
  return own.size() == 1 ? std::optional(own.front()) : std::nullopt;
}

// What the options do not say, a person says. Nothing is asked when the peers are given, so that a script never hangs.
Result<NewConfiguration> told_configuration(const Options& options) {
  NewConfiguration wanted{.name = options.name, .address = options.own_address, .peers = options.peers};
  if (!wanted.peers.empty()) return wanted;
  if (!platform::has_terminal())
    return fail(ErrorKind::usage, "no peers are given, and there is no terminal to ask for them on");
  if (!wanted.name) {
    const std::string name = TRY(ask_name());
    if (!name.empty()) wanted.name = name;
  }
  const std::string line = TRY(platform::ask_line(
      "All hosts of Ops Manager, with blanks between them (om1.example.com om2.example.com): ", longest_answer));
  wanted.peers = TRY(addresses_in(line));
  if (wanted.peers.empty()) return fail(ErrorKind::usage, "no peers were named");
  return wanted;
}

Result<NewConfiguration> wanted_configuration(const Options& options) {
  NewConfiguration wanted = TRY(told_configuration(options));
  if (!wanted.address) wanted.address = own_entry_in(wanted.peers, wanted.name.value_or(platform::host_name()));
  return wanted;
}

enum class Present : std::uint8_t { absent, same, untouched, edited };

struct Target {
  Path path;
  Present present = Present::absent;
  std::optional<platform::FileFacts> facts;
};

// A file that is the example, byte by byte, holds no decision of anybody.
Result<Target> look_at(const Path& path, const std::string& text) {
  Target target{.path = path};
  const auto file = platform::read_file(path, limits::configuration_file, platform::Links::refuse);
  if (!file && file.error().kind == ErrorKind::not_found) return target;
  // A link or a directory stands there on purpose.
  if (!file && file.error().kind == ErrorKind::unsafe_file) return fail(ErrorKind::exists, file.error().message);
  if (!file) return tl::unexpected(file.error());
  const std::string_view content = platform::text_of(file->content);
  target.facts = file->facts;
  target.present = content == text                      ? Present::same
                   : content == example_configuration() ? Present::untouched
                                                        : Present::edited;
  return target;
}

Result<void> write(const Target& target, const std::string& text) {
  const Path directory = target.path.parent_path();
  if (!platform::facts_of(directory))
    TRY(platform::make_directory(directory, platform::current_user(), platform::current_group(), 0755));
  return platform::install_file(
      {.path = target.path,
       .content = platform::view_of(text),
       .uid = platform::current_user(),
       .gid = platform::current_group(),
       .mode = 0644,
       .existing = target.facts ? platform::NewFile::Existing::replace : platform::NewFile::Existing::refuse,
       .replaces = target.facts});
}

// Only a listener that the service manager runs: one that is stopped stays so.
void restart_listener(const Options& options, Report& report) {
  if (options.config || !platform::running_as_root()) return;
  if (!is_kept_running(state_of_listener())) return;
  const auto restarted = platform::restart_service(listener_service);
  if (restarted) {
    report.lines.emplace_back("the listener was restarted");
    return;
  }
  report.code = worst(report.code, exit_attention);
  report.warn("the listener could not be restarted: " + restarted.error().message, restart_listener_steps(options));
}

void say_what_comes_next(const Options& options, Report& report) {
  report.lines.push_back(
      for_people({"next, bring the key to this host",
                  {{"if it is the first host of the fleet", command_line_for(options, "generate")},
                   {"if another host has the key, first there", command_line_elsewhere(options, "invite")},
                   {"then here", command_line_for(options, "join")}}}));
}

}  // namespace

Result<Report> setup(const Host& host) {
  const Options& options = host.options;
  Report report{.command = Command::setup, .changed = false};
  const std::string text = text_of(TRY(wanted_configuration(options)));
  const Target target = TRY(look_at(file_to_write(options), text));
  if (target.present == Present::edited)
    return fail(ErrorKind::exists, "there is a configuration already in " + target.path.string());
  report.own_members.push_back(text_member("file", target.path.string()));
  if (options.dry_run) {
    report.lines.push_back(text.substr(0, text.size() - 1));
    report.own_members.push_back(text_member("content", text));
    return report;
  }
  report.changed = target.present != Present::same;
  if (*report.changed) TRY(write(target, text));
  report.lines.push_back((*report.changed ? "wrote " : "unchanged: ") + target.path.string());

  Options written = options;
  if (!platform::running_as_root()) written.config = target.path;
  const ConfigurationCheck check = check_configuration(written);
  report.code = check.code();
  report.lines.insert(report.lines.end(), check.mistakes.begin(), check.mistakes.end());
  report.lines.insert(report.lines.end(), check.unresolved.begin(), check.unresolved.end());
  if (*report.changed) restart_listener(options, report);
  if (check.mistakes.empty()) say_what_comes_next(written, report);
  return report;
}

}  // namespace agent::commands
