// SPDX-License-Identifier: ISC
// One of the agent account's own files, in the part "agent/" of the state directory: roster.json, removed.json and
// tickets.json. agent/fleet/roster_file.h makes one roster of the first two.
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
#include "platform/files/lock.h"

namespace agent {

/// The removals, in a file of their own, which damage to the roster does not touch.
struct Removals {
  std::vector<Removed> removed;
  bool operator==(const Removals&) const = default;
};

/// Without the removals.
std::string encode(const Roster& roster);
std::string encode(const Removals& removals);
std::string encode(const TicketBook& book);
/// configuration when the text is not such a file, or a part of it is damaged. The roster of an earlier version names
/// no introductions and has the removals in it: a peer that proved the key, or of which a member told, counts as
/// configured if its address is in `listed` or in the file's own list.
platform::Result<Roster> decode_roster(std::string_view text, const std::vector<std::string>& listed);
platform::Result<Removals> decode_removals(std::string_view text);
platform::Result<TicketBook> decode_ticket_book(std::string_view text);
/// One peer as one line, for roster.log.
std::string encode_line(const Peer& peer);
std::optional<Peer> decode_line(std::string_view line);

/// Whether the caller holds the lock of the directory. Who holds it must not wait for it a second time.
enum class Locked : bool { no, yes };

/// `State` is Roster, Removals or TicketBook.
template <class State>
class StateFile {
 public:
  /// `listed`: addresses in the configuration, for a roster of an earlier version.
  StateFile(platform::Path directory, platform::Account owner, std::vector<std::string> listed = {});

  /// Empty while there is no file. A damaged roster or ticket book is set aside and is empty from then on; damage()
  /// says so. Damaged removals are an error (configuration): nobody whom a person removed may come back in silence.
  /// Valid until the next call.
  platform::Result<std::reference_wrapper<const State>> current(Locked locked = Locked::no);

  /// Under the lock: reads, lets `change` change the state, and writes it if it differs. Durable when it returns. After
  /// an error the state in memory is the old one, and the next call writes again. busy when another process holds the
  /// lock too long.
  platform::Result<void> update(const std::function<void(State&)>& change);
  /// The same for a caller that holds the lock of the directory.
  platform::Result<void> update_locked(const std::function<void(State&)>& change);
  platform::Result<platform::FileLock> lock() const;

  /// For people: which file was damaged and where it is now. Nothing if none was.
  [[nodiscard]] const std::optional<std::string>& damage() const { return damage_; }

 private:
  platform::Result<void> reload(Locked locked);
  platform::Result<void> set_aside(const platform::Error& why, Locked locked);
  [[nodiscard]] platform::Result<State> decode(std::string_view text) const;

  platform::Path directory_;
  platform::Path path_;
  platform::Account owner_;
  std::vector<std::string> listed_;
  State state_;
  std::optional<platform::FileFacts> read_;  // the file that state_ was read from
  std::optional<std::string> damage_;
  bool failed_ = false;  // the last write may have its name without being on the disk
};

using TicketFile = StateFile<TicketBook>;

TicketFile tickets_of(const Host& host);

}  // namespace agent
