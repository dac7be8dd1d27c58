// SPDX-License-Identifier: ISC
// Tickets that this host issued: who may still receive the key with which ticket. Pure; agent/fleet/state_file.h keeps
// it on disk. Holds digests, never a ticket's secret.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "agent/base/names.h"
#include "agent/protocol/messages.h"
#include "agent/protocol/pin.h"
#include "agent/protocol/ticket.h"
#include "platform/base/clock.h"

namespace agent {

struct TicketUse {
  Pin pin;
  bool spent = false;  // the host has proved afterwards that it holds the key
  bool operator==(const TicketUse&) const = default;
};

struct IssuedTicket {
  TicketId id{};
  std::array<std::byte, 32> secret_digest{};
  std::optional<platform::Time> made;  // unknown for tickets of earlier versions
  platform::Time expires;
  std::uint32_t uses = 1;
  std::vector<TicketUse> used_by;
  bool operator==(const IssuedTicket&) const = default;
};

/// What a ticket is still good for at a moment.
enum class TicketState : std::uint8_t {
  open,
  used_up,  // a host that holds a use and has not proved the key may still retry
  expired,
};
inline constexpr Names<TicketState> ticket_states("open", "used-up", "expired");
TicketState state_of(const IssuedTicket& ticket, platform::Time now);
std::uint32_t uses_left(const IssuedTicket& ticket);

class TicketBook {
 public:
  [[nodiscard]] const std::vector<IssuedTicket>& tickets() const { return tickets_; }
  /// Null if there is none.
  [[nodiscard]] const IssuedTicket* find(const TicketId& id) const;

  /// Removes expired tickets first. False when the book is full, of tickets or of uses.
  [[nodiscard]] bool add(IssuedTicket ticket, platform::Time now);
  /// For a ticket that could not be handed out, or that a person revokes. Nobody gets the key with it from then on.
  void take_back(const TicketId& id);

  /// Binds a use to `pin`, or finds its use that is not spent. Nothing means that the ticket is good. If `changed` is
  /// true, the book must be on the disk before the key is sent.
  std::optional<wire::Refusal> redeem(const TicketId& id, const TicketSecret& secret, const Pin& pin,
                                      platform::Time now, bool& changed);
  /// The host proved that it holds the key, so its uses are spent. True if any use changed.
  bool spend(const Pin& pin);

  bool operator==(const TicketBook&) const = default;

 private:
  std::vector<IssuedTicket> tickets_;
};

}  // namespace agent
