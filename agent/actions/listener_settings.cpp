// SPDX-License-Identifier: ISC
#include "agent/actions/listener_settings.h"

#include <set>

#include "agent/base/limits.h"
#include "agent/base/listener_service.h"
#include "platform/files/file.h"

namespace agent {

namespace {

using platform::ErrorKind;
using platform::Result;

platform::Path serving_directory(const Host& host) { return host.agent_directory() / "serving"; }
platform::Path settings_file(const Host& host) { return serving_directory(host) / "settings.json"; }

std::string value_in(const ListenerSettings& settings, const std::string& key) {
  const auto found = settings.find(key);
  return found == settings.end() ? "" : found->second;
}

// Without the lock it cannot be told whether a listener runs; then the service manager may know.
ListenerComparison without_lock() {
  if (state_of_listener() != platform::ServiceState::running) return {.state = ListenerState::none};
  return {.state = ListenerState::unknown, .why = "it did not say what it read; an earlier version does not"};
}

}  // namespace

ListenerSettings listener_settings(const std::vector<Setting>& settings) {
  ListenerSettings found;
  for (const Setting& setting : settings) {
    if (is_for_listener(setting) && setting.value) found.emplace(setting.key, *setting.value);
  }
  return found;
}

Result<platform::FileLock> announce_settings(const Host& host) {
  // It belongs to the account of the listener, whoever makes it: under systemd that account itself has to lock it.
  TRY(platform::make_directory(serving_directory(host), host.agent.uid, host.agent.gid, 0700));
  // Somebody who compares at this moment holds the lock only briefly.
  auto lock = TRY(platform::FileLock::acquire_directory(serving_directory(host), limits::silent_lock_wait));
  // The listener has the configuration itself, and not what its command line says beyond that.
  const Settings settings{.config = host.config, .mistakes = {}, .lines = {}};
  const std::string text = encode(listener_settings(effective_settings(host.options, settings, &host)));
  TRY(platform::install_file({.path = settings_file(host),
                              .content = platform::view_of(text),
                              .uid = host.agent.uid,
                              .gid = host.agent.gid,
                              .mode = 0600,
                              .existing = platform::NewFile::Existing::replace}));
  return lock;
}

std::vector<SettingChange> changes_between(const ListenerSettings& running, const ListenerSettings& configured) {
  std::set<std::string> keys;
  for (const auto& [key, value] : running) keys.insert(key);
  for (const auto& [key, value] : configured) keys.insert(key);
  std::vector<SettingChange> changes;
  for (const std::string& key : keys) {
    SettingChange change{key, value_in(running, key), value_in(configured, key)};
    if (change.running != change.configured) changes.push_back(std::move(change));
  }
  return changes;
}

ListenerComparison compare_with_listener(const Host& host, const std::vector<Setting>& settings) {
  const auto facts = platform::facts_of(serving_directory(host));
  if (!facts && facts.error().kind == ErrorKind::not_found) return without_lock();
  if (!facts) return {.state = ListenerState::unknown, .why = facts.error().message};
  const auto lock = platform::FileLock::acquire_directory(serving_directory(host), std::chrono::milliseconds(0));
  if (lock) return without_lock();
  if (lock.error().kind != ErrorKind::busy) return {.state = ListenerState::unknown, .why = lock.error().message};
  const auto file = platform::read_file(settings_file(host), limits::configuration_file, platform::Links::refuse);
  if (!file) return {.state = ListenerState::unknown, .why = file.error().message};
  const auto running = decode_listener_settings(platform::text_of(file->content));
  if (!running) return {.state = ListenerState::unknown, .why = running.error().message};
  auto changes = changes_between(*running, listener_settings(settings));
  const auto state = changes.empty() ? ListenerState::current : ListenerState::outdated;
  return {.state = state, .why = {}, .changes = std::move(changes)};
}

}  // namespace agent
