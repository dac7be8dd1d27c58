// SPDX-License-Identifier: ISC
#include <string>

#include <doctest/doctest.h>

#include "agent/backups/health_facts.h"
#include "agent/doctor/conf_facts.h"
#include "agent/doctor/fact_list.h"
#include "agent/doctor/service_facts.h"

using agent::FactList;
using agent::Facts;
using platform::LogTrouble;
using platform::RunningPart;
using platform::ServicePart;
using platform::Time;

namespace {

const Time now{std::chrono::seconds(1'800'000'000)};

Facts setting_facts(const std::string& text) {
  FactList facts;
  agent::add_setting_facts(platform::parse_listed_settings(text).value(), facts);
  return std::move(facts).facts();
}

}  // namespace

TEST_CASE("a fact that cannot be reported unchanged is left out") {
  FactList facts;
  facts.add("long", std::string(1025, 'a'));
  facts.add("fits", std::string(1024, 'a'));
  facts.add("mark", "a\tb");
  facts.add("beyond", "b\xc3\xbc");
  facts.add(std::string(65, 'n'), "a");
  facts.add("empty", "");
  const Facts gathered = std::move(facts).facts();
  CHECK(gathered.size() == 2);
  CHECK(gathered.contains("fits"));
  CHECK(gathered.contains("empty"));
}

TEST_CASE("settings that are not set are empty, and those that hosts compare are there") {
  CHECK(setting_facts("") ==
        Facts{{"central_url", ""}, {"remote_ip_header", ""}, {"preflight", "on"}, {"https", "off"}});
  const auto facts = setting_facts(
      "mms.fromEmailAddr=ops@example.com\nbrs.snapshotSchedule.interval=6\nmms.system.hostname=om1\n"
      "mms.preflight.run=No\nmms.mail.hostname=om:pw@mail\n");
  CHECK(facts.at("setting.mms.fromEmailAddr") == "ops@example.com");
  CHECK(facts.at("setting.brs.snapshotSchedule.interval") == "6");
  CHECK(facts.at("preflight") == "off");
  CHECK(facts.size() == 6);
}

TEST_CASE("an empty value of mms.preflight.run is as if it were not set") {
  CHECK(setting_facts("mms.preflight.run=\n").at("preflight") == "on");
  CHECK(setting_facts("mms.preflight.run = TRUE \n").at("preflight") == "on");
  CHECK(setting_facts("mms.preflight.run=yes\n").at("preflight") == "off");
}

TEST_CASE("exchanged settings leave the URL that belongs into the other line") {
  const auto facts = setting_facts("mms.centralUrl=X-Forwarded-For\nmms.remoteIp.header=https://om.example.com\n");
  CHECK(facts.at("central_url") == "malformed");
  CHECK(facts.at("central_url.like") == "header");
  CHECK(facts.at("remote_ip_header") == "url");
  CHECK(facts.at("remote_ip_header.url") == "https|om.example.com|443");
}

TEST_CASE("a host's name without a scheme is told from a header") {
  CHECK(setting_facts("mms.centralUrl=om-lb:8080\n").at("central_url.like") == "name");
  CHECK(setting_facts("mms.centralUrl=om-lb\n").at("central_url.like") == "name");
  CHECK(setting_facts("mms.centralUrl=True-Client-IP\n").at("central_url.like") == "header");
  CHECK(setting_facts("mms.centralUrl=a b\n").at("central_url.like") == "other");
}

TEST_CASE("a set-up with certificates that the file demands is told from plain TLS") {
  const std::string pem = "mms.https.PEMKeyFile=/etc/om.pem\n";
  CHECK(setting_facts(pem).at("https") == "on");
  CHECK(setting_facts(pem + "mms.https.ClientCertificateMode=none\n").at("https") == "on");
  CHECK(setting_facts(pem + "mms.https.ClientCertificateMode=agents_only\n").at("https") == "client-certificate");
}

TEST_CASE("what runs is known by main class, and nothing is said where processes are hidden") {
  const auto facts_of = [](const std::optional<std::vector<RunningPart>>& parts) {
    FactList facts;
    agent::add_running_facts(parts, now, facts);
    return std::move(facts).facts();
  };
  CHECK(facts_of(std::nullopt).empty());
  CHECK(facts_of(std::vector<RunningPart>()) == Facts{{"om.running", ""}});
  CHECK(facts_of(std::vector<RunningPart>{{ServicePart::other, now}}) == Facts{{"om.running", ""}});
  CHECK(facts_of(std::vector<RunningPart>{{ServicePart::daemon, now - std::chrono::seconds(9)},
                                          {ServicePart::web, now - std::chrono::seconds(60)}}) ==
        Facts{{"om.running", "web,daemon"}, {"om.started", "60"}});
  // A clock that was set back.
  CHECK(facts_of(std::vector<RunningPart>{{ServicePart::web, now + std::chrono::seconds(60)}}).at("om.started") == "0");
}

TEST_CASE("a refusal is over when that part of Ops Manager runs") {
  const platform::StartLogs logs{
      .web = platform::StartTroubles{.refused = LogTrouble::over},
      .daemon = platform::StartTroubles{.mismatch = LogTrouble::after, .refused = LogTrouble::after}};
  const auto facts_of = [&](ServicePart part) {
    FactList facts;
    agent::add_log_facts(logs, std::vector<RunningPart>{{part, now}}, facts);
    return std::move(facts).facts();
  };
  CHECK(facts_of(ServicePart::web) ==
        Facts{{"log.second_key", ""}, {"log.mismatch", "after"}, {"log.refused", "after"}});
  CHECK(facts_of(ServicePart::daemon).at("log.refused") == "over");
}

TEST_CASE("backups are reported by their ages and by what status warns of") {
  agent::BackupHealth health;
  CHECK(agent::health_facts(health, now) ==
        Facts{{"backup", "none"}, {"backup.state", "unconfigured"}, {"drill", "none"}});
  health.configured = true;
  health.destinations = {{.destination = "file:///a", .seen = now - std::chrono::hours(1), .drilled = now},
                         {.destination = "file:///b", .stale = true, .settings_stale = true}};
  CHECK(agent::health_facts(health, now) ==
        Facts{{"backup", "3600"}, {"backup.state", "stale,settings-stale"}, {"drill", "0"}});
  health.destinations.pop_back();
  CHECK(agent::health_facts(health, now).at("backup.state").empty());
}
