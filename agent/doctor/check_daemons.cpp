// SPDX-License-Identifier: ISC
#include "agent/doctor/check_daemons.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "agent/doctor/comparison.h"
#include "agent/doctor/evidence_facts.h"
#include "agent/doctor/seen_daemons.h"

namespace agent {

namespace {

using Findings = std::vector<DoctorFinding>;

std::vector<std::string> hosts_with_daemon(const SeenDaemons& daemons) {
  std::vector<std::string> names;
  for (const HostDaemon& daemon : daemons.hosts) {
    if (daemon.runs.value_or(false) || daemon.wanted.value_or(false)) names.push_back(daemon.host->name);
  }
  return names;
}

// The hosts, or machines that no host is called by, with a daemon that does such jobs; without one, with any daemon.
std::vector<std::string> activated_machines(const SeenDaemons& daemons, bool ApiDaemon::*job = nullptr) {
  std::set<std::string> machines;
  for (const ApiDaemon* daemon : daemons.activated) {
    if (job != nullptr && !(daemon->*job)) continue;
    const HostDaemon* const host = host_of_machine(daemons, daemon->machine);
    machines.insert(host == nullptr ? daemon->machine : host->host->name);
  }
  return {machines.begin(), machines.end()};
}

// HA401, where Ops Manager tells which daemons are activated, and for which jobs.
DoctorFinding activated_count(const SeenDaemons& daemons) {
  const auto machines = activated_machines(daemons);
  if (machines.empty())
    return finding_of_all("HA401", DoctorResult::note, "no backup daemon is activated, so backups are not used");
  if (machines.size() == 1) return finding_of_all("HA401", DoctorResult::risk, "activated only on " + machines.front());
  std::string seen = "activated on " + list_of(machines);
  bool enough = true;
  for (const auto& [name, job] :
       {std::pair("queryable restores", &ApiDaemon::queryable_restores), std::pair("grooms", &ApiDaemon::grooms)}) {
    const auto able = activated_machines(daemons, job);
    if (able.size() > 1) continue;
    enough = false;
    seen += "; " + std::string(name) + (able.empty() ? " on none of them" : " only on " + able.front());
  }
  return finding_of_all("HA401", enough ? DoctorResult::ok : DoctorResult::risk, std::move(seen));
}

// HA401, by the hosts' processes and units.
DoctorFinding daemon_count(const Evidence& evidence, const SeenDaemons& daemons) {
  const auto hosts = hosts_with_daemon(daemons);
  // Ops Manager may start one on every host, whether or not it is activated.
  if (hosts.size() > 1)
    return finding_of_all("HA401", DoctorResult::unknown,
                          "backup daemons: " + list_of(hosts) + "; which of them are activated is not known",
                          needs_of_api(*evidence.api, ApiList::daemons));
  if (!daemons.unknown.empty() || !has_asked(evidence)) {
    const std::string seen = hosts.empty() ? "no backup daemon was seen" : "one was seen, on " + hosts.front();
    return finding_of_all("HA401", DoctorResult::unknown, seen, needs_facts_of(evidence, daemons.unknown));
  }
  if (hosts.empty())
    return finding_of_all("HA401", DoctorResult::note, "no host runs a backup daemon, so backups are not used");
  return finding_of_all("HA401", DoctorResult::risk, "only " + hosts.front());
}

bool is_activated(const SeenDaemons& daemons, const HostDaemon& host) {
  return std::ranges::any_of(
      daemons.activated, [&](const ApiDaemon* daemon) { return host_of_machine(daemons, daemon->machine) == &host; });
}

// HA402. Nothing for a host that neither runs a daemon nor should.
void check_host(const Evidence& evidence, const SeenDaemons& daemons, const HostDaemon& host, Findings& findings) {
  DoctorFinding finding{.id = "HA402", .object = host.host->name};
  const bool stopped = host.state == "inactive" || host.state == "failed";
  if (!host.runs.value_or(true) && host.wanted.value_or(false)) {
    finding.evidence = "the unit mongodb-mms-backup-daemon is enabled and " + host.state;
    if (stopped) finding.result = DoctorResult::risk;
    finding.needs = stopped ? "" : "another run: the unit is neither running nor stopped";
  } else if (!host.runs.value_or(false)) {
    return;
  } else if (!daemons.activated_known) {
    finding.needs = needs_of_api(*evidence.api, ApiList::daemons);
  } else if (is_activated(daemons, host)) {
    finding.result = DoctorResult::ok;
    finding.evidence = "it runs and is activated";
  } else {
    finding.result = DoctorResult::note;
    finding.evidence = "it runs, and Ops Manager has no activated daemon with a name of this host";
  }
  findings.push_back(std::move(finding));
}

// HA403.
DoctorFinding dedicated_finding(const SeenDaemons& daemons) {
  std::vector<std::string> dedicated;
  for (const ApiDaemon* daemon : daemons.activated) {
    if (daemon->queryable_restores && !daemon->backups && !daemon->restores && !daemon->grooms)
      dedicated.push_back(daemon->machine);
  }
  if (dedicated.empty())
    return finding_of_all("HA403", DoctorResult::note, "every activated daemon has other boxes ticked, too");
  return finding_of_all("HA403", DoctorResult::ok, "only queryable restores: " + list_of(dedicated));
}

// HA404. Labels of daemons are one way to bind a project to some of them; its own filters are the other.
DoctorFinding assigned_finding(const SeenDaemons& daemons, const ApiReply& reply) {
  std::vector<std::string> labelled;
  for (const ApiDaemon* daemon : daemons.activated) {
    if (!daemon->labels.empty()) labelled.push_back(daemon->machine + " (" + list_of(daemon->labels) + ")");
  }
  std::string seen = labelled.empty() ? "no activated daemon has a label" : "labels: " + list_of(labelled);
  if (reply.end_of(ApiList::groups) == ApiEnd::answered) {
    seen += "; " + std::to_string(reply.bound_projects) + " of " + std::to_string(reply.projects) +
            " projects are bound to certain daemons, stores or labels";
  }
  const bool assigned = !labelled.empty() || reply.bound_projects > 0;
  return finding_of_all("HA404", assigned ? DoctorResult::ok : DoctorResult::note, std::move(seen));
}

// Nothing where it may be on its way: a unit that starts or stops, or a host that was started a short while ago.
std::optional<bool> is_stopped(const HostDaemon& daemon) {
  if (!daemon.state.empty())
    return daemon.state == "inactive" || daemon.state == "failed" ? std::optional(true) : std::nullopt;
  const std::string* const running = fact_of(*daemon.host, "om.running");
  const bool settled = running != nullptr && !running->empty() && !started_lately(*daemon.host);
  return settled ? std::optional(true) : std::nullopt;
}

// HA405.
DoctorFinding daemon_runs(const Evidence& evidence, const SeenDaemons& daemons, const ApiDaemon& daemon) {
  DoctorFinding finding{.id = "HA405", .object = daemon.machine};
  const HostDaemon* const host = host_of_machine(daemons, daemon.machine);
  if (host == nullptr) {
    const bool everybody = daemons.unknown.empty() && has_asked(evidence);
    finding.evidence = "no host that was asked has this name";
    if (everybody) finding.result = DoctorResult::risk;
    if (!everybody) finding.needs = needs_facts_of(evidence, daemons.unknown);
  } else if (!host->runs) {
    finding.needs = needs_facts_of(evidence, {host->host->name});
  } else if (*host->runs) {
    finding.result = DoctorResult::ok;
    finding.evidence = "it is activated, and runs on " + host->host->name;
  } else if (is_stopped(*host)) {
    finding.result = DoctorResult::fault;
    finding.evidence = "it is activated, and does not run on " + host->host->name;
  } else {
    finding.evidence = "it does not run on " + host->host->name + ", which may be starting it";
    finding.needs = "another run, 20 minutes after Ops Manager was started there";
  }
  return finding;
}

void check_activated(const Evidence& evidence, const SeenDaemons& daemons, Findings& findings) {
  if (daemons.activated_known) {
    findings.push_back(dedicated_finding(daemons));
    findings.push_back(assigned_finding(daemons, evidence.api->reply));
    for (const ApiDaemon* daemon : daemons.activated) findings.push_back(daemon_runs(evidence, daemons, *daemon));
    return;
  }
  const std::string needs = needs_of_api(*evidence.api, ApiList::daemons);
  for (const char* id : {"HA403", "HA404", "HA405"})
    findings.push_back(finding_of_all(id, DoctorResult::unknown, {}, needs));
}

}  // namespace

std::vector<DoctorFinding> check_daemons(const Evidence& evidence) {
  Findings findings;
  if (!evidence.api) return findings;
  const SeenDaemons daemons = seen_daemons(evidence);
  findings.push_back(daemons.activated_known ? activated_count(daemons) : daemon_count(evidence, daemons));
  if (daemons.use == BackupUse::unused) return findings;
  for (const HostDaemon& host : daemons.hosts) check_host(evidence, daemons, host, findings);
  check_activated(evidence, daemons, findings);
  return findings;
}

}  // namespace agent
