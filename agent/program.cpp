// SPDX-License-Identifier: ISC
#include "agent/program.h"

#include <exception>
#include <iostream>

#include "agent/commands/table.h"
#include "agent/config/command_line.h"
#include "agent/report/advice.h"
#include "agent/report/json.h"
#include "agent/report/nagios.h"
#include "agent/report/prometheus.h"
#include "agent/report/report.h"
#include "platform/processes/hardening.h"
#include "platform/processes/utf8_start.h"

namespace agent {

namespace {

using platform::Error;
using platform::Result;

// Standard error: standard output holds results only, so that scripts can read it.
void warn(const std::string& text) { std::cerr << "genkey-agent: " << text << "\n"; }

// The hook runs inside Ops Manager's start script, whose standard output belongs to the script. A start that may go on
// needs no words.
void tell_start(const Report& report, const Options& options) {
  if (report.code == exit_done && !options.verbose) return;
  for (const std::string& line : report.lines) warn(line);
}

int show(const NagiosResult& result) {
  std::cout << result.line << "\n";
  return result.code;
}

// With --json standard output is one object and nothing else. The object has the warnings, so they are not repeated.
int show(const Report& report, const Options& options) {
  const bool status = report.command == Command::status;
  const StatusFormat format = options.json ? StatusFormat::json : options.status_format;
  if (options.json || (status && format == StatusFormat::json)) {
    std::cout << to_json(report, options) << "\n";
  } else if (status && format == StatusFormat::prometheus) {
    std::cout << to_prometheus(report);
  } else if (status && format == StatusFormat::nagios) {
    return show(to_nagios(report));
  } else if (report.command == Command::hook_run) {
    tell_start(report, options);
  } else {
    for (const std::string& line : report.lines) std::cout << line << "\n";
  }
  if (!options.json && (!options.quiet || report.code != exit_done)) {
    for (const std::string& text : report.warnings) warn(text);
  }
  // A script that reads a result which was cut off by a full disk must not see success.
  return std::cout.flush() ? report.code : exit_failed;
}

int show(const Error& error, const Options& options) {
  if (options.command == Command::status && options.status_format == StatusFormat::nagios)
    return show(to_nagios(error));
  if (options.json) std::cout << error_to_json(error, options) << "\n";
  warn(error.message);
  const std::string advice = advice_for(error.kind, options);
  if (!advice.empty()) warn("mend it: " + advice);
  return exit_code_for(error.kind);
}

const CommandFacts& facts_of(const Options& options) { return options.table.facts_of(options.command); }

bool worth_a_notice(const Options& options) {
  return options.verbose || (facts_of(options).tells_of_trial && !options.quiet);
}

// Some commands must work with a wrong configuration, for example the one that removes the services.
Result<Host> host_for(const Options& options) {
  if (facts_of(options).needs_host) return examine_host(options);
  Host host;
  host.options = options;
  return host;
}

void warn_of_key_file(const Host& host, Report& report) {
  if (!host.key_file_warning) return;
  report.warnings.insert(report.warnings.begin(), *host.key_file_warning);
  // The gate's code says whether Ops Manager may start, and a warning does not change that.
  if (!report.gate) report.code = worst(report.code, exit_attention);
}

int run_parsed(const Options& options) {
  // Before the first secret is read. A process that cannot be protected handles none.
  if (const auto hardened = platform::harden_process(); !hardened) return show(hardened.error(), options);
  const auto host = host_for(options);
  if (!host) return show(host.error(), options);
  if (host->trial && worth_a_notice(options)) warn(*host->trial);
  // Other commands report it at their end. A listener runs for months, so it warns when it starts.
  if (host->key_file_warning && options.command == Command::serve) warn(*host->key_file_warning);
  auto report = commands::run(*host);
  if (report) warn_of_key_file(*host, *report);
  return report ? show(*report, options) : show(report.error(), options);
}

}  // namespace

int run(int argc, const char* const* argv) {
  try {
    // First of all: arguments and variables are UTF-8 only after this.
    const std::vector<std::string> words = platform::start_program(argc, argv);
    std::vector<const char*> pointers;
    for (const std::string& word : words) pointers.push_back(word.c_str());
    const Parsed parsed = parse_command_line(commands::table(), static_cast<int>(pointers.size()), pointers.data());
    return parsed.options ? run_parsed(with_own_configuration(*parsed.options)) : parsed.exit_code;
  } catch (const std::exception& error) {  // a defect, or no memory: errors that are expected are Results
    warn(std::string("this should not happen: ") + error.what());
    return exit_failed;
  }
}

}  // namespace agent
