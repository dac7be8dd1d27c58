// Placing copies of what a host has at each of its destinations, where the newest one there is not the same already.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "agent/backups/encryption.h"
#include "agent/backups/notes.h"
#include "agent/backups/store.h"
#include "agent/config/host.h"
#include "agent/report/report.h"

namespace agent::commands {

// Nobody waits for a store in a command that has something else to do, when the notes say that all is done.
enum class Belief : std::uint8_t { notes, what_is_there };

/// What is backed up. It is encrypted only for a destination that lacks it.
struct Matter {
  keystore::BackupName::Content content = keystore::BackupName::Content::key;
  std::string revision;  // of a host's state; empty for a key
  std::function<platform::Result<platform::Bytes>(BackupFormat)> seal;
};

/// For callers that hold the lock of backups. What happens at each destination is told in the report, with its exit
/// code; what fails at one holds back no other, and a destination that failed is not waited for again.
class Placing {
 public:
  /// All of them outlive it.
  Placing(const Host& host, const keystore::Record& record, const BackupRecipients& recipients, Belief belief,
          Report& report);

  /// configuration when this host's name cannot be in that of a copy. Before place().
  platform::Result<void> begin();
  void place(const Matter& matter);

 private:
  struct Copy;

  void count_key();
  void forget_destinations_that_were_left();
  Copy copy_of(const Matter& matter, BackupFormat format) const;
  platform::Result<void> place_unless_there(const BackupStore& store, const Matter& matter, Copy& copy);
  platform::Result<bool> is_there(const BackupStore& store, const BackupNote& note);
  platform::Result<void> keep(BackupNote note);
  platform::Result<void> put(const BackupStore& store, const BackupNote* before, const Copy& copy);
  void tell_stored(const BackupNote& note, std::size_t size);
  void tell_failure(const std::string& destination, const Matter& matter, const platform::Error& error);

  const Host& host_;
  const keystore::Record& record_;
  const BackupRecipients& recipients_;
  Belief belief_;
  Report& report_;
  std::string own_name_;
  BackupNotes notes_;
  std::vector<BackupStore> stores_;
  std::set<std::string> failed_;  // destinations
};

}  // namespace agent::commands
