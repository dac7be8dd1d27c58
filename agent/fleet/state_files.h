// The agent account's own files, in the state directory's part "agent/": roster.json and tickets.json.
//
// Several processes use them at once: the listener, and commands. Each reads anew when the file has changed, and
// changes it under one lock. Whoever writes as root gives the file to the account, through descriptors.
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
/// configuration when it is not one.
platform::Result<Roster> decode_roster(std::string_view text);
platform::Result<TicketBook> decode_ticket_book(std::string_view text);

/// One such file. `State` is Roster or TicketBook.
template <class State>
class StateFile {
 public:
  StateFile(platform::Path directory, platform::Account owner);

  /// Empty while there is no file. What could not be understood is an error: it is never written over.
  platform::Result<std::reference_wrapper<const State>> current();

  /// Under the lock: reads, lets `change` change it, and writes it if that made a difference. Durable when it returns.
  platform::Result<void> update(const std::function<void(State&)>& change);

 private:
  platform::Result<void> reload();

  platform::Path directory_;
  platform::Path path_;
  platform::Account owner_;
  State state_;
  std::optional<platform::FileFacts> read_;  // the file that state_ was read from
  bool failed_ = false;                      // the last write may be in place and not on the disk
};

using RosterFile = StateFile<Roster>;
using TicketFile = StateFile<TicketBook>;

RosterFile roster_of(const Host& host);
TicketFile tickets_of(const Host& host);

}  // namespace agent
