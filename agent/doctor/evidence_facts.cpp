// SPDX-License-Identifier: ISC
#include "agent/doctor/evidence_facts.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "agent/base/doctor_limits.h"
#include "agent/doctor/fact_list.h"

namespace agent {

namespace {

const HostEvidence* host_where(const Evidence& evidence, std::string_view fact, std::string_view word) {
  const auto found = std::ranges::find_if(evidence.hosts, [&](const HostEvidence& host) {
    const auto words = words_of(reported(host, fact).value_or(""));
    return std::ranges::find(words, word) != words.end();
  });
  return found == evidence.hosts.end() ? nullptr : &*found;
}

}  // namespace

std::optional<std::string> reported(const HostEvidence& host, std::string_view name) {
  // Nobody named a host that introduced itself. What it says is not held against anybody.
  if (!host.facts || (!host.own && !host.introduced)) return std::nullopt;
  const auto found = host.facts->find(name);
  return found == host.facts->end() ? std::nullopt : std::optional(found->second);
}

bool has_fact(const HostEvidence& host, std::string_view name, std::string_view value) {
  return reported(host, name) == value;
}

const HostEvidence* host_named(const Evidence& evidence, std::string_view name) {
  return host_where(evidence, "names", name);
}

const HostEvidence* host_with_address(const Evidence& evidence, std::string_view address) {
  return host_where(evidence, "addresses", address);
}

bool started_lately(const HostEvidence& host) {
  const std::string* text = host.facts ? fact_in(*host.facts, "om.started") : nullptr;
  if (text == nullptr) return false;
  std::uint32_t count = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), count);
  if (error != std::errc() || end != text->data() + text->size()) return false;
  // The fact counts up to when the facts were collected, which may be hours ago.
  return std::chrono::seconds(count) + host.age.value_or(std::chrono::milliseconds(0)) < limits::start_takes;
}

bool may_have_restarted(const HostEvidence& host) {
  const auto age = host.age.value_or(std::chrono::milliseconds(0));
  return !host.own && age > limits::log_wait + limits::fresh_facts_wait;
}

std::string needs_for_settings(const HostEvidence& host) {
  std::string file = "conf-mms.properties of " + host.name;
  const auto settings = reported(host, "settings").value_or("");
  if (settings == "denied") return "an account that may read " + file + ": run doctor as root";
  if (settings == "absent") return file + ", which is missing";
  if (settings == "refused") return file + " without a \\u that lacks four hex digits: Java refuses the whole file";
  if (settings == "unreadable") return file + " as a regular file of at most 256 KiB";
  return file;
}

std::string needs_for_logs(const HostEvidence& host) {
  const auto logs = reported(host, "logs").value_or("");
  std::string files = "the start logs of Ops Manager on " + host.name;
  if (logs == "denied") return "an account that may read " + files + ": run doctor as root";
  if (logs == "absent") return files + ": logs/mms0-startup.log or logs/daemon-startup.log";
  if (logs == "unreadable") return files + " as regular files and not as links";
  return files;
}

std::string needs_for_agent(const HostEvidence& host) {
  const std::string file = "/etc/mongodb-mms/automation-agent.config of " + host.name;
  const auto settings = reported(host, "agent.settings").value_or("");
  if (settings == "denied") return "an account that may read " + file + ": run doctor as root";
  if (settings == "unreadable") return file + " as a regular file of at most 256 KiB";
  return "a line mmsBaseUrl in " + file + " with a URL and without a user name";
}

std::string needs_for_record(const HostEvidence& host) {
  const std::string record = "the record of the key on " + host.name;
  if (has_fact(host, "key.record", "denied")) return "an account that may read " + record + ": run doctor as root";
  return record + ", which cannot be read; genkey-agent status there says why";
}

}  // namespace agent
