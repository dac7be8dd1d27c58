// SPDX-License-Identifier: ISC
#include <nlohmann/json.hpp>

#include "agent/commands/config.h"

namespace agent::commands {

using nlohmann::ordered_json;

OwnMember settings_member(const std::vector<Setting>& settings) {
  ordered_json list = ordered_json::array();
  for (const Setting& setting : settings) {
    const bool shown = setting.value && !may_hold_secret(setting);
    list.push_back({{"key", setting.key},
                    {"set", setting.value.has_value()},
                    {"value", shown ? ordered_json(*setting.value) : ordered_json()},
                    {"origin", origin_names.of(setting.origin)},
                    {"where", setting.where.empty() ? ordered_json() : ordered_json(setting.where)}});
  }
  // Paths may hold bytes that are not UTF-8.
  return {"settings", list.dump(-1, ' ', false, ordered_json::error_handler_t::replace)};
}

}  // namespace agent::commands
