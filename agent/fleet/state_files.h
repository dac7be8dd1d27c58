// SPDX-License-Identifier: ISC
// The agent account's own files, in the part "agent/" of the state directory: roster.json and tickets.json.
//
// The listener and commands use them at the same time. Each reads a file again when it has changed, and changes it
// under one lock. When root writes, it gives the file to the agent's account, through descriptors.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "agent/config/host.h"
#include "agent/fleet/roster.h"
#include "agent/fleet/ticket_book.h"
#include "platform/accounts/account.h"
#include "platform/base/path.h"
#include "platform/base/result.h"
#include "platform/files/file.h"

namespace agent {

std::string encode(const Roster& roster);
std::string encode(const TicketBook& book);
/// configuration when the text is not such a file, or a part of it is damaged.
platform::Result<Roster> decode_roster(std::string_view text);
platform::Result<TicketBook> decode_ticket_book(std::string_view text);

/// One such file. `State` is Roster or TicketBook.
template <class State>
class StateFile {
 public:
  StateFile(platform::Path directory, platform::Account owner);

  /// Empty while there is no file. A file that cannot be understood is an error (configuration) and is never
  /// overwritten. Valid until the next call.
  platform::Result<std::reference_wrapper<const State>> current();

  /// Under the lock: reads, lets `change` change the state, and writes it if it differs. Durable when it returns. After
  /// an error the state in memory is the old one, and the next call writes again. busy when another process holds the
  /// lock too long.
  platform::Result<void> update(const std::function<void(State&)>& change);

 private:
  platform::Result<void> reload();

  platform::Path directory_;
  platform::Path path_;
  platform::Account owner_;
  State state_;
  std::optional<platform::FileFacts> read_;  // the file that state_ was read from
  bool failed_ = false;                      // the last write may have its name without being on the disk
};

using RosterFile = StateFile<Roster>;
using TicketFile = StateFile<TicketBook>;

RosterFile roster_of(const Host& host);
TicketFile tickets_of(const Host& host);

}  // namespace agent
