// SPDX-License-Identifier: ISC
#include "agent/doctor/check_balancer.h"

#include <doctest/doctest.h>

#include "tests/support/balanced_hosts.h"

namespace agent {

namespace {

using support::balanced_hosts;
using support::keep_lines;
using support::only;
using support::probe_of;

DoctorResult result_of(const Evidence& evidence, std::string_view id) {
  return only(check_balancer(evidence), id).result;
}

// Through a cache: one answer from a host, which then comes again and again.
void cache(Evidence& evidence, ProbedPath path) {
  keep_lines(evidence, "om1", path, 1);
  keep_lines(evidence, "om2", path, 0);
  PathProbe& probe = probe_of(evidence, path);
  for (HttpAnswer& answer : probe.answers) answer.witness = probe.answers.front().witness;
}

void lose_reports(Evidence& evidence) {
  for (auto& [host, probes] : evidence.balancer->reports) probes.clear();
}

HttpAnswer answered(std::uint32_t status) { return {.end = HttpEnd::answered, .status = status}; }

}  // namespace

TEST_CASE("balancer: one that does everything right is ok") {
  for (const DoctorFinding& finding : check_balancer(balanced_hosts())) {
    CAPTURE(finding.id);
    CAPTURE(finding.needs);
    CHECK(finding.result == DoctorResult::ok);
  }
  CHECK(check_balancer(Evidence{}).empty());
}

TEST_CASE("HA203: a cached login page, health page or API is a fault, a cached script a risk") {
  for (const ProbedPath path : {ProbedPath::login, ProbedPath::health, ProbedPath::api, ProbedPath::asset}) {
    CAPTURE(probed_paths.of(path));
    Evidence evidence = balanced_hosts();
    cache(evidence, path);
    const DoctorFinding finding = only(check_balancer(evidence), "HA203");
    CHECK(finding.result == (path == ProbedPath::asset ? DoctorResult::risk : DoctorResult::fault));
    CHECK(finding.evidence.find("6 identical requests for " + std::string(probed_paths.of(path)) +
                                ", 1 reached a host; control: 6 of 6") != std::string::npos);
  }
}

TEST_CASE("HA203: surplus lines are requests that a balancer repeated") {
  Evidence evidence = balanced_hosts();
  keep_lines(evidence, "om1", ProbedPath::login, 9);
  CHECK(result_of(evidence, "HA203") == DoctorResult::ok);
}

TEST_CASE("HA203: with an incomplete control nothing is said, whoever got the requests") {
  Evidence evidence = balanced_hosts();
  cache(evidence, ProbedPath::login);
  evidence.balancer->reports.at("om2").erase(evidence.balancer->controls.at(1).nonce);
  const DoctorFinding finding = only(check_balancer(evidence), "HA203");
  CHECK(finding.result == DoctorResult::unknown);
  CHECK(finding.needs.find("of 6 requests that no cache can answer, they show 5") != std::string::npos);
}

TEST_CASE("HA203: a member that did not report could have the missing lines") {
  Evidence evidence = balanced_hosts();
  cache(evidence, ProbedPath::login);
  for (const ControlRequest& control : evidence.balancer->controls)
    evidence.balancer->reports.at("om1")[control.nonce] = {1, {"10.0.0.1"}};
  evidence.balancer->reports.erase("om2");
  // The witness is left out: it says the same.
  for (PathProbe& probe : evidence.balancer->probes) probe.direct.clear();
  CHECK(result_of(evidence, "HA203") == DoctorResult::unknown);
}

TEST_CASE("HA203: complete counts are enough although a member did not report") {
  Evidence evidence = balanced_hosts();
  for (auto& [nonce, lines] : evidence.balancer->reports.at("om1")) {
    if (nonce != evidence.balancer->forged_nonce) lines.lines = 6;
  }
  for (const ControlRequest& control : evidence.balancer->controls)
    evidence.balancer->reports.at("om1")[control.nonce] = {1, {"10.0.0.1"}};
  evidence.balancer->reports.erase("om2");
  CHECK(result_of(evidence, "HA203") == DoctorResult::ok);
}

TEST_CASE("HA203: a header that shows a hit decides alone") {
  Evidence evidence = balanced_hosts();
  evidence.balancer->reports.clear();
  probe_of(evidence, ProbedPath::login).answers.at(2).hit = "age: 7";
  const DoctorFinding finding = only(check_balancer(evidence), "HA203");
  CHECK(finding.result == DoctorResult::fault);
  CHECK(finding.evidence == "an answer for /user/login has the header age: 7");
}

TEST_CASE("HA203: where the logs show nothing, what a host makes anew decides") {
  Evidence evidence = balanced_hosts();
  lose_reports(evidence);
  // The health page and the script have only a date, which proves nothing as long as it is new.
  CHECK(result_of(evidence, "HA203") == DoctorResult::unknown);
  PathProbe& login = probe_of(evidence, ProbedPath::login);
  login.answers.back().witness = login.answers.front().witness;
  CHECK(result_of(evidence, "HA203") == DoctorResult::fault);
  evidence.balancer->counted = false;
  CHECK(result_of(evidence, "HA203") == DoctorResult::fault);
}

TEST_CASE("HA203: a renewed date beside an old cookie is a cache, and an old date alone is one too") {
  Evidence evidence = balanced_hosts();
  lose_reports(evidence);
  PathProbe& login = probe_of(evidence, ProbedPath::login);
  login.answers.back().witness.cookie = login.answers.front().witness.cookie;
  CHECK(result_of(evidence, "HA203") == DoctorResult::fault);

  evidence = balanced_hosts();
  lose_reports(evidence);
  PathProbe& asset = probe_of(evidence, ProbedPath::asset);
  asset.answers.back().witness.date = asset.answers.front().witness.date;
  CHECK(result_of(evidence, "HA203") == DoctorResult::risk);
}

TEST_CASE("HA203: a count that a witness contradicts proves nothing") {
  Evidence evidence = balanced_hosts();
  keep_lines(evidence, "om2", ProbedPath::login, 0);
  CHECK(result_of(evidence, "HA203") == DoctorResult::unknown);
}

TEST_CASE("HA203: with a host in the pool that nobody knows, a count by chance accuses nobody") {
  Evidence evidence = balanced_hosts();
  for (const ProbedPath path : {ProbedPath::health, ProbedPath::login, ProbedPath::asset, ProbedPath::api})
    keep_lines(evidence, "om2", path, 0);
  CHECK(result_of(evidence, "HA203") == DoctorResult::unknown);
}

TEST_CASE("HA203: answers with another status do not count") {
  Evidence evidence = balanced_hosts();
  for (HttpAnswer& answer : probe_of(evidence, ProbedPath::api).answers) answer.status = 403;
  CHECK(result_of(evidence, "HA203") == DoctorResult::unknown);
  evidence = balanced_hosts();
  for (HttpAnswer& answer : probe_of(evidence, ProbedPath::health).answers) answer.status = 404;
  CHECK(result_of(evidence, "HA203") == DoctorResult::ok);
}

TEST_CASE("HA203: a cache that stores nothing of these pages is a risk when it says so twice") {
  Evidence evidence = balanced_hosts();
  evidence.balancer->only_if_cached = {answered(504)};
  CHECK(result_of(evidence, "HA203") == DoctorResult::ok);
  evidence.balancer->only_if_cached = {answered(504), answered(504)};
  CHECK(result_of(evidence, "HA203") == DoctorResult::risk);
}

TEST_CASE("HA201: 503 twice is a fault only while a host answers directly") {
  Evidence evidence = balanced_hosts();
  evidence.balancer->health = {answered(503), answered(503)};
  evidence.balancer->login = evidence.balancer->health;
  CHECK(only(check_balancer(evidence), "HA201").evidence ==
        "it answered with status 503, twice, while om1 answers directly");
  CHECK(result_of(evidence, "HA201") == DoctorResult::fault);
  for (DirectHealth& direct : evidence.balancer->direct) direct.answers = {answered(503), answered(503)};
  CHECK(result_of(evidence, "HA201") == DoctorResult::unknown);
}

TEST_CASE("HA201: a balancer that answers after 5 s is ok, and one that stays silent a risk") {
  Evidence evidence = balanced_hosts();
  evidence.balancer->health = {answered(503), answered(200)};
  CHECK(result_of(evidence, "HA201") == DoctorResult::ok);
  for (const HttpEnd end :
       {HttpEnd::silent, HttpEnd::no_connection, HttpEnd::broken, HttpEnd::too_long, HttpEnd::no_tls}) {
    evidence.balancer->health = {{.end = end}, {.end = end}};
    evidence.balancer->login.clear();
    CHECK(result_of(evidence, "HA201") == DoctorResult::risk);
    CHECK(result_of(evidence, "HA203") == DoctorResult::unknown);
  }
}

TEST_CASE("HA201: a blocked health path alone is ok") {
  Evidence evidence = balanced_hosts();
  evidence.balancer->health = {answered(404), answered(404)};
  CHECK(result_of(evidence, "HA201") == DoctorResult::ok);
  evidence.balancer->login = {answered(403), answered(403)};
  CHECK(result_of(evidence, "HA201") == DoctorResult::unknown);
}

TEST_CASE("balancer: nothing is said about one whose name or certificate is in question") {
  for (const HttpEnd end : {HttpEnd::no_name, HttpEnd::untrusted}) {
    Evidence evidence = balanced_hosts();
    evidence.balancer->health = {{.end = end}};
    for (const std::string_view id : {"HA201", "HA203", "HA205"})
      CHECK(result_of(evidence, id) == DoctorResult::unknown);
  }
}

TEST_CASE("balancer: without a URL its findings need the same line") {
  Evidence evidence = balanced_hosts();
  evidence.balancer = BalancerEvidence{.not_asked = "the URL"};
  for (const std::string_view id : {"HA201", "HA203", "HA205"})
    CHECK(only(check_balancer(evidence), id).needs == "the URL");
}

TEST_CASE("HA205: lines without this host's address are a risk, where the log follows the header") {
  Evidence evidence = balanced_hosts();
  for (auto& [nonce, lines] : evidence.balancer->reports.at("om1")) {
    if (nonce != evidence.balancer->forged_nonce) lines.addresses = {"10.0.0.9"};
  }
  const DoctorFinding finding = only(check_balancer(evidence), "HA205");
  CHECK(finding.result == DoctorResult::risk);
  CHECK(finding.evidence ==
        "the access log of this host shows 10.0.0.9 for requests that this host sent from 10.0.0.1");
  evidence.balancer->reports.at("om1").at(evidence.balancer->forged_nonce).addresses = {"127.0.0.1"};
  CHECK(result_of(evidence, "HA205") == DoctorResult::unknown);
}

TEST_CASE("HA205: with the balancer on this host its address is no client's") {
  Evidence evidence = balanced_hosts();
  evidence.balancer->health.front().their_address = "10.0.0.1";
  CHECK(result_of(evidence, "HA205") == DoctorResult::unknown);
  evidence.balancer->health.front().their_address = "127.0.0.10";
  CHECK(result_of(evidence, "HA205") == DoctorResult::unknown);
}

TEST_CASE("HA206: the certificate of this host behind the balancer is a note where no header arrives") {
  Evidence evidence = balanced_hosts();
  CHECK_FALSE(support::has(check_balancer(evidence), "HA206"));
  evidence.balancer->direct.front().answers.front().certificate = evidence.balancer->health.front().certificate;
  CHECK_FALSE(support::has(check_balancer(evidence), "HA206"));
  for (auto& [nonce, lines] : evidence.balancer->reports.at("om1")) {
    if (nonce != evidence.balancer->forged_nonce) lines.addresses = {"10.0.0.9"};
  }
  CHECK(result_of(evidence, "HA206") == DoctorResult::note);
  evidence.balancer->reports.clear();
  CHECK(result_of(evidence, "HA206") == DoctorResult::unknown);
}

TEST_CASE("HA207: a cookie that keeps a client on one host is a note, another cookie none") {
  Evidence evidence = balanced_hosts();
  evidence.balancer->login.front().cookies = {"session"};
  CHECK(result_of(evidence, "HA207") == DoctorResult::ok);
  evidence.balancer->login.front().cookies = {"session", "SERVERID"};
  CHECK(only(check_balancer(evidence), "HA207").evidence == "it sets the cookie SERVERID");
  CHECK(result_of(evidence, "HA207") == DoctorResult::note);
}

}  // namespace agent
