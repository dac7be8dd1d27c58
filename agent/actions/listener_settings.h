// SPDX-License-Identifier: ISC
// What the running listener read of the configuration at its start, so that `config check` can say what a restart would
// change. It leaves this in the directory "serving" of the agent's account, in settings.json: schema
// "genkey-agent/serving/1", the settings by their names, as the configuration writes them.
//
// The listener keeps that directory locked as long as it runs. A directory and not a file, because a file that is open
// for writing would keep the file system from being made read-only.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "agent/config/effective_settings.h"
#include "agent/config/host.h"
#include "platform/base/result.h"
#include "platform/files/lock.h"

namespace agent {

using ListenerSettings = std::map<std::string, std::string>;  // a setting without a value has no entry

ListenerSettings listener_settings(const std::vector<Setting>& settings);
std::string encode(const ListenerSettings& settings);
/// configuration when the text is not such a file.
platform::Result<ListenerSettings> decode_listener_settings(std::string_view text);

/// For the listener, once it has bound its addresses. It keeps the lock until it ends.
platform::Result<platform::FileLock> announce_settings(const Host& host);

enum class ListenerState : std::uint8_t {
  none,      // no listener runs
  current,   // it uses the present configuration
  outdated,  // a restart would change something
  unknown,
};
inline constexpr Names<ListenerState> listener_states("none", "current", "outdated", "unknown");

struct SettingChange {
  std::string key;
  std::string running;  // empty for no value
  std::string configured;
};

struct ListenerComparison {
  ListenerState state = ListenerState::none;
  std::string why = {};  // if it is unknown
  std::vector<SettingChange> changes = {};
};

std::vector<SettingChange> changes_between(const ListenerSettings& running, const ListenerSettings& configured);
ListenerComparison compare_with_listener(const Host& host, const std::vector<Setting>& settings);

}  // namespace agent
