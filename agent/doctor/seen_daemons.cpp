// SPDX-License-Identifier: ISC
#include "agent/doctor/seen_daemons.h"

#include <algorithm>

#include "agent/doctor/ask_api.h"
#include "agent/doctor/comparison.h"
#include "agent/doctor/fact_list.h"
#include "platform/base/ascii.h"

namespace agent {

namespace {

constexpr std::string_view daemon_unit = "mongodb-mms-backup-daemon=";

// "mongodb-mms=enabled/active,mongodb-mms-backup-daemon=enabled/failed"
void read_unit(std::string_view units, HostDaemon& daemon) {
  for (const std::string& unit : words_of(units)) {
    const auto slash = unit.find('/');
    if (!unit.starts_with(daemon_unit) || slash == std::string::npos) continue;
    daemon.wanted = unit.substr(daemon_unit.size(), slash - daemon_unit.size()) == "enabled";
    daemon.state = unit.substr(slash + 1);
  }
}

HostDaemon daemon_of(const HostEvidence& host) {
  HostDaemon daemon{.host = &host};
  if (const std::string* const running = fact_of(host, "om.running")) daemon.runs = has_word(*running, "daemon");
  if (const std::string* const units = fact_of(host, "units")) read_unit(*units, daemon);
  return daemon;
}

std::string_view without_domain(std::string_view name) { return name.substr(0, name.find('.')); }

// A host may know its name without the domain that Ops Manager has, and the reverse.
bool is_same_name(std::string_view left, std::string_view right) {
  const bool both_full = left.find('.') != std::string_view::npos && right.find('.') != std::string_view::npos;
  return both_full ? left == right : without_domain(left) == without_domain(right);
}

bool is_called(const HostEvidence& host, const std::string& machine) {
  const std::string* const addresses = fact_of(host, "addresses");
  if (addresses != nullptr && has_word(*addresses, machine)) return true;
  const std::string* const names = fact_of(host, "names");
  return names != nullptr &&
         std::ranges::any_of(words_of(*names), [&](const std::string& name) { return is_same_name(name, machine); });
}

BackupUse use_of(const SeenDaemons& daemons, bool everybody_asked) {
  if (daemons.activated_known) return daemons.activated.empty() ? BackupUse::unused : BackupUse::used;
  const bool somewhere = std::ranges::any_of(daemons.hosts, [](const HostDaemon& daemon) {
    return daemon.runs.value_or(false) || daemon.wanted.value_or(false);
  });
  if (somewhere) return BackupUse::used;
  return daemons.unknown.empty() && everybody_asked ? BackupUse::unused : BackupUse::unknown;
}

std::string needs_after(ApiEnd end) {
  switch (end) {
    case ApiEnd::answered: return "";
    case ApiEnd::not_asked:
    case ApiEnd::silent: return "an answer of Ops Manager's API on this host in time";
    case ApiEnd::refused:
      return "an API key that Ops Manager accepts from 127.0.0.1: one with the role Global Read Only, whose access "
             "list "
             "has that address";
    case ApiEnd::no_digest:
      return "a system whose OpenSSL has MD5, which the API's HTTP digest needs; FIPS mode has none";
    case ApiEnd::absent: return "a version of Ops Manager whose API has this list";
    case ApiEnd::no_connection: return "the web server of Ops Manager on this host, which refuses the connection";
    case ApiEnd::broken: return "an answer of Ops Manager's API on this host that this version understands";
    case ApiEnd::incomplete: return "a version that reads more of Ops Manager's API than one page of a list";
  }
  __builtin_unreachable();
}

}  // namespace

SeenDaemons seen_daemons(const Evidence& evidence) {
  SeenDaemons daemons;
  for (const HostEvidence* host : fleet_of(evidence)) {
    daemons.hosts.push_back(daemon_of(*host));
    if (!daemons.hosts.back().runs) daemons.unknown.push_back(host->name);
  }
  if (evidence.api && evidence.api->reply.end_of(ApiList::daemons) == ApiEnd::answered) {
    daemons.activated_known = true;
    for (const ApiDaemon& daemon : evidence.api->reply.daemons) {
      if (daemon.configured) daemons.activated.push_back(&daemon);
    }
  }
  daemons.use = use_of(daemons, has_asked(evidence));
  return daemons;
}

const HostDaemon* host_of_machine(const SeenDaemons& daemons, std::string_view machine) {
  const std::string name = platform::lower(machine);
  const auto found =
      std::ranges::find_if(daemons.hosts, [&](const HostDaemon& daemon) { return is_called(*daemon.host, name); });
  return found == daemons.hosts.end() ? nullptr : &*found;
}

std::string needs_of_api(const ApiEvidence& api, ApiList list) {
  return api.not_asked.empty() ? needs_after(api.reply.end_of(list)) : api.not_asked;
}

}  // namespace agent
