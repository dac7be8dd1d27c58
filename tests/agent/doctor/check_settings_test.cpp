// SPDX-License-Identifier: ISC
#include "agent/doctor/check_settings.h"

#include <doctest/doctest.h>

#include "tests/agent/doctor/evidence_samples.h"

using agent::check_settings;
using agent::DoctorResult;
using agent::Facts;
using tests::of_id;
using tests::own_host;
using tests::peer;

namespace {

Facts with_url(const std::string& url) {
  return {{"settings", "read"}, {"central_url", url}, {"remote_ip_header", "x-forwarded-for"}};
}

std::vector<agent::DoctorFinding> findings(std::string_view id, const Facts& own) {
  return of_id(check_settings({.hosts = {own_host("om1.example.com", own), peer("om2.example.com", {})}}), id);
}

DoctorResult result(std::string_view id, const Facts& own) {
  const auto found = findings(id, own);
  REQUIRE(found.size() == 1);
  return found.front().result;
}

}  // namespace

TEST_CASE("HA103: a URL with the name of a host is a risk, and the balancer's name is not") {
  CHECK(result("HA103", with_url("https|om1.example.com|8443")) == DoctorResult::risk);
  CHECK(result("HA103", with_url("https|om2.example.com|8443")) == DoctorResult::risk);
  CHECK(result("HA103", with_url("http|localhost|8080")) == DoctorResult::risk);
  CHECK(result("HA103", with_url("http|127.0.0.1|8080")) == DoctorResult::risk);
  CHECK(result("HA103", with_url("http|::1|8080")) == DoctorResult::risk);
  CHECK(result("HA103", with_url("https|opsmanager.example.com|443")) == DoctorResult::ok);
  // Only a whole name is a host's own.
  CHECK(result("HA103", with_url("https|om1|443")) == DoctorResult::ok);
}

TEST_CASE("HA103: an address is a note, because a floating address looks like a host's own") {
  auto facts = with_url("https|192.0.2.7|443");
  CHECK(result("HA103", facts) == DoctorResult::note);
  facts.emplace("addresses", "192.0.2.1,192.0.2.7");
  CHECK(result("HA103", facts) == DoctorResult::note);
  CHECK(findings("HA103", facts).front().evidence ==
        "192.0.2.7 is an address of the host om1.example.com; that is as it should be if it is a floating address");
}

TEST_CASE("HA103: nothing is said about a URL that nobody sets in a file, and one URL is one finding") {
  CHECK(findings("HA103", with_url("")).empty());
  CHECK(findings("HA103", {}).empty());
  CHECK(findings("HA103", with_url("malformed")).empty());
  const auto url = with_url("https|om1.example.com|443");
  CHECK(of_id(check_settings({.hosts = {own_host("om1.example.com", url), peer("om2", url)}}), "HA103").size() == 1);
}

TEST_CASE("HA104: the exchanged pair is a fault, with both right lines") {
  const auto found = findings("HA104", {{"settings", "read"},
                                        {"central_url", "malformed"},
                                        {"central_url.like", "header"},
                                        {"remote_ip_header", "url"},
                                        {"remote_ip_header.url", "https|opsmanager.example.com|443"}});
  REQUIRE(found.size() == 1);
  CHECK(found.front().result == DoctorResult::fault);
  CHECK(found.front().object == "om1.example.com");
  CHECK(found.front().evidence ==
        "mms.centralUrl has the name of a header, and mms.remoteIp.header has a URL; the two lines look exchanged");
  CHECK(found.front().fix ==
        "write into conf-mms.properties of om1.example.com, then restart Ops Manager, one host at a time:\n"
        "  mms.centralUrl=https://opsmanager.example.com\n"
        "  mms.remoteIp.header=<the name that mms.centralUrl has now>");
}

TEST_CASE("HA104: a line whose value nobody knows shows what belongs there") {
  auto facts = with_url("https|om1.example.com|443");
  facts["remote_ip_header"] = "url";
  const std::string fix = findings("HA104", facts).front().fix;
  CHECK(fix.find("\n  mms.centralUrl=<http or https>://<name of the load balancer>:<its port>\n") != std::string::npos);
  CHECK(fix.ends_with("\n  mms.remoteIp.header=X-Forwarded-For"));
}

TEST_CASE("HA104: a header with a URL is a fault, also as the vendor's note has it") {
  auto facts = with_url("http|om1.example.com|8080");
  facts["remote_ip_header"] = "url";
  CHECK(result("HA104", facts) == DoctorResult::fault);
  facts["central_url"] = "";
  CHECK(result("HA104", facts) == DoctorResult::fault);
  facts["remote_ip_header"] = "x-forwarded-for";
  CHECK(findings("HA104", facts).empty());
}

TEST_CASE("HA104: what is not a URL is a fault, and a URL is ok") {
  auto facts = with_url("malformed");
  for (const char* like : {"header", "placeholder", "name", "other"}) {
    facts["central_url.like"] = like;
    CHECK(result("HA104", facts) == DoctorResult::fault);
  }
  CHECK(result("HA104", with_url("https|opsmanager.example.com|443")) == DoctorResult::ok);
}

TEST_CASE("HA104: settings that cannot be read are unknown, with what is missing") {
  for (const char* why : {"denied", "absent", "refused", "unreadable"}) {
    const auto found = findings("HA104", {{"settings", why}});
    REQUIRE(found.size() == 1);
    CHECK(found.front().result == DoctorResult::unknown);
    CHECK(found.front().needs.find("conf-mms.properties of om1.example.com") != std::string::npos);
  }
  // A URL with a user part is not repeated.
  CHECK(result("HA104", {{"settings", "read"}, {"remote_ip_header", ""}}) == DoctorResult::unknown);
  CHECK(findings("HA104", {}).empty());
}

TEST_CASE("HA106: an agent that knows one host is a risk, and one that knows the balancer is ok") {
  const auto agent = [](const std::string& url) { return Facts{{"agent.base_url", url}}; };
  CHECK(result("HA106", agent("http|om2.example.com|8080")) == DoctorResult::risk);
  CHECK(result("HA106", agent("http|localhost|8080")) == DoctorResult::risk);
  CHECK(result("HA106", agent("https|192.0.2.7|443")) == DoctorResult::note);
  CHECK(result("HA106", agent("https|opsmanager.example.com|443")) == DoctorResult::ok);
  CHECK(result("HA106", agent("malformed")) == DoctorResult::unknown);
  CHECK(findings("HA106", agent("")).empty());
  CHECK(findings("HA106", {{"agent.settings", "read"}, {"agent.base_url", ""}}).empty());
  CHECK(findings("HA106", {}).empty());
}

TEST_CASE("HA106: an agent's file that cannot be read, or has no plain URL, is unknown and says why") {
  const auto needs = [](const std::string& settings) {
    const auto found = findings("HA106", {{"agent.settings", settings}});
    REQUIRE(found.size() == 1);
    CHECK(found.front().result == DoctorResult::unknown);
    return found.front().needs;
  };
  const std::string file = "/etc/mongodb-mms/automation-agent.config of om1.example.com";
  CHECK(needs("denied") == "an account that may read " + file + ": run doctor as root");
  CHECK(needs("unreadable") == file + " as a regular file of at most 256 KiB");
  CHECK(needs("read") == "a line mmsBaseUrl in " + file + " with a URL and without a user name");
}

TEST_CASE("what a peer reports is told for the peer") {
  const auto found =
      of_id(check_settings({.hosts = {own_host("om1", {}), peer("om2", {{"central_url", "malformed"}})}}), "HA104");
  REQUIRE(found.size() == 1);
  CHECK(found.front().object == "om2");
}
