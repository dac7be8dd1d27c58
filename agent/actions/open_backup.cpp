// SPDX-License-Identifier: ISC
#include "agent/actions/open_backup.h"

#include <algorithm>

#include <boost/filesystem/operations.hpp>

#include "agent/backups/all_copies.h"
#include "agent/backups/choose_copies.h"
#include "agent/backups/encryption.h"
#include "agent/backups/host_backups.h"
#include "agent/base/limits.h"
#include "platform/files/file.h"

namespace agent {

namespace {

using keystore::BackupName;
using platform::Error;
using platform::ErrorKind;
using platform::fail;
using platform::Path;
using platform::Result;
using Content = BackupName::Content;

// What the options ask for: one copy, or the newest at some destinations.
struct RequestedBackup {
  std::optional<std::string> copy;  // for find_backup()
  std::vector<BackupStore> stores;
  std::optional<BackupName> name = std::nullopt;  // of a copy at the only store
};

// "s3://bucket/om/NAME" means the copy NAME at "s3://bucket/om". Takes the name off, if there is one.
std::optional<BackupName> take_name(BackupDestination& destination) {
  const auto take = [](auto& kind) {
    auto name = keystore::parse_backup_name(kind.last_part());
    if (name) kind.remove_last_part();
    return name;
  };
  return std::visit(take, destination);
}

// An unreadable path is not a directory here; opening it as a file then gives the reason.
bool is_directory(const std::string& path) {
  boost::system::error_code unknown;
  return boost::filesystem::is_directory(path, unknown);
}

// A file or a copy may have a name that looks like it, so this counts only when there is no such file.
Result<void> check_scheme(const std::string& backup) {
  boost::system::error_code unknown;
  if (!mistyped_scheme(backup) || boost::filesystem::exists(backup, unknown)) return {};
  return fail(ErrorKind::usage, parse_destination(backup).error().message);
}

Result<RequestedBackup> requested_by(const Host& host) {
  const auto& backup = host.options.backup;
  if (backup) TRY(check_scheme(*backup));
  if (backup && has_destination_scheme(*backup)) {
    auto destination = TRY(parse_destination(*backup));
    auto name = take_name(destination);
    return RequestedBackup{{}, {store_at(host, std::move(destination))}, std::move(name)};
  }
  // A directory stands for its newest copy, as a configured destination does.
  if (backup && is_directory(*backup))
    return RequestedBackup{{}, {store_at(host, Directory{boost::filesystem::canonical(*backup)})}};
  if (backup) return RequestedBackup{backup, {}};
  if (host.config.destinations.empty())
    return fail(ErrorKind::usage, "no backup is named, and no destination is configured that could have one");
  return RequestedBackup{{}, backup_stores(host, load_backup_notes(host.files.state_directory))};
}

Error behind(const std::string& origin, const Error& error) {
  return {error.kind, origin + ": " + error.message, error.steps};
}

// The name is only a label, but it is right unless somebody renamed the file. It gives a better message than the
// contents would.
Result<void> check_content(const std::optional<BackupName>& name, Content wanted) {
  if (!name || name->content == wanted) return {};
  return fail(ErrorKind::usage,
              wanted == Content::key
                  ? "this is a copy of a host's state and not of a key: restore --host-state"
                  : "this is a copy of a key and not of a host's state: restore without --host-state");
}

Result<OpenedBackup> open_one(FoundBackup found, const BackupIdentities& identities, Content wanted,
                              const Acceptable& acceptable) {
  const auto attempt = [&]() -> Result<OpenedBackup> {
    TRY(check_content(found.name, wanted));
    // Every error gets the copy's name in front: a restore tries several, and a person has to know which one failed.
    auto content = TRY(open_backup(found.content, identities));
    TRY(acceptable(content));
    return OpenedBackup{found.origin, found.name, std::move(content)};
  };
  auto opened = attempt();
  if (!opened) return tl::unexpected(behind(found.origin, opened.error()));
  return opened;
}

Result<OpenedBackup> open_named(const BackupStore& store, const BackupName& name, const BackupIdentities& identities,
                                Content content, const Acceptable& acceptable) {
  const std::string origin = name.text() + " at " + text_of(store.destination);
  auto bytes = get_backup(store, name);
  if (!bytes) return tl::unexpected(behind(origin, bytes.error()));
  FoundBackup found{.origin = origin, .content = *std::move(bytes), .name = name, .destination = {}};
  return open_one(std::move(found), identities, content, acceptable);
}

// Lists the copies at several destinations and opens the first that it can, from the newest on.
class Search {
 public:
  Search(const Host& host, std::vector<BackupStore> stores, const BackupIdentities& identities, Report& report)
      : host_(host), stores_(std::move(stores)), identities_(identities), report_(report) {}

  Result<OpenedBackup> open_newest(Content content, const Acceptable& acceptable) {
    const auto copies = TRY(list_what_answers());
    const Wanted wanted = TRY(wanted_here(content));
    const auto chosen = TRY(choose_copies(copies, wanted));
    // Before anything is opened, so that the warning appears even if every copy fails.
    tell_later_generation(copies, wanted);
    // The error of the newest copy is the one that the user has to deal with. Those of older copies are warnings.
    std::optional<Error> first;
    // Bounded, because each attempt fetches a copy and may run scrypt on a passphrase.
    for (std::size_t at = 0; at < std::min(chosen.size(), limits::restore_attempts); ++at) {
      const BackupStore& store = stores_[chosen[at].destination];
      auto opened = open_named(store, chosen[at].copy.name, identities_, content, acceptable);
      if (opened) return opened;
      // Restoring an older copy without a word would hide that the newest one is damaged.
      report_.warn("skipped: " + opened.error().message);
      if (!first) first = opened.error();
    }
    const std::string others = chosen.size() > 1 ? "; the older copies could not be restored either" : "";
    return fail(first->kind, first->message + others);
  }

 private:
  Result<std::vector<FoundCopy>> list_what_answers() {
    AllCopies all = list_all(stores_);
    for (const UnlistedDestination& silent : all.unlisted) {
      report_.warn("skipped: " + text_of(stores_[silent.destination].destination) + ": " + silent.error.message);
    }
    // An empty list may be due to a destination that did not answer. Then its failure is reported and not "there is no
    // copy".
    if (all.copies.empty() && !all.unlisted.empty()) return tl::unexpected(all.unlisted.back().error);
    return std::move(all.copies);
  }

  Result<Wanted> wanted_here(Content content) const {
    const auto holding = TRY(keystore::load(host_.files));
    // Which copy is wanted depends on what it says.
    if (content == Content::key && !host_.options.output) TRY(keystore::check_record(holding));
    Wanted wanted{.content = content};
    // Settings hold paths and names of one host. A key is the same on all.
    if (content == Content::host_state) wanted.host = TRY(backup_host(host_));
    if (!holding.record) return wanted;
    wanted.fleet = holding.record->fleet;
    // The recorded generation, even if the destination has a later one. This host was not told of a replacement, and a
    // restore must not decide that there was one.
    if (content == Content::key) wanted.generation = holding.record->generation;
    return wanted;
  }

  void tell_later_generation(const std::vector<FoundCopy>& copies, const Wanted& wanted) {
    if (!wanted.fleet || !wanted.generation) return;
    const std::uint32_t latest = latest_generation(copies, *wanted.fleet);
    if (latest <= *wanted.generation) return;
    report_.warn("there are copies of generation " + std::to_string(latest) +
                 ", and this host's record is of generation " + std::to_string(*wanted.generation) +
                 "; if the fleet's key was replaced, name one of those copies");
  }

  const Host& host_;
  std::vector<BackupStore> stores_;
  const BackupIdentities& identities_;
  Report& report_;
};

Result<void> check_standard_input(const Options& options) {
  const bool identity = std::ranges::find(options.identities, "-") != options.identities.end() ||
                        options.passphrase_fd == platform::standard_input;
  // Whichever is read first would take all of it, and the other would be reported as empty.
  if (options.backup != "-" || !identity) return {};
  return fail(ErrorKind::usage, "standard input holds one thing: the backup, or what opens it");
}

}  // namespace

Result<OpenedBackup> open_asked_backup(const Host& host, Content content, const Acceptable& acceptable,
                                       Report& report) {
  TRY(check_standard_input(host.options));
  RequestedBackup requested = TRY(requested_by(host));
  // The passphrase is asked for only when the options are known to make sense, so that nobody types it in vain.
  const BackupIdentities identities = TRY(read_identities(host.options));
  if (requested.copy) return open_one(TRY(find_backup(host, *requested.copy)), identities, content, acceptable);
  if (requested.name) return open_named(requested.stores.front(), *requested.name, identities, content, acceptable);
  return Search(host, std::move(requested.stores), identities, report).open_newest(content, acceptable);
}

}  // namespace agent
