// SPDX-License-Identifier: ISC
#include "agent/doctor/check_pool.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "agent/base/doctor_limits.h"
#include "tests/support/balanced_hosts.h"

namespace agent {

namespace {

using support::balanced_hosts;

DoctorFinding finding_of(const Evidence& evidence, std::string_view id, std::string_view object) {
  const auto findings = check_pool(evidence);
  const auto is_it = [&](const DoctorFinding& each) { return each.id == id && each.object == object; };
  REQUIRE(std::ranges::count_if(findings, is_it) == 1);
  return *std::ranges::find_if(findings, is_it);
}

DoctorResult result_of(const Evidence& evidence, std::string_view id, std::string_view object) {
  return finding_of(evidence, id, object).result;
}

// Everything goes to om1.
void leave_out_om2(Evidence& evidence) {
  auto& reports = evidence.balancer->reports;
  for (const auto& [nonce, lines] : reports.at("om2")) reports.at("om1")[nonce].lines += lines.lines;
  reports.at("om2").clear();
}

void answer_directly(Evidence& evidence, std::size_t host, std::initializer_list<HttpAnswer> answers) {
  evidence.balancer->direct.at(host).answers = answers;
}

constexpr auto answered = [](std::uint32_t status) { return HttpAnswer{.end = HttpEnd::answered, .status = status}; };

}  // namespace

TEST_CASE("HA202: hosts that get requests are ok, one that gets none is a risk with both causes") {
  Evidence evidence = balanced_hosts();
  CHECK(result_of(evidence, "HA202", "om1") == DoctorResult::ok);
  CHECK(result_of(evidence, "HA202", "om2") == DoctorResult::ok);
  leave_out_om2(evidence);
  CHECK(result_of(evidence, "HA202", "om1") == DoctorResult::ok);
  const DoctorFinding finding = finding_of(evidence, "HA202", "om2");
  CHECK(finding.result == DoctorResult::risk);
  CHECK(finding.evidence.find("om1: 30, om2: 0") != std::string::npos);
  CHECK(finding.evidence.find("is not in the pool") != std::string::npos);
  CHECK(finding.evidence.find("keeps a client on one host") != std::string::npos);
}

TEST_CASE("HA202: a host that did not report, or whose log somebody filled, is unknown") {
  Evidence evidence = balanced_hosts();
  leave_out_om2(evidence);
  for (std::size_t at = 0; at < limits::probes; ++at)
    evidence.balancer->reports.at("om2")[std::string(30, '9') + std::to_string(10 + at)] = {1, {}};
  CHECK(result_of(evidence, "HA202", "om2") == DoctorResult::unknown);
  evidence.balancer->reports.erase("om2");
  CHECK(result_of(evidence, "HA202", "om2") == DoctorResult::unknown);
  evidence.hosts.at(1).facts = Facts{{"om.running", "daemon"}};
  CHECK(std::ranges::none_of(check_pool(evidence), [](const auto& each) { return each.object == "om2"; }));
}

TEST_CASE("HA202: logs that do not show every request leave out nobody") {
  Evidence evidence = balanced_hosts();
  evidence.balancer->reports.at("om2").clear();
  CHECK(result_of(evidence, "HA202", "om2") == DoctorResult::unknown);
}

TEST_CASE("HA202: a few requests to many hosts miss some of them by chance") {
  Evidence evidence = balanced_hosts();
  leave_out_om2(evidence);
  for (int at = 3; at < 12; ++at) {
    HostEvidence host = evidence.hosts.at(1);
    host.name = "om" + std::to_string(at);
    evidence.balancer->reports[host.name] = {{std::string(32, '8'), {1, {}}}};
    evidence.hosts.push_back(std::move(host));
  }
  CHECK(result_of(evidence, "HA202", "om2") == DoctorResult::unknown);
}

TEST_CASE("HA202: without counting nothing is said") {
  Evidence evidence = balanced_hosts();
  evidence.balancer->counted = false;
  CHECK(finding_of(evidence, "HA202", "om1").needs == "a run without --no-count");
}

TEST_CASE("HA208: a host that fails twice is a fault, and a note shortly after its start") {
  Evidence evidence = balanced_hosts();
  CHECK(result_of(evidence, "HA208", "om1") == DoctorResult::ok);
  answer_directly(evidence, 0, {answered(503), answered(200)});
  CHECK(result_of(evidence, "HA208", "om1") == DoctorResult::ok);
  answer_directly(evidence, 0, {answered(503), answered(503)});
  CHECK(result_of(evidence, "HA208", "om1") == DoctorResult::fault);
  evidence.hosts.front().facts->insert_or_assign("om.started", "1199");
  CHECK(result_of(evidence, "HA208", "om1") == DoctorResult::note);
  // The facts are old.
  evidence.hosts.front().age = std::chrono::seconds(2);
  CHECK(result_of(evidence, "HA208", "om1") == DoctorResult::fault);
}

TEST_CASE("HA208: a peer that fails is unknown while its facts are so old that it may have been restarted since") {
  Evidence evidence = balanced_hosts();
  answer_directly(evidence, 1, {answered(503), answered(503)});
  CHECK(result_of(evidence, "HA208", "om2") == DoctorResult::fault);
  evidence.hosts.at(1).age = std::chrono::minutes(10);
  const DoctorFinding finding = finding_of(evidence, "HA208", "om2");
  CHECK(finding.result == DoctorResult::unknown);
  CHECK(finding.needs == "newer facts from om2, which may have been restarted since its last ones");
}

TEST_CASE("HA208: silence towards this host is no fault") {
  Evidence evidence = balanced_hosts();
  answer_directly(evidence, 1, {{.end = HttpEnd::silent}, {.end = HttpEnd::silent}});
  CHECK(result_of(evidence, "HA208", "om2") == DoctorResult::ok);  // it answered requests through the balancer
  evidence.balancer->reports.clear();
  CHECK(result_of(evidence, "HA208", "om2") == DoctorResult::unknown);
  answer_directly(evidence, 1, {answered(404), answered(404)});
  CHECK(result_of(evidence, "HA208", "om2") == DoctorResult::unknown);
}

TEST_CASE("HA209: a peer's open port is a note where a header is trusted") {
  Evidence evidence = balanced_hosts();
  CHECK(result_of(evidence, "HA209", "om2") == DoctorResult::note);
  for (HostEvidence& host : evidence.hosts) host.facts->insert_or_assign("remote_ip_header", "");
  CHECK_FALSE(support::has(check_pool(evidence), "HA209"));
  evidence = balanced_hosts();
  answer_directly(evidence, 1, {{.end = HttpEnd::no_connection}, {.end = HttpEnd::no_connection}});
  CHECK_FALSE(support::has(check_pool(evidence), "HA209"));
}

}  // namespace agent
