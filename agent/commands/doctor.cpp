// SPDX-License-Identifier: ISC
// doctor: is the whole installation highly available? It only reads.
#include <algorithm>
#include <memory>

#include "agent/actions/ask_fleet.h"
#include "agent/actions/fresh_facts.h"
#include "agent/actions/gather_api.h"
#include "agent/actions/gather_balancer.h"
#include "agent/actions/gather_databases.h"
#include "agent/actions/own_key_report.h"
#include "agent/actions/reported_facts.h"
#include "agent/base/nearest_word.h"
#include "agent/base/repeatable.h"
#include "agent/commands/table.h"
#include "agent/config/typed_commands.h"
#include "agent/doctor/apply_settings.h"
#include "agent/doctor/catalogue.h"
#include "agent/doctor/checks.h"
#include "agent/doctor/listed_members.h"
#include "agent/doctor/own_facts.h"
#include "agent/doctor/web_origin.h"
#include "agent/report/advice.h"
#include "agent/report/doctor_html.h"
#include "agent/report/doctor_report.h"
#include "agent/report/doctor_text.h"
#include "agent/report/json.h"
#include "platform/files/file.h"
#include "platform/processes/terminal.h"

namespace agent::commands {

namespace {

using platform::ErrorKind;
using platform::fail;
using platform::Result;

bool is_json(const Options& options) { return options.json || options.doctor_format == DoctorFormat::json; }

Report show_list() {
  Report report{.command = Command::doctor};
  report.lines = catalogue_lines(catalogue());
  report.own_members.push_back(catalogue_member(catalogue()));
  return report;
}

Result<Report> explain(const std::string& id) {
  const CatalogueEntry* entry = entry_of(id);
  if (entry == nullptr) {
    std::vector<std::string> known;
    for (const CatalogueEntry& each : catalogue()) known.emplace_back(each.id);
    return fail(ErrorKind::usage, repeated(id) + " is not the id of a finding" + did_you_mean(nearest_word(id, known)));
  }
  Report report{.command = Command::doctor};
  report.lines = explanation_of(*entry);
  report.own_members.push_back(catalogue_member(std::span(entry, 1)));
  return report;
}

bool is_wanted(const Options& options, DoctorGroup group) {
  return options.groups.empty() || std::ranges::find(options.groups, group) != options.groups.end();
}

// Silence about a group would look as if all were well with it.
Result<void> check_groups(const Options& options) {
  const auto missing = std::ranges::find_if_not(options.groups, &is_built);
  if (missing == options.groups.end()) return {};
  return fail(ErrorKind::usage,
              "this version has no findings in the group \"" + std::string(doctor_groups.of(*missing)) + "\"");
}

Result<void> check_url(const Options& options) {
  if (!options.url || parse_origin(*options.url)) return {};
  return fail(ErrorKind::usage,
              "--url: " + repeated(*options.url) + " is not a URL; write it as https://opsmanager.example.com");
}

// This host's key, as verify sees it. What this account may not read is not wrong.
void tell_own_key(const Host& host, const keystore::Holding& holding, Report& report) {
  const auto add = [&](ErrorKind kind, const std::string& what) {
    report.code = worst(report.code, exit_code_for(kind));
    report.warn(what, steps_for(kind, host.options));
  };
  if (holding.record_problem && holding.record_problem->kind != ErrorKind::denied)
    add(holding.record_problem->kind, holding.record_problem->message);
  if (holding.state == keystore::KeyState::absent) {
    const bool lost = has_had_key(holding);
    add(lost ? ErrorKind::lost_key : ErrorKind::no_key,
        lost ? "this host's key is missing" : "there is no key on this host");
  } else if (holding.key_problem && holding.key_problem->kind != ErrorKind::denied) {
    add(holding.key_problem->kind, holding.key_problem->message);
  } else if (holding.key && holding.record && !holding.is_recorded) {
    add(ErrorKind::not_recorded, "the key on this host is not the one recorded for it");
  }
}

// The hosts, and the peers that can be asked once more.
struct Hosts {
  Evidence evidence;
  std::unique_ptr<FreshFacts> peers = nullptr;
};

Result<Hosts> this_host(const Host& host) {
  Hosts hosts{.evidence = {.offline = host.options.offline}};
  Facts facts = TRY(own_facts(host));
  hosts.evidence.hosts.push_back(evidence_about(host, std::move(facts), nullptr));
  return hosts;
}

Result<Hosts> everybody(const Host& host) {
  Member member = TRY(open_member_as_it_is(host));
  TRY(require_key(host, member.holding));
  RosterFile roster_file = roster_of(host);
  FleetRound round = TRY(ask_fleet(host, member, roster_file));
  Hosts hosts{.evidence = std::move(round.evidence)};
  hosts.peers =
      std::make_unique<FreshFacts>(host, std::move(member), std::move(roster_file), round.reporting, hosts.evidence);
  return hosts;
}

// Without the key nobody can be asked. What this host's files say is worth a look all the same.
Result<Hosts> gather(const Host& host) {
  if (host.options.offline) return this_host(host);
  auto hosts = everybody(host);
  if (hosts) return hosts;
  Hosts alone = TRY(this_host(host));
  const bool denied = hosts.error().kind == ErrorKind::denied;
  alone.evidence.not_asked = hosts.error().message + (denied ? "; run doctor as root" : "");
  return alone;
}

DoctorReport examine(const Host& host, Evidence evidence, const DoctorSettings& settings) {
  const Options& options = host.options;
  const platform::Time now = platform::now();
  std::vector<DoctorFinding> findings = with_settings(all_findings(evidence), settings, now);
  std::erase_if(findings, [&](const DoctorFinding& one) { return !is_wanted(options, entry_of(one.id)->group); });
  const bool complete = options.groups.empty() && !options.offline && evidence.not_asked.empty();
  auto databases = seen_databases(evidence);
  return doctor_report(now, complete, std::move(findings), std::move(evidence.hosts), std::move(databases));
}

DoctorStyle style_for(const Options& options) {
  return {.colour = platform::shows_colour() && !options.output,
          .all = options.all,
          .all_command = typed_again(options) + " --all",
          .explain_command = [&options](std::string_view id) {
            return command_line_for(options, "doctor --explain " + std::string(id));
          }};
}

std::vector<std::string> lines_of(const Options& options, const DoctorReport& found,
                                  const std::vector<Message>& warnings) {
  if (options.doctor_format == DoctorFormat::html) return {doctor_html(found, warnings, GENKEY_AGENT_VERSION)};
  return doctor_lines(found, style_for(options));
}

Result<void> write_report(const Options& options, const Report& report) {
  // With --json, HTML can be in the file and an object on standard output.
  const bool is_object = is_json(options) && options.doctor_format != DoctorFormat::html;
  std::string text = is_object ? to_json(report, options) + "\n" : "";
  if (!is_object) {
    for (const std::string& line : report.lines) text += line + "\n";
  }
  return platform::install_file({.path = *options.output,
                                 .content = platform::view_of(text),
                                 .uid = platform::current_user(),
                                 .gid = platform::current_group(),
                                 .mode = 0600,
                                 .existing = platform::NewFile::Existing::replace});
}

// Only a run that left nothing out says how the whole installation is. With --url it looked at another way in than the
// configured one.
void save_note(const Host& host, const DoctorReport& found, Report& report) {
  if (!found.complete || host.options.url || host.options.dry_run) return;
  const auto saved = save(note_of(found), host.files.state_directory);
  // An ordinary user may not write there.
  if (saved || saved.error().kind == ErrorKind::denied) return;
  report.warn("the result could not be saved for status: " + saved.error().message);
}

Result<Report> run_checks(const Host& host, const DoctorSettings& settings) {
  const Options& options = host.options;
  Report report{.command = Command::doctor};
  if (is_wanted(options, DoctorGroup::hosts) || is_wanted(options, DoctorGroup::key))
    tell_own_key(host, TRY(keystore::load(host.files)), report);
  Hosts hosts = TRY(gather(host));
  Evidence& evidence = hosts.evidence;
  // HA105 is among the findings about hosts.
  if (is_wanted(options, DoctorGroup::balancer) || is_wanted(options, DoctorGroup::hosts))
    gather_balancer(host, settings, evidence, hosts.peers.get());
  // The stores are among what the API says.
  if (is_wanted(options, DoctorGroup::daemons) || is_wanted(options, DoctorGroup::stores))
    evidence.api = gather_api(host, settings, evidence);
  if (is_wanted(options, DoctorGroup::database) || is_wanted(options, DoctorGroup::stores))
    evidence.databases = gather_databases(host, settings, evidence.api);
  evidence.facilities = settings.facilities;
  const DoctorReport found = examine(host, std::move(evidence), settings);
  report.code = worst(report.code, exit_code_for(found));
  if (host.key_file_warning) {
    report.warn(*host.key_file_warning);
    report.code = worst(report.code, exit_attention);
  }
  save_note(host, found, report);
  report.lines = lines_of(options, found, report.warnings);
  report.own_members = doctor_members(found);
  if (!options.output) return report;
  if (!options.dry_run) TRY(write_report(options, report));
  report.lines = {doctor_summary(found)};
  return report;
}

// Other commands go on in spite of a mistake in [doctor]. This one would show a wrong result.
Result<void> check_settings(const Options& options, const DoctorSettings& settings) {
  if (!settings.mistakes.empty()) return tl::unexpected(settings.mistakes.front().error);
  const auto unknown = unknown_ids(settings, configuration_file(options).string());
  return unknown.empty() ? Result<void>() : fail(ErrorKind::configuration, unknown.front());
}

Result<Report> collect(const Host& host) {
  if (!host.options.dry_run) TRY(collect_facts(host));
  return Report{.command = Command::doctor};
}

}  // namespace

Result<Report> doctor(const Host& host) {
  const Options& options = host.options;
  if (options.list) return show_list();
  if (options.explain) return explain(*options.explain);
  TRY(check_groups(options));
  TRY(check_url(options));
  const Host examined = TRY(examine_host(options, read_settings(options)));
  if (options.collect) return collect(examined);
  const DoctorSettings settings = read_doctor_settings(options);
  TRY(check_settings(options, settings));
  return run_checks(examined, settings);
}

}  // namespace agent::commands
