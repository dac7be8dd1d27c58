// SPDX-License-Identifier: ISC
#include <nlohmann/json.hpp>

#include "agent/actions/check_configuration.h"

namespace agent {

using nlohmann::ordered_json;

namespace {

OwnMember member(std::string name, const ordered_json& value) {
  // Paths may hold bytes that are not UTF-8.
  return {std::move(name), value.dump(-1, ' ', false, ordered_json::error_handler_t::replace)};
}

ordered_json value_or_null(const std::string& value) { return value.empty() ? ordered_json() : ordered_json(value); }

ordered_json part(const ListenerComparison& listener) {
  ordered_json changes = ordered_json::array();
  for (const SettingChange& change : listener.changes) {
    // As in `config show`: only that it changes.
    const bool hidden = may_hold_secret({.key = change.key, .value = {}, .where = {}});
    changes.push_back({{"key", change.key},
                       {"running", hidden ? ordered_json() : value_or_null(change.running)},
                       {"configured", hidden ? ordered_json() : value_or_null(change.configured)}});
  }
  ordered_json object = {{"state", listener_states.of(listener.state)}, {"changes", std::move(changes)}};
  if (!listener.why.empty()) object["why"] = listener.why;
  return object;
}

}  // namespace

std::vector<OwnMember> members_of(const ConfigurationCheck& check) {
  return {member("file", check.file.string()), member("present", check.present), member("mistakes", check.mistakes),
          member("unresolved", check.unresolved), member("listener", part(check.listener))};
}

}  // namespace agent
