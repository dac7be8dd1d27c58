#include "agent/program.h"

#include <exception>
#include <iostream>

#include "agent/commands/table.h"
#include "agent/config/command_line.h"
#include "agent/report/report.h"
#include "platform/processes/hardening.h"
#include "platform/processes/utf8_start.h"

namespace agent {

namespace {

using platform::Error;
using platform::Result;

Result<Report> run_command(const Host& host) {
  switch (host.options.command) {
    case Command::ensure: return commands::ensure(host);
    case Command::generate: return commands::generate(host);
    case Command::import: return commands::import(host);
    case Command::invite: return commands::invite(host);
    case Command::join: return commands::join(host);
    case Command::restore: return commands::restore(host);
    case Command::verify: return commands::verify(host);
    case Command::gate: return commands::gate(host);
    case Command::status: return commands::status(host);
    case Command::audit: return commands::audit(host);
    case Command::serve: return commands::serve(host);
    case Command::peers_list: return commands::peers_list(host);
    case Command::peers_add: return commands::peers_add(host);
    case Command::peers_remove: return commands::peers_remove(host);
    case Command::identity: return commands::identity(host);
    case Command::hook_install: return commands::hook_install(host);
    case Command::hook_remove: return commands::hook_remove(host);
    case Command::hook_run: return commands::hook_run(host);
    case Command::service_install: return commands::service_install(host);
    case Command::service_remove: return commands::service_remove(host);
    case Command::service_start: return commands::service_start(host);
    case Command::service_stop: return commands::service_stop(host);
    case Command::service_run: return commands::service_run(host);
    case Command::backup_create: return commands::backup_create(host);
    case Command::backup_list: return commands::backup_list(host);
    case Command::backup_check: return commands::backup_check(host);
    case Command::backup_drill: return commands::backup_drill(host);
    case Command::backup_prune: return commands::backup_prune(host);
    case Command::backup_new_identity: return commands::backup_new_identity(host);
  }
  __builtin_unreachable();
}

void warn(const std::string& text) { std::cerr << "genkey-agent: " << text << "\n"; }

// Within a start of Ops Manager: standard output is its script's, and a start that may go on needs no words.
void tell_start(const Report& report, const Options& options) {
  if (report.code == exit_done && !options.verbose) return;
  for (const std::string& line : report.lines) warn(line);
}

int show(const Report& report, const Options& options) {
  const bool status = report.command == Command::status;
  const StatusFormat format = options.json ? StatusFormat::json : options.status_format;
  if (options.json || (status && format == StatusFormat::json)) {
    std::cout << to_json(report) << "\n";
  } else if (status && format == StatusFormat::prometheus) {
    std::cout << to_prometheus(report);
  } else if (status && format == StatusFormat::nagios) {
    const NagiosResult result = to_nagios(report);
    std::cout << result.line << "\n";
    return result.code;
  } else if (report.command == Command::hook_run) {
    tell_start(report, options);
  } else {
    for (const std::string& line : report.lines) std::cout << line << "\n";
  }
  if (!options.json && (!options.quiet || report.code != exit_done)) {
    for (const std::string& text : report.warnings) warn(text);
  }
  return std::cout.flush() ? report.code : exit_failed;
}

int show(const Error& error, const Options& options) {
  if (options.command == Command::status && options.status_format == StatusFormat::nagios) {
    std::cout << "GENKEY UNKNOWN - " << error.message << "\n";
    return 3;
  }
  if (options.json) std::cout << error_to_json(error, options) << "\n";
  warn(error.message);
  const std::string advice = advice_for(error.kind, options);
  if (!advice.empty()) warn("mend it: " + advice);
  return exit_code_for(error.kind);
}

// On trial, those commands say so that people run once.
bool worth_a_notice(const Options& options) {
  const bool once = options.command == Command::generate || options.command == Command::import ||
                    options.command == Command::join || options.command == Command::restore ||
                    options.command == Command::serve || options.command == Command::status;
  return options.verbose || (once && !options.quiet);
}

// A new identity is no host's. The services can be removed, and stopped, whatever is wrong with the configuration; what
// they run reads it themselves.
bool needs_no_host(Command command) {
  return command == Command::backup_new_identity || command == Command::service_remove ||
         command == Command::service_start || command == Command::service_stop || command == Command::service_run;
}

Result<Host> host_for(const Options& options) {
  if (!needs_no_host(options.command)) return examine_host(options);
  Host host;
  host.options = options;
  return host;
}

int run_parsed(const Options& options) {
  if (const auto hardened = platform::harden_process(); !hardened) return show(hardened.error(), options);
  const auto host = host_for(options);
  if (!host) return show(host.error(), options);
  if (host->trial && worth_a_notice(options)) warn(*host->trial);
  const auto report = run_command(*host);
  return report ? show(*report, options) : show(report.error(), options);
}

}  // namespace

int run(int argc, const char* const* argv) {
  try {
    const std::vector<std::string> words = platform::start_program(argc, argv);
    std::vector<const char*> pointers;
    for (const std::string& word : words) pointers.push_back(word.c_str());
    const Parsed parsed = parse_command_line(static_cast<int>(pointers.size()), pointers.data());
    return parsed.options ? run_parsed(with_own_configuration(*parsed.options)) : parsed.exit_code;
  } catch (const std::exception& error) {
    warn(std::string("this should not happen: ") + error.what());
    return exit_failed;
  }
}

}  // namespace agent
