// SPDX-License-Identifier: ISC
// What people and programs see of a run of doctor, as golden files: a difference in tests/agent/report/golden/ is the
// review of it. GENKEY_GOLDEN=write writes them anew.
#include "agent/report/doctor_report.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <boost/filesystem/path.hpp>
#include <doctest/doctest.h>

#include "agent/base/text_table.h"
#include "agent/doctor/listed_members.h"
#include "agent/report/doctor_html.h"
#include "agent/report/doctor_text.h"
#include "agent/report/json.h"
#include "tests/agent/doctor/replica_sets.h"
#include "tests/agent/samples.h"

using agent::DoctorFinding;
using agent::DoctorReport;
using agent::DoctorResult;
using agent::HostEvidence;
using agent::PeerResult;

namespace {

constexpr platform::Time then{std::chrono::seconds(1'700'000'000)};

void check_golden(const std::string& name, const std::string& text) {
  const std::string path = (platform::Path(__FILE__).parent_path() / "golden" / name).string();
  if (const char* mode = std::getenv("GENKEY_GOLDEN"); mode != nullptr && std::string(mode) == "write")
    std::ofstream(path, std::ios::binary) << text;
  std::ifstream file(path, std::ios::binary);
  CAPTURE(path);
  CHECK((std::ostringstream() << file.rdbuf()).str() == text);
}

HostEvidence host(const std::string& name, PeerResult result) {
  HostEvidence host{.name = name, .address = name + ".example.com:27424", .result = result};
  host.own = result == PeerResult::self;
  if (result == PeerResult::unreachable) return host;
  host.age = std::chrono::minutes(host.own ? 0 : 12);
  host.facts = {{"central_url", "https|opsmanager.example.com|443"},
                {"remote_ip_header", "x-forwarded-for"},
                {"om.running", host.own ? "web,daemon" : "web"},
                {"om.version", "8.0.15"},
                {"setting.mms.mail.port", "00112233"},
                {"uri.set", "appdb"}};
  return host;
}

DoctorFinding finding(std::string_view id, DoctorResult result, std::string object, std::string evidence) {
  return {.id = id, .result = result, .object = std::move(object), .evidence = std::move(evidence)};
}

DoctorFinding unknown(std::string_view id, std::string object, std::string needs) {
  return {.id = id, .result = DoctorResult::unknown, .object = std::move(object), .needs = std::move(needs)};
}

// One of each result, in no order.
DoctorReport sample() {
  const std::string readable = "root, or the account mongodb-mms, which can read conf-mms.properties";
  DoctorFinding accepted = finding("HA103", DoctorResult::accepted, "om4", "the name is an address, 192.0.2.7");
  accepted.reason = "a floating address that keepalived moves between both hosts of the balancer, as it was agreed";
  return agent::doctor_report(
      then, true,
      {finding("HA103", DoctorResult::ok, "om5", "mms.centralUrl names opsmanager.example.com"),
       unknown("HA802", "load balancer and stores", agent::needs_attestation), unknown("HA103", "om6", readable),
       unknown("HA801", "application database", agent::needs_attestation),
       finding("HA103", DoctorResult::risk, "om2", "mms.centralUrl names om1.example.com, which is the name of om1"),
       finding("HA103", DoctorResult::risk, "om1", "mms.centralUrl names om1.example.com, which is its own name"),
       finding("HA103", DoctorResult::fault, "om3", "mms.centralUrl names localhost"),
       unknown("HA103", "om7", readable), finding("HA103", DoctorResult::note, "om8", "mms.centralUrl names 192.0.2.7"),
       accepted},
      {host("om1", PeerResult::self), host("om2", PeerResult::agree), host("om9", PeerResult::unreachable)});
}

// The application database after a login, a backing set in which one member is silent, and one that nobody could ask.
DoctorReport with_databases() {
  auto application = tests::with_login(tests::replica_set());
  application.listed.pop_back();
  for (auto& answer : application.answers) answer.tags = {{"dc", "fra1"}};
  application.members.at(2).hidden = true;
  application.members.at(2).priority = 0;
  auto backing = tests::replica_set(3, "blocks");
  backing.of = "blocks";
  tests::silence(backing, 1);
  const agent::DatabaseEvidence other{.of = "oplog1.example.com:27017", .not_asked = "libmongoc"};
  return agent::doctor_report(then, true, {}, {host("om1", PeerResult::self), host("om2", PeerResult::agree)},
                              agent::seen_databases(tests::seen_from_om1({application, backing, other})));
}

agent::DoctorStyle style() {
  return {.all_command = "genkey-agent doctor --all",
          .explain_command = [](std::string_view id) { return "genkey-agent doctor --explain " + std::string(id); }};
}

std::string text_of(const DoctorReport& report, const agent::DoctorStyle& style) {
  std::string text;
  for (const std::string& line : agent::doctor_lines(report, style)) text += line + "\n";
  return text;
}

}  // namespace

TEST_CASE("doctor for people: the worst first, what lacks the same in one block, then the hosts and the counts") {
  check_golden("doctor.txt", text_of(sample(), style()));
}

TEST_CASE("doctor --all shows what is as it should be, too, and names no command for it") {
  agent::DoctorStyle all = style();
  all.all = true;
  check_golden("doctor_all.txt", text_of(sample(), all));
}

TEST_CASE("doctor's JSON has every finding and every host, and no digest") {
  agent::Report report{.command = agent::Command::doctor, .code = agent::exit_code_for(sample())};
  report.own_members = agent::doctor_members(sample());
  agent::Options options;
  options.table = agent::commands::table();
  const std::string json = agent::to_json(report, options);
  CHECK(json.find("00112233") == std::string::npos);
  check_golden("doctor.json", json + "\n");
}

TEST_CASE("doctor's HTML has every finding, every host and the warnings, and what comes from outside is text in it") {
  DoctorReport report = sample();
  report.hosts.at(1).name = "<script>alert(1)</script>";
  report.findings.front().object = "om3\" onclick=\"x";
  const std::string html = agent::doctor_html(report, {{.text = "the key is <missing>"}}, "1.2.3");
  CHECK(html.find("<script") == std::string::npos);
  CHECK(html.find("00112233") == std::string::npos);
  check_golden("doctor.html", html + "\n");
}

TEST_CASE("what could not be checked is the right state, not the fault") {
  const auto report = agent::doctor_report(
      then, true, {unknown("HA204", "mms.remoteIp.header", "the setting"), unknown("HA201", "om1", "the URL")}, {});
  CHECK(agent::doctor_html(report, {}, "1.2.3").find("could not check whether every host sets the header") !=
        std::string::npos);
  const auto same = agent::doctor_report(
      then, true, {unknown("HA204", "mms.remoteIp.header", "the URL"), unknown("HA201", "om1", "the URL")}, {});
  CHECK(agent::doctor_html(same, {}, "1.2.3").find(": whether every host sets the header") != std::string::npos);
}

TEST_CASE("in doctor's HTML only faults and risks stand open, and a run that left something out says so") {
  const std::string html = agent::doctor_html(sample(), {}, "1.2.3");
  std::size_t open = 0;
  for (std::size_t at = html.find("<details"); at != std::string::npos; at = html.find("<details", at + 1)) {
    const std::string tag = html.substr(at, html.find('>', at) - at);
    const bool is_open = tag.ends_with(" open");
    CHECK(is_open == (tag.find("\"fault\"") != std::string::npos || tag.find("\"risk\"") != std::string::npos));
    open += is_open ? 1 : 0;
  }
  CHECK(open == 2);
  CHECK(html.find("left something out") == std::string::npos);
  DoctorReport partial = sample();
  partial.complete = false;
  CHECK(agent::doctor_html(partial, {}, "1.2.3").find("left something out") != std::string::npos);
}

TEST_CASE("doctor's note has the counts of all results, and each id of a fault or a risk once") {
  const agent::DoctorNote note = agent::note_of(sample());
  CHECK(note.taken == then);
  CHECK(note.counts == agent::counts_of(sample().findings));
  CHECK(note.faults == std::vector<std::string>{"HA103"});
  CHECK(note.risks == std::vector<std::string>{"HA103"});
}

TEST_CASE("doctor for people: the members of a set that was logged in to, and of one that was not, and of none") {
  check_golden("doctor_databases.txt", text_of(with_databases(), style()));
}

TEST_CASE("doctor's JSON has the members of every database, and null for what only a login shows") {
  agent::Report report{.command = agent::Command::doctor, .code = agent::exit_code_for(with_databases())};
  report.own_members = agent::doctor_members(with_databases());
  agent::Options options;
  options.table = agent::commands::table();
  check_golden("doctor_databases.json", agent::to_json(report, options) + "\n");
}

TEST_CASE("the rest of a member that is too long for a line stands below it") {
  auto database = tests::with_login(tests::replica_set());
  for (auto& member : database.members) member.name = "a-long-name-of-a-member-of-the-set." + member.name;
  auto report = agent::doctor_report(then, true, {}, {}, agent::seen_databases(tests::seen_from_om1(database)));
  const std::string text = text_of(report, style());
  CHECK(text.find("    votes 1, priority 1") != std::string::npos);
  for (const std::string& line : agent::doctor_lines(report, style())) CHECK(line.size() <= agent::line_width);
}

TEST_CASE("a finding of many hosts names a dozen of them and counts the rest") {
  std::vector<DoctorFinding> findings;
  for (int at = 100; at < 1100; ++at)
    findings.push_back(finding("HA103", DoctorResult::risk, "om" + std::to_string(at), "it names itself"));
  const auto lines = agent::doctor_lines(agent::doctor_report(then, true, findings, {}), style());
  CHECK(lines.size() < 40);
  CHECK(text_of(agent::doctor_report(then, true, findings, {}), style()).find("988") != std::string::npos);
}

TEST_CASE("no line of doctor is wider than a terminal, even where hosts have long names") {
  DoctorReport report = sample();
  report.hosts.front().name = "om1.ops-manager.fra1.example.com";
  for (const std::string& line : agent::doctor_lines(report, style())) CHECK(line.size() <= agent::line_width);
}

TEST_CASE("one is counted as one, and colours stand only where they are wanted") {
  const auto one =
      agent::doctor_report(then, true, {finding("HA103", DoctorResult::risk, "om1", "it names itself")}, {});
  CHECK(agent::doctor_summary(one) == "0 faults, 1 risk, 0 not checked, 0 as they should be");
  CHECK(text_of(one, style()).find('\x1b') == std::string::npos);
  agent::DoctorStyle coloured = style();
  coloured.colour = true;
  CHECK(text_of(one, coloured).find("\x1b[30;43mRISK\x1b[0m") != std::string::npos);
}

TEST_CASE("a fault ends with 18, a risk with 10, and what is unknown, noted, accepted or right with 0") {
  const auto code_of = [](DoctorResult result, PeerResult peer = PeerResult::agree) {
    return agent::exit_code_for(
        agent::doctor_report(then, true, {finding("HA103", result, "om1", "")}, {host("om2", peer)}));
  };
  CHECK(code_of(DoctorResult::fault) == agent::exit_fault);
  CHECK(code_of(DoctorResult::risk) == agent::exit_attention);
  for (const auto result : {DoctorResult::unknown, DoctorResult::note, DoctorResult::accepted, DoctorResult::ok})
    CHECK(code_of(result) == agent::exit_done);
  CHECK(code_of(DoctorResult::risk, PeerResult::unreachable) == agent::exit_no_answer);
  CHECK(code_of(DoctorResult::fault, PeerResult::unreachable) == agent::exit_fault);
  CHECK(code_of(DoctorResult::fault, PeerResult::untrusted) == agent::exit_fault);
  CHECK(code_of(DoctorResult::fault, PeerResult::disagree) == agent::exit_other_key);
}

TEST_CASE("when several exit codes apply, the first of 14, 12, 13, 11, 18, 16, 15, 10 counts") {
  const std::vector<agent::ExitCode> order = {
      agent::exit_failed,      agent::exit_usage,     agent::exit_would_overwrite, agent::exit_other_key,
      agent::exit_invalid_key, agent::exit_unsafe,    agent::exit_no_key,          agent::exit_fault,
      agent::exit_refused,     agent::exit_no_answer, agent::exit_attention,       agent::exit_done};
  for (std::size_t at = 0; at + 1 < order.size(); ++at) {
    CAPTURE(order[at]);
    CHECK(agent::worst(order[at], order[at + 1]) == order[at]);
    CHECK(agent::worst(order[at + 1], order[at]) == order[at]);
  }
}
