// SPDX-License-Identifier: ISC
#include <nlohmann/json.hpp>

#include "agent/commands/restore_host_state.h"

namespace agent::commands {

using nlohmann::ordered_json;

OwnMember files_member(const std::vector<StateFilePart>& files) {
  ordered_json list = ordered_json::array();
  for (const StateFilePart& file : files) {
    list.push_back({{"file", file.file.string()},
                    {"result", name_of(file.change)},
                    {"added", file.names.added},
                    {"changed", file.names.changed},
                    {"removed", file.names.removed}});
  }
  // Paths and names of settings may hold bytes that are not UTF-8.
  return {"files", list.dump(-1, ' ', false, ordered_json::error_handler_t::replace)};
}

}  // namespace agent::commands
