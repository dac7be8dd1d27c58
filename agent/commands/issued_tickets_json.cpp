// SPDX-License-Identifier: ISC
#include <nlohmann/json.hpp>

#include "agent/commands/issued_tickets.h"

namespace agent::commands {

using nlohmann::ordered_json;

OwnMember tickets_member(std::string name, const std::vector<TicketPart>& tickets) {
  ordered_json list = ordered_json::array();
  for (const TicketPart& ticket : tickets) {
    ordered_json used_by = ordered_json::array();
    for (const TicketHolder& holder : ticket.used_by)
      used_by.push_back({{"name", holder.name}, {"pin", holder.pin.text()}, {"proved", holder.proved}});
    list.push_back({{"id", ticket.id},
                    {"made", ticket.made ? ordered_json(platform::format_time(*ticket.made)) : ordered_json()},
                    {"expires", platform::format_time(ticket.expires)},
                    {"state", ticket_states.of(ticket.state)},
                    {"uses", ticket.uses},
                    {"uses_left", ticket.uses_left},
                    {"used_by", std::move(used_by)}});
  }
  return {std::move(name), list.dump()};
}

}  // namespace agent::commands
