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
    std::cout << to_json(report, options) << "\n";
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

const CommandFacts& facts_of(const Options& options) { return options.table.facts_of(options.command); }

bool worth_a_notice(const Options& options) {
  return options.verbose || (facts_of(options).tells_of_trial && !options.quiet);
}

Result<Host> host_for(const Options& options) {
  if (facts_of(options).needs_host) return examine_host(options);
  Host host;
  host.options = options;
  return host;
}

void warn_of_key_file(const Host& host, Report& report) {
  if (!host.key_file_warning) return;
  report.warnings.insert(report.warnings.begin(), *host.key_file_warning);
  // Whether Ops Manager may start is another question.
  if (!report.gate) report.code = worst(report.code, exit_attention);
}

int run_parsed(const Options& options) {
  if (const auto hardened = platform::harden_process(); !hardened) return show(hardened.error(), options);
  const auto host = host_for(options);
  if (!host) return show(host.error(), options);
  if (host->trial && worth_a_notice(options)) warn(*host->trial);
  // A listener says nothing at its end.
  if (host->key_file_warning && options.command == Command::serve) warn(*host->key_file_warning);
  auto report = commands::run(*host);
  if (report) warn_of_key_file(*host, *report);
  return report ? show(*report, options) : show(report.error(), options);
}

}  // namespace

int run(int argc, const char* const* argv) {
  try {
    const std::vector<std::string> words = platform::start_program(argc, argv);
    std::vector<const char*> pointers;
    for (const std::string& word : words) pointers.push_back(word.c_str());
    const Parsed parsed = parse_command_line(commands::table(), static_cast<int>(pointers.size()), pointers.data());
    return parsed.options ? run_parsed(with_own_configuration(*parsed.options)) : parsed.exit_code;
  } catch (const std::exception& error) {
    warn(std::string("this should not happen: ") + error.what());
    return exit_failed;
  }
}

}  // namespace agent
