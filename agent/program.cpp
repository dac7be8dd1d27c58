// SPDX-License-Identifier: ISC
#include "agent/program.h"

#include <exception>
#include <iostream>

#include "agent/actions/completion_words.h"
#include "agent/actions/conclude_gate.h"
#include "agent/base/streams.h"
#include "agent/commands/table.h"
#include "agent/config/command_line.h"
#include "agent/report/advice.h"
#include "agent/report/json.h"
#include "agent/report/nagios.h"
#include "agent/report/prometheus.h"
#include "agent/report/report.h"
#include "agent/report/status_text.h"
#include "platform/processes/hardening.h"
#include "platform/processes/terminal.h"
#include "platform/processes/utf8_start.h"

namespace agent {

namespace {

using platform::Error;
using platform::fail;
using platform::Result;

// In the plugin interface of Nagios.
constexpr int nagios_unknown = 3;

// On standard error: standard output holds results only, so that scripts can read it.
void tell_all(const std::vector<std::string>& texts) {
  for (const std::string& text : texts) tell(text);
}

// In front of what tell() writes: "genkey-agent: ".
constexpr std::size_t name_width = 14;

void tell_message(const Message& message) {
  if (platform::stderr_is_journal()) return tell(for_journal(message));
  tell(platform::stderr_is_terminal() ? for_terminal(message, name_width) : for_people(message));
}

void tell_all(const std::vector<Message>& messages) {
  for (const Message& message : messages) tell_message(message);
}

// A report in a file leaves standard output to people.
bool is_doctor_json(const Options& options) {
  const bool takes_format = options.command == Command::doctor || options.command == Command::fleet;
  return takes_format && options.doctor_format == DoctorFormat::json && !options.output;
}

bool wants_json(const Options& options) { return options.json || is_doctor_json(options); }

bool is_status(const Report& report, const Options& options, StatusFormat format) {
  return report.command == Command::status && !options.json && options.status_format == format;
}

constexpr const char* unwritten = "standard output could not be written. What it should have said:";

int show(const NagiosResult& result) {
  std::cout << result.line << "\n";
  if (standard_output_is_complete()) return result.code;
  tell(unwritten);
  tell(result.line);
  // Nagios would take a silent success for a good service.
  return result.code == exit_done ? nagios_unknown : result.code;
}

// People read both parts of a status together, so it has its warnings in it.
bool is_status_text(const Report& report, const Options& options) {
  return is_status(report, options, StatusFormat::text);
}

std::string status_text_for(const Options& options, const Report& report) {
  return status_text(report, {.colour = platform::shows_colour(), .verbose = options.verbose, .quiet = options.quiet});
}

// With --json standard output is one object and nothing else. The object has the warnings, so they are not repeated.
// The hook runs inside Ops Manager's start script, whose standard output belongs to the script; a start that may go on
// needs no words.
void print(const Report& report, const Options& options) {
  if (wants_json(options) || is_status(report, options, StatusFormat::json)) {
    std::cout << to_json(report, options) << "\n";
  } else if (is_status(report, options, StatusFormat::prometheus)) {
    std::cout << to_prometheus(report);
  } else if (is_status_text(report, options)) {
    std::cout << status_text_for(options, report);
  } else if (report.command == Command::hook_run) {
    if (report.code != exit_done || options.verbose) tell_all(report.lines);
  } else {
    for (const std::string& line : report.lines) std::cout << line << "\n";
  }
}

// What a script read was cut off by a full disk or a reader that went away. It must not see success; but what the gate
// found, or what is wrong with the key, is true all the same.
ExitCode code_of_unreported(const Report& report, const Options& options) {
  tell(unwritten);
  tell_all(report.lines);
  if (is_status_text(report, options)) tell(status_text(report, {}));
  // The object would have had them.
  if (wants_json(options)) tell_all(report.warnings);
  const bool is_good = report.code == exit_done || report.code == exit_attention;
  return report.gate || !is_good ? report.code : exit_failed;
}

int show(const Report& report, const Options& options) {
  if (is_status(report, options, StatusFormat::nagios)) return show(to_nagios(report));
  print(report, options);
  const bool complete = standard_output_is_complete();
  const bool apart = !wants_json(options) && !is_status_text(report, options);
  if (apart && (!options.quiet || report.code != exit_done)) tell_all(report.warnings);
  return complete ? report.code : code_of_unreported(report, options);
}

int show(const Error& error, const Options& options) {
  if (options.command == Command::status && options.status_format == StatusFormat::nagios)
    return show(to_nagios(error));
  if (wants_json(options)) std::cout << error_to_json(error, options) << "\n";
  tell_message(message_about(error, options));
  return exit_code_for(error.kind);
}

const CommandFacts& facts_of(const Options& options) { return options.table.facts_of(options.command); }

bool worth_a_notice(const Options& options) {
  return options.verbose || (facts_of(options).tells_of_trial && !options.quiet);
}

// Some commands must work with a wrong configuration, for example the one that removes the services.
Result<Host> host_for(const Options& options, const Settings& settings) {
  if (facts_of(options).needs_host) return examine_host(options, settings);
  Host host;
  host.options = options;
  return host;
}

void warn_of_key_file(const Host& host, Report& report) {
  if (!host.key_file_warning) return;
  report.warnings.insert(report.warnings.begin(), {.text = *host.key_file_warning});
  // The gate's code says whether Ops Manager may start, and a warning does not change that.
  if (!report.gate) report.code = worst(report.code, exit_attention);
}

Result<Report> carry_out(const Options& options, const Settings& settings) {
  // Before the first secret is read. A process that cannot be protected handles none.
  TRY(platform::harden_process());
  const Host host = TRY(host_for(options, settings));
  if (host.trial && worth_a_notice(options)) tell_message({.text = *host.trial});
  // Other commands report it at their end. A listener runs for months, so it warns when it starts.
  if (host.key_file_warning && options.command == Command::serve) tell(*host.key_file_warning);
  Report report = TRY(commands::run(host));
  warn_of_key_file(host, report);
  return report;
}

int run_parsed(const Options& options) {
  // First, and on its own: under some policies nothing that fails from here on may refuse a start.
  const Settings settings = facts_of(options).needs_host ? read_settings(options) : Settings();
  Result<Report> answer = fail(platform::ErrorKind::internal, "");
  try {
    answer = carry_out(options, settings);
  } catch (const std::exception& error) {  // a defect, or no memory: errors that are expected are Results
    answer = fail(platform::ErrorKind::internal, std::string("this should not happen: ") + error.what());
  }
  answer = under_policy(std::move(answer), options, settings);
  if (!answer && decides_about_start(options))
    tell_all(sentences_about(settings.mistakes, options.policy.value_or(settings.config.policy)));
  return answer ? show(*answer, options) : show(answer.error(), options);
}

// Some policies let a start pass whatever is wrong, so a mistake in a variable does not outvote them.
int run_refused(const Parsed& parsed) {
  if (parsed.without_bad_variables && decides_about_start(*parsed.without_bad_variables)) {
    const Options options = with_own_configuration(*parsed.without_bad_variables);
    const auto answer =
        under_policy(fail(platform::ErrorKind::usage, parsed.mistake.front()), options, read_settings(options));
    if (answer) return show(*answer, options);
  }
  tell_all(parsed.mistake);
  return parsed.exit_code;
}

int show_completion(const Completion& completion) {
  for (const std::string& line : completion_lines(commands::table(), completion)) std::cout << line << "\n";
  return exit_done;
}

}  // namespace

int run(int argc, const char* const* argv) {
  try {
    // First of all: arguments and variables are UTF-8 only after this.
    const std::vector<std::string> words = platform::start_program(argc, argv);
    std::vector<const char*> pointers;
    for (const std::string& word : words) pointers.push_back(word.c_str());
    const Parsed parsed = parse_command_line(commands::table(), static_cast<int>(pointers.size()), pointers.data());
    if (parsed.completion) return show_completion(*parsed.completion);
    if (parsed.options) return run_parsed(with_own_configuration(*parsed.options));
    if (!parsed.mistake.empty()) return run_refused(parsed);
    // Help that was cut off is not help.
    const bool reported = standard_output_is_complete() || parsed.exit_code != exit_done;
    return reported ? parsed.exit_code : int{exit_failed};
  } catch (const std::exception& error) {
    tell(std::string("this should not happen: ") + error.what());
    return exit_failed;
  }
}

}  // namespace agent
