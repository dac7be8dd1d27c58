// SPDX-License-Identifier: ISC
// service: for systems on which programs install their services themselves (Windows). There are two services: the
// listener, and the gate, on which Ops Manager's services depend. The system runs the gate before them at each start,
// and does not start them if it fails. So the gate ends by itself once they run.
#include "agent/actions/conclude_gate.h"
#include "agent/actions/gate_service_state.h"
#include "agent/base/listener_service.h"
#include "agent/base/log.h"
#include "agent/commands/table.h"
#include "agent/config/typed_commands.h"
#include "agent/report/error_table.h"
#include "platform/files/file.h"
#include "platform/host/default_paths.h"
#include "platform/processes/program_path.h"
#include "platform/services/service_manager.h"
#include "platform/services/service_notify.h"

namespace agent::commands {

namespace {

using platform::Path;
using platform::Result;
using platform::ServiceDefinition;
using platform::ServiceLife;

constexpr const char* listener_name = listener_service;
constexpr const char* gate_name = gate_service_name;
// Long enough for the services of a slow machine at boot. After that the gate ends all the same.
constexpr auto patience_with_start = std::chrono::minutes(2);

Result<ServiceDefinition> definition(const Host& host, bool gate) {
  Path program = TRY(platform::program_path());
  ServiceDefinition service{
      .name = gate ? gate_name : listener_name,
      .title = gate ? "genkey-agent gate" : "genkey-agent",
      .description = gate ? "Decides at each start whether Ops Manager may run with this host's gen.key."
                          : "Proves to the other Ops Manager hosts that all hold the same gen.key.",
      .program = std::move(program),
      .arguments = {"service", "run"},
      // The gate is run by the system when something depends on it. Started with the system as well, it would run when
      // nobody asks.
      .starts_with_system = !gate,
      // A gate that failed has refused. Running it again would only repeat that.
      .starts_again_after_failure = !gate};
  if (gate) service.arguments.emplace_back("--gate");
  // A service has no shell and no environment of the person who installed it, so it gets their options.
  const auto words = option_words_of(host.options);
  service.arguments.insert(service.arguments.end(), words.begin(), words.end());
  return service;
}

void report_change(Report& report, bool changed, const std::string& line) {
  if (!changed) return;
  report.changed = true;
  report.lines.push_back(line);
}

Result<void> install(const Host& host, bool gate, Report& report) {
  const ServiceDefinition service = TRY(definition(host, gate));
  report_change(report, TRY(platform::install_service(service)), "installed the service " + service.name);
  return {};
}

Result<void> check_rights() {
  // Asked for here, because the system's own error names neither the service nor the remedy.
  if (platform::running_as_root()) return {};
  return platform::fail(platform::ErrorKind::denied, "only an administrator installs and removes services");
}

int told(const Result<Report>& report, bool with_lines) {
  if (!report) {
    log::error(report.error().message);
    return exit_code_for(report.error().kind);
  }
  for (const std::string& line : report->lines) {
    // A service has no terminal. The system's log is all that an administrator sees.
    if (with_lines || report->code != exit_done) log::info(line);
  }
  for (const Message& message : report->warnings) log::warning(on_one_line(message));
  return report->code;
}

// A failed `ensure` does not refuse the start. The gate decides that, by its own rules. With mistakes in the
// configuration `ensure` would act on half of it.
Result<Report> ensure_and_decide(Host host) {
  host.options.command = Command::ensure;
  if (host.mistakes.empty()) told(ensure(host), true);
  host.options.command = Command::gate;
  return gate(host);
}

int ensure_and_gate(const Options& options) {
  const Settings settings = read_settings(options);
  Result<Report> decided = platform::fail(platform::ErrorKind::internal, "");
  try {
    auto host = examine_host(options, settings);
    decided = host ? ensure_and_decide(*std::move(host)) : Result<Report>(tl::unexpected(std::move(host).error()));
  } catch (const std::exception& error) {
    decided = platform::fail(platform::ErrorKind::internal, std::string("this should not happen: ") + error.what());
  }
  if (const int code = told(under_policy(std::move(decided), options, settings), true); code != exit_done) {
    log::error("Ops Manager is not started");
    return code;
  }
  platform::notify_service_manager("READY=1");
  // The system requires the gate to be running until it has started the services that depend on it.
  if (!platform::wait_until_running(platform::find_ops_manager_services(), patience_with_start))
    log::detail("a service of Ops Manager does not run yet");
  return exit_done;
}

int run(const Options& options) {
  log::start(options.verbose ? log::Level::verbose : log::Level::normal);
  try {
    // Here and not before: an error must reach the system's log, and a service that ends without a report to the
    // service manager counts as crashed.
    if (options.gate_service) return ensure_and_gate(options);
    const auto host = examine_host(options, read_settings(options));
    return host ? told(serve(*host), false) : told(tl::unexpected(host.error()), true);
  } catch (const std::exception& error) {
    log::error(std::string("this should not happen: ") + error.what());
    return exit_failed;
  }
}

}  // namespace

Result<Report> service_install(const Host& host) {
  Report report{.command = Command::service_install, .changed = false};
  const auto gated = platform::find_ops_manager_services();
  if (host.options.dry_run) {
    report.lines = {std::string("would install the services ") + listener_name + " and " + gate_name};
    for (const std::string& service : gated)
      report.lines.push_back("would make " + service + " depend on " + gate_name);
    return report;
  }
  TRY(check_rights());
  // Made before anybody else can make it: a stranger who owns this directory could put a configuration there.
  TRY(platform::make_directory(platform::default_config_file().parent_path(), 0, 0, 0755));
  // The services first and the dependency last: Ops Manager's services could not start while they depend on a service
  // that is missing.
  TRY(install(host, false, report));
  TRY(install(host, true, report));
  for (const std::string& service : gated) {
    report_change(report, TRY(platform::add_dependency(service, gate_name)),
                  service + " depends on " + gate_name + " from now on");
  }
  if (report.lines.empty()) report.lines.emplace_back("nothing to do");
  if (gated.empty()) {
    report.warn("no service of Ops Manager is installed here, so the gate guards nothing yet",
                {{"when one is installed", command_line_for(host.options, "service install")}});
  }
  return report;
}

Result<Report> service_remove(const Host& host) {
  Report report{.command = Command::service_remove, .changed = false};
  if (host.options.dry_run) {
    report.lines = {std::string("would remove the services ") + listener_name + " and " + gate_name};
    return report;
  }
  TRY(check_rights());
  for (const std::string& service : platform::find_ops_manager_services()) {
    report_change(report, TRY(platform::remove_dependency(service, gate_name)),
                  service + " does not depend on " + gate_name + " any more");
  }
  for (const std::string name : {gate_name, listener_name})
    report_change(report, TRY(platform::remove_service(name)), "removed the service " + name);
  if (report.lines.empty()) report.lines.emplace_back("nothing to do");
  return report;
}

Result<Report> service_start(const Host& /*host*/) {
  TRY(platform::start_service(listener_name));
  return Report{.command = Command::service_start, .lines = {std::string(listener_name) + " runs"}};
}

Result<Report> service_stop(const Host& /*host*/) {
  TRY(platform::stop_service(listener_name));
  return Report{.command = Command::service_stop, .lines = {std::string(listener_name) + " is stopped"}};
}

Result<Report> service_run(const Host& host) {
  const bool gate = host.options.gate_service;
  const int code = TRY(platform::run_as_service(gate ? gate_name : listener_name,
                                                gate ? ServiceLife::until_done : ServiceLife::until_stopped,
                                                [&] { return run(host.options); }));
  return Report{.command = Command::service_run, .code = static_cast<ExitCode>(code)};
}

}  // namespace agent::commands
