// SPDX-License-Identifier: ISC
#include "agent/doctor/service_facts.h"

#include <algorithm>
#include <array>

#include "agent/protocol/numeric_address.h"
#include "platform/base/ascii.h"
#include "platform/host/host_facts.h"
#include "platform/ops_manager/package_version.h"
#include "platform/services/service_state.h"

namespace agent {

namespace {

using platform::LogTrouble;
using platform::RunningPart;
using platform::ServicePart;
using platform::ServiceState;
using Parts = std::optional<std::vector<RunningPart>>;

bool runs(const Parts& parts, ServicePart part) {
  return parts && std::ranges::find(*parts, part, &RunningPart::part) != parts->end();
}

void add_name(std::vector<std::string>& names, const std::string& name) {
  const std::string small = platform::lower(name);
  if (!small.empty() && std::ranges::find(names, small) == names.end()) names.push_back(small);
}

// Unresolved: what a name server says about them may be the load balancer's address.
void add_names(const Host& host, FactList& facts) {
  std::vector<std::string> names;
  add_name(names, platform::host_name());
  add_name(names, host.name);
  if (host.config.address && !is_numeric(*host.config.address)) add_name(names, host.config.address->host);
  facts.add("names", joined(names));
  facts.add("addresses", joined(platform::host_addresses()));
}

void add_units(FactList& facts) {
  std::vector<std::string> units;
  for (const char* name : {"mongodb-mms", "mongodb-mms-backup-daemon"}) {
    const ServiceState state = platform::state_of_service(name);
    if (state == ServiceState::none) continue;
    const auto setting = platform::setting_of_service(name);
    // Half a list would look like a host without the other unit.
    if (state == ServiceState::unknown || !setting) return;
    units.push_back(std::string(name) + "=" + setting->enabled + "/" + setting->active);
  }
  facts.add("units", joined(units));
}

LogTrouble worse(LogTrouble left, LogTrouble right) { return std::max(left, right); }

std::string text_of(LogTrouble trouble) {
  switch (trouble) {
    case LogTrouble::none: return "";
    case LogTrouble::over: return "over";
    case LogTrouble::after: return "after";
  }
  __builtin_unreachable();
}

LogTrouble refused(const platform::StartTroubles& log, bool runs_now) {
  return runs_now && log.refused == LogTrouble::after ? LogTrouble::over : log.refused;
}

void add_logs(const Host& host, const Parts& parts, FactList& facts) {
  const auto logs = platform::read_start_logs(host.installation);
  if (!logs) {
    facts.add("logs", logs.error().kind == platform::ErrorKind::denied ? "denied" : "unreadable");
  } else if (!logs->web && !logs->daemon) {
    facts.add("logs", "absent");
  } else {
    facts.add("logs", "read");
    add_log_facts(*logs, parts, facts);
  }
}

}  // namespace

void add_running_facts(const Parts& parts, platform::Time now, FactList& facts) {
  if (!parts) return;
  std::vector<std::string> running;
  std::optional<platform::Time> started;
  for (const auto& [part, name] : {std::pair(ServicePart::web, "web"), std::pair(ServicePart::daemon, "daemon")}) {
    if (!runs(parts, part)) continue;
    running.emplace_back(name);
    // The web server's, else the daemon's.
    if (!started) started = std::ranges::find(*parts, part, &RunningPart::part)->started;
  }
  facts.add("om.running", joined(running));
  if (!started) return;
  const auto age = std::chrono::floor<std::chrono::seconds>(now - *started).count();
  facts.add("om.started", std::to_string(std::max<std::int64_t>(age, 0)));
}

void add_log_facts(const platform::StartLogs& logs, const Parts& parts, FactList& facts) {
  const auto web = logs.web.value_or(platform::StartTroubles());
  const auto daemon = logs.daemon.value_or(platform::StartTroubles());
  facts.add("log.second_key", text_of(worse(web.second_key, daemon.second_key)));
  facts.add("log.mismatch", text_of(worse(web.mismatch, daemon.mismatch)));
  facts.add("log.refused", text_of(worse(refused(web, runs(parts, ServicePart::web)),
                                         refused(daemon, runs(parts, ServicePart::daemon)))));
}

void add_service_facts(const Host& host, FactList& facts) {
  add_names(host, facts);
  if (!host.installation.install_path) return;
  add_units(facts);
  // The package belongs to this system and not to a demonstration's directory.
  if (host.installation.layout == platform::Layout::package && !host.options.root) {
    if (const auto version = platform::version_of_package(host.agent)) facts.add("om.version", *version);
  }
  const auto parts = host.files.key_file.empty()
                         ? std::nullopt
                         : platform::find_running_parts(host.files.key_file, host.files.service);
  add_running_facts(parts, platform::now(), facts);
  add_logs(host, parts, facts);
}

}  // namespace agent
