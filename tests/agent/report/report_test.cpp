// SPDX-License-Identifier: ISC
// What users and their monitoring see, as golden files: a difference in tests/agent/report/golden/ is the review of it.
//
// GENKEY_GOLDEN=write writes them anew.
#include "agent/report/report.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include <boost/filesystem/path.hpp>
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "agent/base/text_table.h"
#include "agent/report/json.h"
#include "agent/report/nagios.h"
#include "agent/report/peer_table.h"
#include "agent/report/peers.h"
#include "agent/report/prometheus.h"
#include "agent/report/status_text.h"
#include "agent/report/verdict.h"
#include "platform/base/enum_count.h"
#include "tests/agent/samples.h"

using agent::Command;
using agent::PeerResult;
using agent::PeerVerdict;
using agent::Reason;
using agent::Report;
using keystore::Standing;
using platform::Time;
using std::chrono::seconds;

namespace {

constexpr Time then{seconds(1'700'000'000)};

platform::Path golden(const std::string& name) { return platform::Path(__FILE__).parent_path() / "golden" / name; }

void check_golden(const std::string& name, const std::string& text) {
  const std::string path = golden(name).string();
  if (const char* mode = std::getenv("GENKEY_GOLDEN"); mode != nullptr && std::string(mode) == "write")
    std::ofstream(path, std::ios::binary) << text;
  std::ifstream file(path, std::ios::binary);
  CAPTURE(path);
  CHECK((std::ostringstream() << file.rdbuf()).str() == text);
}

keystore::Record record() {
  keystore::Record one;
  one.fleet = tests::fleet(0xab);
  one.generation = 2;
  one.standing = Standing::established;
  one.origin = keystore::Origin::joined;
  one.installed = then;
  one.epoch = "00000000000000aa";
  return one;
}

agent::KeyPart key() {
  return {.file = "/etc/mongodb-mms/gen.key",
          .state = keystore::KeyState::present,
          .weakness = std::nullopt,
          .record = record(),
          .is_recorded = true,
          .standing = Standing::established};
}

PeerVerdict peer(PeerResult result, std::uint8_t number) {
  PeerVerdict peer;
  peer.address = "om" + std::to_string(number) + ".example.com:27424";
  peer.result = result;
  peer.name = "om" + std::to_string(number);
  peer.pin = tests::pin(number);
  peer.introduced_by = agent::Introduction::configured;
  if (result == PeerResult::unreachable) return peer;
  peer.shown = tests::pin(number);
  peer.standing = Standing::established;
  if (result == PeerResult::agree) peer.claim = tests::claim(number, Standing::established);
  return peer;
}

std::vector<PeerVerdict> peers() {
  std::vector<PeerVerdict> all;
  std::uint8_t number = 0;
  for (const PeerResult result : platform::all_of<PeerResult>()) {
    if (result != PeerResult::self && result != PeerResult::has_key) all.push_back(peer(result, ++number));
  }
  all.push_back(peer(PeerResult::has_key, ++number));
  all[0].news = "answers under a new identity, has proved the key, and is known by it from now on";
  all[0].is_new = true;
  all[0].replaces = tests::pin(40);
  all[3].detail = "connection refused";
  all[1].pin.reset();
  all[1].introduced_by.reset();
  all.push_back(peer(PeerResult::agree, ++number));
  all.back().introduced_by = agent::Introduction::itself;
  return all;
}

agent::Peer known_peer(std::uint8_t number, std::optional<PeerResult> result) {
  agent::Peer peer{.pin = tests::pin(number),
                   .name = "om" + std::to_string(number),
                   .addresses = {"om" + std::to_string(number) + ".example.com:27424"},
                   .introduced_by = agent::Introduction::ticket,
                   .seen = then,
                   .epoch = "00000000000000aa"};
  if (result) peer.last = agent::LastResult{*result, then};
  return peer;
}

// A peer's last result, as status knows it.
PeerVerdict last(std::uint8_t number, PeerResult result) {
  PeerVerdict verdict = peer(result, number);
  verdict.when = then;
  return verdict;
}

Report verify() {
  Report report{.command = Command::verify, .code = agent::exit_other_key};
  report.peers = peers();
  return report;
}

Report refusal() {
  Report report{.command = Command::gate, .code = agent::exit_other_key};
  report.key = key();
  report.gate = agent::GatePart{};
  for (const Reason reason : platform::all_of<Reason>()) report.gate->reasons.push_back(reason);
  report.warnings = {{.text = "the key on this host is not the one recorded for it"}};
  return report;
}

Report status() {
  Report report{.command = Command::status, .code = agent::exit_attention};
  report.key = key();
  agent::StatusPart part;
  part.version = "1.2.3";
  part.host = "om1, om1.example.com:27424";
  part.taken = then + seconds(60);
  part.owner = "mongodb-mms:mongodb-mms";
  part.layout = "package";
  part.state_directory = "/var/lib/genkey-agent";
  part.service = platform::RunningService{4711, then};
  part.restart_needed = true;
  part.last_verify = then;
  part.unknown_failures = 3;
  part.last_gate =
      agent::GateNote{.decided = then, .allowed = false, .code = 14, .key_file = "/etc/mongodb-mms/gen.key"};
  part.doctor = agent::DoctorNote{.taken = then - std::chrono::days(3),
                                  .version = "1.2.3",
                                  .counts = {2, 1, 5, 0, 1, 31},
                                  .faults = {"HA203"},
                                  .risks = {"HA103"}};
  part.hook = agent::HookPart{"/opt/mongodb/mms/conf/mms.conf", false};
  report.status = part;
  report.roster = agent::RosterPart{
      {known_peer(2, PeerResult::agree), known_peer(3, PeerResult::disagree), known_peer(4, std::nullopt)}};
  report.roster->peers.at(1).drifted = then;
  report.peers = {last(2, PeerResult::agree), last(3, PeerResult::disagree)};
  report.roster->removed = {{tests::pin(9), {"om9:27424"}, "om9", then}};
  report.findings = {{.kind = platform::FindingKind::readable_by_group,
                      .severity = platform::Severity::too_open,
                      .path = "/etc/mongodb-mms/gen.key",
                      .expected = "mongodb-mms:mongodb-mms 0600",
                      .found = "mongodb-mms:mongodb-mms 0640 (its group can read it)"}};
  report.warnings = {{.text = "restart Ops Manager: it was started before the key file was last written"}};
  return report;
}

Report empty_status() {
  Report report{.command = Command::status, .code = agent::exit_no_key};
  report.key = agent::KeyPart{.file = "/etc/mongodb-mms/gen.key"};
  report.status = agent::StatusPart{};
  report.roster.emplace();
  report.peers.emplace();
  report.findings.emplace();
  report.warnings = {{.text = "there is no key on this host"}};
  return report;
}

agent::BackupHealth health() {
  return {.configured = true,
          .destinations = {
              {.destination = "file:///var/backups/genkey-agent",
               .name = "abababababababababababababababab-g2-om1-20231114T221320Z-k1.age",
               .stored = then,
               .seen = then + seconds(1),
               .drilled = then + seconds(2),
               .settings_seen = then + seconds(1)},
              {.destination = "s3://bucket/\"om\"", .stale = true, .drill_stale = true, .settings_stale = true}}};
}

Report backup() {
  Report report{.command = Command::backup_check, .code = agent::exit_failed, .changed = false};
  report.backups.emplace();
  int number = 0;
  for (const agent::BackupResult result : platform::all_of<agent::BackupResult>()) {
    report.backups->push_back({.destination = "file:///var/backups",
                               .name = "copy",
                               .result = result,
                               .size = 224,
                               .stored = then,
                               .own = number % 2 == 0,
                               .detail = number == 0 ? "" : "why"});
    ++number;
  }
  return report;
}

Report import() {
  Report report{.command = Command::import, .changed = true};
  report.key = key();
  report.key->weakness = "its 24 bytes are printable text";
  report.displaced = "/var/lib/genkey-agent/displaced/gen.key.abababab.1700000000.01020304";
  return report;
}

// The text format of Prometheus, version 0.0.4: every sample belongs to the family that was announced last, each
// family is announced once, and labels are quoted and escaped.
void check_prometheus(const std::string& text) {
  static const std::regex help(R"(# HELP ([a-z_][a-z0-9_]*) [^\n]+)");
  static const std::regex type(R"(# TYPE ([a-z_][a-z0-9_]*) gauge)");
  static const std::regex sample(
      R"re(([a-z_][a-z0-9_]*)(\{[a-z_]+="([^"\\\n]|\\["\\n])*"(,[a-z_]+="([^"\\\n]|\\["\\n])*")*\})? -?[0-9]+)re");
  CHECK(text.ends_with("\n"));
  std::istringstream lines(text);
  std::string family;
  std::set<std::string> families;
  std::set<std::string> samples;
  for (std::string line; std::getline(lines, line);) {
    CAPTURE(line);
    std::smatch match;
    if (std::regex_match(line, match, help)) {
      family = match[1];
      CHECK(families.insert(family).second);
    } else if (std::regex_match(line, match, type)) {
      CHECK(match[1] == family);
    } else {
      REQUIRE(std::regex_match(line, match, sample));
      CHECK(match[1] == family);
      CHECK(samples.insert(line.substr(0, line.rfind(' '))).second);
    }
  }
  CHECK_FALSE(samples.empty());
}

}  // namespace

TEST_CASE("the JSON of verify shows every result of a peer") {
  check_golden("verify.json", agent::to_json(verify(), tests::options()) + "\n");
}

TEST_CASE("the JSON of a refused start has every reason and its words") {
  check_golden("gate.json", agent::to_json(refusal(), tests::options()) + "\n");
}

TEST_CASE("the JSON of status shows all there is, and what there is not") {
  check_golden("status.json", agent::to_json(status(), tests::options()) + "\n");
  check_golden("status_without_key.json", agent::to_json(empty_status(), tests::options()) + "\n");
}

TEST_CASE("the JSON of backups has every result of a copy, and the age of those that status knows") {
  check_golden("backup.json", agent::to_json(backup(), tests::options()) + "\n");
  Report aged{.command = Command::status};
  aged.backup_health = health();
  check_golden("backup_health.json", agent::to_json(aged, tests::options()) + "\n");
}

TEST_CASE("the metrics of backups name the destination, and are valid whatever it is called") {
  Report aged{.command = Command::status};
  aged.backup_health = health();
  check_prometheus(agent::to_prometheus(aged));
  check_golden("backup_health.prometheus", agent::to_prometheus(aged));
}

TEST_CASE("the JSON of a changing command says whether it changed anything") {
  check_golden("import.json", agent::to_json(import(), tests::options()) + "\n");
  Report unchanged{.command = Command::ensure, .changed = false};
  CHECK(nlohmann::json::parse(agent::to_json(unchanged, tests::options())).at("changed") == false);
  CHECK_FALSE(nlohmann::json::parse(agent::to_json(verify(), tests::options())).contains("changed"));
}

TEST_CASE("the JSON of an error has its kind, its code and what mends it") {
  agent::Options options = tests::options();
  options.command = Command::import;
  options.key_file = "/k";
  check_golden("error.json",
               agent::error_to_json({platform::ErrorKind::invalid_key, "/k has 23 bytes"}, options) + "\n");
}

TEST_CASE("an error in bytes that are no UTF-8 is still JSON") {
  const std::string text =
      agent::error_to_json({platform::ErrorKind::io, "cannot open /tmp/\xff\xfe"}, tests::options());
  CHECK(nlohmann::json::accept(text));
}

TEST_CASE("a report on a path that is no UTF-8 is still JSON") {
  Report report = status();
  report.key->file = "/etc/\xff/gen.key";
  report.findings->front().found = "a\xfe";
  CHECK(nlohmann::json::accept(agent::to_json(report, tests::options())));
}

TEST_CASE("the metrics are those that dashboards were made for, and valid") {
  check_golden("status.prometheus", agent::to_prometheus(status()));
  check_prometheus(agent::to_prometheus(status()));
  check_golden("status_without_key.prometheus", agent::to_prometheus(empty_status()));
  check_prometheus(agent::to_prometheus(empty_status()));
}

TEST_CASE("labels with quotes, backslashes and line ends, and peers of one name, are still valid metrics") {
  Report report = status();
  report.roster->peers.at(0).name = "a\"b\\c\nd";
  report.roster->peers.at(1).name = report.roster->peers.at(2).name;
  check_prometheus(agent::to_prometheus(report));
}

TEST_CASE("the metrics show since when a peer does not agree, and nothing of a peer that agrees") {
  Report report = status();
  report.peers = {last(2, PeerResult::agree), last(3, PeerResult::agree), last(4, PeerResult::unreachable),
                  last(5, PeerResult::unreachable), PeerVerdict{.address = "om6:27424", .since = then}};
  report.roster->peers.at(1).drifted = then + seconds(5);  // the listener met another key later
  report.roster->peers.push_back(known_peer(7, std::nullopt));
  report.roster->peers.back().drifted = then + seconds(7);  // it never asked, and the listener met another key
  report.peers->at(2).since = then - seconds(600);
  report.peers->at(3).introduced_by = agent::Introduction::itself;
  report.peers->push_back(report.peers->back());  // configured, and added by a person
  const std::string text = agent::to_prometheus(report);
  check_prometheus(text);
  const std::string family = "\ngenkey_agent_peer_not_agreeing_since_timestamp_seconds{";
  const auto sample = [&](int number, const std::string& result, const std::string& value) {
    const std::string name = "om" + std::to_string(number);
    return family + "name=\"" + name + "\",address=\"" + name + ".example.com:27424\",pin=\"" +
           tests::pin(static_cast<std::uint8_t>(number)).text() + "\",result=\"" + result + "\"} " + value + "\n";
  };
  CHECK(text.find(sample(3, "disagree", "1700000005")) != std::string::npos);
  CHECK(text.find(sample(4, "unreachable", "1699999400")) != std::string::npos);
  CHECK(text.find(family + R"(name="",address="om6:27424",pin="",result="unreachable"} 1700000000)") !=
        std::string::npos);
  std::size_t count = 0;
  for (std::size_t at = text.find(family); at != std::string::npos; at = text.find(family, at + 1)) ++count;
  CHECK(text.find(sample(7, "disagree", "1700000007")) != std::string::npos);
  CHECK(count == 4);
}

TEST_CASE("the metrics have each reason of the last refusal, and none once a start was allowed") {
  const std::string family = "\ngenkey_agent_gate_refusal_timestamp_seconds{reason=\"";
  Report report = status();
  CHECK(agent::to_prometheus(report).find(family + "not-noted\"} 1700000000\n") != std::string::npos);
  report.status->last_gate->reasons = {Reason::not_recorded, Reason::outnumbered, Reason::not_recorded};
  const std::string text = agent::to_prometheus(report);
  check_prometheus(text);
  CHECK(text.find(family + "not-recorded\"} 1700000000\n") != std::string::npos);
  CHECK(text.find(family + "outnumbered\"} 1700000000\n") != std::string::npos);
  report.status->last_gate->allowed = true;
  CHECK(agent::to_prometheus(report).find(family) == std::string::npos);
}

TEST_CASE("the metrics have one verdict, the word of the first line of status") {
  const std::string ok = agent::to_prometheus([] {
    Report report = status();
    report.code = agent::exit_done;
    return report;
  }());
  CHECK(ok.find("\ngenkey_agent_verdict{verdict=\"ok\"} 1\n") != std::string::npos);
  CHECK(ok.find("\ngenkey_agent_verdict{verdict=\"check\"} 0\n") != std::string::npos);
  CHECK(agent::to_prometheus(empty_status()).find("\ngenkey_agent_verdict{verdict=\"no-key\"} 1\n") !=
        std::string::npos);
}

TEST_CASE("two peers that claim one name and one address do not spoil the metrics") {
  Report report = status();
  report.roster->peers.at(1).name = report.roster->peers.at(2).name;
  report.roster->peers.at(1).addresses = report.roster->peers.at(2).addresses;
  check_prometheus(agent::to_prometheus(report));
}

TEST_CASE("Nagios is told one line and its own codes") {
  const auto line_for = [](agent::ExitCode code) {
    Report report = status();
    report.code = code;
    const auto result = agent::to_nagios(report);
    CHECK(result.line.find('\n') == std::string::npos);
    CHECK(result.line.find('|') == std::string::npos);
    return std::to_string(result.code) + " " + result.line + "\n";
  };
  std::string lines;
  for (const auto code : {agent::exit_done, agent::exit_attention, agent::exit_failed, agent::exit_no_key,
                          agent::exit_invalid_key, agent::exit_unsafe, agent::exit_other_key, agent::exit_no_answer})
    lines += line_for(code);
  check_golden("nagios", lines);
}

TEST_CASE("a status mentions doctor after its first run only, and Nagios' code stays that of the key") {
  Report report = status();
  report.code = agent::exit_done;
  CHECK(agent::to_nagios(report).code == 0);
  CHECK(agent::to_nagios(report).line == "GENKEY OK - gen.key is as it should be; doctor 3 days ago: 2 faults, 1 risk");
  CHECK(agent::status_text(report, {}).find("3 days ago: 2 faults (HA203), 1 risk (HA103)\n") != std::string::npos);
  report.status->doctor->counts = {0, 0, 5, 0, 1, 31};
  CHECK(agent::to_nagios(report).line.ends_with("; doctor 3 days ago: no faults or risks, 5 not checked"));
  report.status->doctor.reset();
  CHECK(agent::to_nagios(report).line == "GENKEY OK - gen.key is as it should be");
  CHECK(agent::status_text(report, {}).find("doctor") == std::string::npos);
  CHECK(agent::to_prometheus(report).find("\ngenkey_agent_doctor_timestamp_seconds 0\n") != std::string::npos);
  CHECK(agent::to_prometheus(report).find("genkey_agent_doctor_findings{") == std::string::npos);
}

TEST_CASE("the ids of many findings do not make a status wider than a terminal") {
  Report report = status();
  for (int id = 200; id < 260; ++id) report.status->doctor->risks.push_back("HA" + std::to_string(id));
  report.status->doctor->counts = {1, 61, 0, 0, 0, 0};
  std::istringstream lines(agent::status_text(report, {}));
  for (std::string line; std::getline(lines, line);) CHECK(line.size() <= agent::line_width);
}

TEST_CASE("a bar or a line end in a name or an error spoils neither Nagios' line nor its performance data") {
  Report report = status();
  report.code = agent::exit_other_key;
  report.warnings = {{.text = "om2|time=1s;;;0\nsecond line\r\tname \"x\" C:\\key"}};
  report.status->doctor.reset();
  const auto result = agent::to_nagios(report);
  CHECK(result.code == 2);
  CHECK(result.line == "GENKEY CRITICAL - om2/time=1s;;;0 second line  name \"x\" C:\\key");
  const auto failed = agent::to_nagios(platform::Error{platform::ErrorKind::io, "cannot read a|b\n: no"});
  CHECK(failed.code == 3);
  CHECK(failed.line == "GENKEY UNKNOWN - cannot read a/b : no");
}

TEST_CASE("a peer is described in one line") {
  std::string lines;
  for (const PeerVerdict& one : peers()) lines += agent::describe(one) + "\n";
  check_golden("peers", lines);
}

TEST_CASE("a status for people begins with the verdict, and a table follows what to do") {
  check_golden("status.txt", agent::status_text(status(), {}));
  check_golden("status_verbose.txt", agent::status_text(status(), {.verbose = true}));
  check_golden("status_without_key.txt", agent::status_text(empty_status(), {}));
}

TEST_CASE("a listener that does not run is shown, and nothing where no service manager runs one") {
  Report report = empty_status();
  CHECK(agent::status_text(report, {}).find("listener") == std::string::npos);
  report.status->listener = platform::ServiceState::stopped;
  CHECK(agent::status_text(report, {}).find("\nlistener     NOT RUNNING\n") != std::string::npos);
  CHECK(agent::to_json(report, tests::options()).find("\"listener\": \"stopped\"") != std::string::npos);
}

TEST_CASE("services are shown by what the gate is to their starts, whether or not it was ever asked") {
  using agent::GateOfService;
  Report report = empty_status();
  report.status->services = {{"mms", GateOfService::in_force}, {"daemon", GateOfService::lost}};
  const std::string text = agent::status_text(report, {});
  CHECK(text.find("\n             in force for mms\n") != std::string::npos);
  CHECK(text.find("\n             NOT IN FORCE for daemon\n") != std::string::npos);
  report.status->services = {{"mms", GateOfService::absent}, {"daemon", GateOfService::absent}};
  CHECK(agent::status_text(report, {}).find("\n             not asked by mms, daemon\n") != std::string::npos);
  report.status->hook = agent::HookPart{.file = "/mms.conf", .present = true, .in_force = true};
  CHECK(agent::status_text(report, {}).find("not asked by") == std::string::npos);
}

TEST_CASE("only the verdict's word has a colour, and a quiet status is one line") {
  const std::string plain = agent::status_text(status(), {});
  std::string coloured = agent::status_text(status(), {.colour = true});
  CHECK(coloured.starts_with("\x1b[30;43mCHECK\x1b[0m  "));
  CHECK(coloured.substr(coloured.find("\x1b[0m") + 4) == plain.substr(5));
  const std::string quiet = agent::status_text(status(), {.quiet = true});
  CHECK(std::ranges::count(quiet, '\n') == 1);
  CHECK(plain.starts_with(quiet));
}

TEST_CASE("each line of a status fits a terminal, unless it is a path or a command") {
  for (const Report& report : {status(), empty_status()}) {
    std::istringstream lines(agent::status_text(report, {}));
    for (std::string line; std::getline(lines, line);) {
      CAPTURE(line);
      CHECK((line.size() <= 80 || line.starts_with("    ")));
    }
  }
}

TEST_CASE("the verdict is that of the worst that is known") {
  using agent::VerdictKind;
  Report report = status();
  CHECK(agent::verdict_of(report).kind == VerdictKind::check);
  report.code = agent::exit_done;
  CHECK(agent::verdict_of(report).kind == VerdictKind::ok);
  report.status->gate_would_refuse = {Reason::later_generation};
  CHECK(agent::verdict_of(report).kind == VerdictKind::wrong_key);
  CHECK(agent::verdict_of(report).sentence.find("newer") != std::string::npos);
  report.key->is_recorded = false;
  CHECK(agent::verdict_of(report).sentence.find("recorded") != std::string::npos);
  report.key->state = keystore::KeyState::unsafe;
  CHECK(agent::verdict_of(report).kind == VerdictKind::check);
  CHECK(agent::verdict_of(report).sentence.find("agrees") == std::string::npos);
  report.key->state = keystore::KeyState::invalid;
  CHECK(agent::verdict_of(report).kind == VerdictKind::wrong_key);
  report.key->state = keystore::KeyState::absent;
  CHECK(agent::verdict_of(report).kind == VerdictKind::no_key);
}

TEST_CASE("a verdict counts peers that were never asked, and does not claim that they agree") {
  Report report = status();
  report.peers = {last(2, PeerResult::agree)};
  report.status->never_asked = {"om3.example.com:27424"};
  CHECK(agent::verdict_of(report).sentence == "key agrees with 1 of 2 peers (60 s ago)");
  report.peers->clear();
  CHECK(agent::verdict_of(report).sentence == "key has not been compared with 1 peer yet");
  report.status->never_asked.clear();
  CHECK(agent::verdict_of(report).sentence == "key is in place; no peers are known");
}

TEST_CASE("a verdict says that the record cannot be read, and that a key is missing and not only absent") {
  Report report = status();
  report.key->record.reset();
  report.key->is_recorded = false;
  report.key->unreadable_record = true;
  CHECK(agent::verdict_of(report).sentence == "the record cannot be read; key agrees with 1 of 2 peers (60 s ago)");
  report.key->state = keystore::KeyState::absent;
  CHECK(agent::verdict_of(report).sentence == "this host's key is missing");
}

TEST_CASE("a round is a table with this host first") {
  agent::Roster roster;
  for (std::uint8_t number = 1; number <= 3; ++number) roster.remember(known_peer(number, PeerResult::agree));
  const agent::OwnRow own{"om0", "om0.example.com:27424", Standing::established, 2, then};
  std::string text;
  for (const std::string& line : agent::verify_table(own, peers(), roster, then + seconds(7200))) text += line + "\n";
  check_golden("verify.txt", text);
  text.clear();
  for (const std::string& line : agent::peers_table(roster, true, then + seconds(7200))) text += line + "\n";
  check_golden("peers_list.txt", text);
}
