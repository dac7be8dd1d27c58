// SPDX-License-Identifier: ISC
// config: the configuration as every command reads it. Both commands change nothing.
#include "agent/commands/config.h"

#include <algorithm>
#include <iterator>

#include "agent/actions/check_configuration.h"
#include "agent/base/listener_service.h"
#include "agent/commands/table.h"
#include "agent/config/typed_commands.h"
#include "agent/doctor/apply_settings.h"

namespace agent::commands {

namespace {

using platform::Result;

std::string shown(const Setting& setting) {
  if (!setting.value) return "not set";
  return may_hold_secret(setting) ? "set" : *setting.value;
}

std::string line_for(const Setting& setting) {
  return setting.key + " = " + shown(setting) + "  (" + origin_text(setting) + ")";
}

// A listener that no service manager runs was started by a person.
std::string restart_line(const Options& options) {
  return is_kept_running(state_of_listener()) ? platform::restart_command_of(listener_service)
                                              : command_line_for(options, "serve");
}

}  // namespace

Result<Report> config_check(const Host& host) {
  const ConfigurationCheck check = check_configuration(host.options);
  Report report{.command = Command::config_check, .code = check.code()};
  report.lines = lines_of(check);
  report.own_members = members_of(check);
  if (check.listener.state == ListenerState::outdated)
    report.warn("the listener still runs with former settings", {{"to restart it", restart_line(host.options)}});
  return report;
}

Result<Report> config_show(const Host& host) {
  const Settings settings = read_settings(host.options);
  // With a mistake in it no other command takes the configuration either, so nothing of it counts.
  if (!settings.mistakes.empty()) return tl::unexpected(settings.mistakes.front().error);
  const DoctorSettings doctor = read_doctor_settings(host.options);
  if (!doctor.mistakes.empty()) return tl::unexpected(doctor.mistakes.front().error);
  const std::string file = configuration_file(host.options).string();
  if (const auto unknown = unknown_ids(doctor, file); !unknown.empty())
    return platform::fail(platform::ErrorKind::configuration, unknown.front());
  Report report{.command = Command::config_show};
  const auto examined = examine_host(host.options, settings);
  auto all = effective_settings(host.options, settings, examined ? &*examined : nullptr);
  std::ranges::move(effective_settings(host.options, settings, doctor), std::back_inserter(all));
  for (const Setting& setting : all) report.lines.push_back(line_for(setting));
  if (!examined) report.warn("what this host itself sets is not known: " + examined.error().message);
  report.own_members.push_back(text_member("file", file));
  report.own_members.push_back(settings_member(all));
  return report;
}

}  // namespace agent::commands
