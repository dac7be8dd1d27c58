// SPDX-License-Identifier: ISC
#include "agent/actions/earlier_key.h"

#include <algorithm>
#include <utility>

#include "agent/backups/all_copies.h"
#include "agent/backups/host_backups.h"
#include "agent/base/limits.h"
#include "agent/config/typed_commands.h"
#include "agent/report/peers.h"

namespace agent {

namespace {

using keystore::BackupName;
using platform::ErrorKind;
using platform::fail;
using platform::Result;
using Content = BackupName::Content;

// Not for `ensure`, which nobody watches.
bool is_for_a_person(const Host& host) { return host.options.command == Command::generate; }

Result<void> refuse_unknown(const Host& host, const PeerVerdict& peer) {
  const std::string text = describe(peer) + "; it may have a key, and a second one would split the fleet";
  if (!is_for_a_person(host)) return fail(ErrorKind::peers_unknown, text);
  const std::string meant = peer.pin ? peer.pin->text() : peer.address;
  return fail(ErrorKind::peers_unknown, text,
              {{"if that host is not part of this fleet", command_line_for(host.options, "peers remove " + meant)}});
}

// Any key anywhere is one too many, whether it can be proved or not.
bool has_key(const PeerVerdict& peer) {
  return peer.result == PeerResult::agree || peer.result == PeerResult::disagree || peer.result == PeerResult::has_key;
}

Result<void> check_it_tells(const Host& host, const PeerVerdict& peer, Report& report) {
  switch (peer.result) {
    case PeerResult::agree:
    case PeerResult::disagree:
    case PeerResult::has_key:
    case PeerResult::no_key:
    case PeerResult::self: return {};
    // A new fleet's hosts are often not there yet.
    case PeerResult::unreachable:
      if (!is_for_a_person(host)) return refuse_unknown(host, peer);
      report.warn("could not ask " + describe(peer));
      return {};
    // A person said that this host does not belong here.
    case PeerResult::removed: return is_for_a_person(host) ? Result<void>() : refuse_unknown(host, peer);
    // Somebody is there, and the key may be too.
    case PeerResult::untrusted:
    case PeerResult::incompatible:
    case PeerResult::clone: return refuse_unknown(host, peer);
  }
  __builtin_unreachable();
}

std::vector<BackupStore> stores_of(const Host& host) {
  return backup_stores(host, load_backup_notes(host.files.state_directory), limits::backup_patience_beside);
}

std::string restore_line(const Host& host, const BackupDestination& destination, const BackupName& name,
                         const std::string& options) {
  // With its destination, since the plain name would be taken for a file of the current directory if there is one.
  return command_line_for(host.options, "restore " + quoted(text_below(destination, name.text())) + options);
}

// Copies of keys come before copies of settings, however new those are: only a key can be restored as one.
auto precedence(const BackupName& name) { return std::pair(name.content == Content::key, name.time); }

// Of a fleet that had several keys, an earlier one does not open what the latest has encrypted.
Result<FoundCopy> to_restore(const std::vector<FoundCopy>& copies, const keystore::FleetId& fleet) {
  return TRY(choose_copies(copies, {.fleet = fleet})).front();
}

std::string described(const BackupName& name) {
  return (name.content == Content::key ? "a copy of a key, " : "the settings of a host that had a key, ") + name.text();
}

platform::Steps to_get_that_key(const Host& host, const BackupDestination& destination, const BackupName& name) {
  if (name.content == Content::key)
    return {{"to restore that key", restore_line(host, destination, name, " -i IDENTITY")}};
  return {{"to get that key, on a host that has it", command_line_elsewhere(host.options, "invite")},
          {"then here", command_line_for(host.options, "join")}};
}

Result<void> refuse_listed(const Host& host, const std::vector<BackupStore>& stores, const AllCopies& all) {
  const auto newest =
      std::ranges::max_element(all.copies, {}, [](const FoundCopy& one) { return precedence(one.copy.name); });
  const bool of_key = newest->copy.name.content == Content::key;
  const FoundCopy copy = of_key ? TRY(to_restore(all.copies, newest->copy.name.fleet)) : *newest;
  const BackupDestination& destination = stores[copy.destination].destination;
  platform::Steps steps = to_get_that_key(host, destination, copy.copy.name);
  steps.push_back(
      {"if it is another fleet's, use a destination of its own, such as " + text_below(destination, "PREFIX"), ""});
  return fail(ErrorKind::key_backed_up, text_of(destination) + " has " + described(copy.copy.name), std::move(steps));
}

// The destinations may have been changed or emptied since, and the record removed.
Result<void> check_notes(const Host& host) {
  const BackupNotes notes = load_backup_notes(host.files.state_directory);
  const auto newest =
      std::ranges::max_element(notes.notes, {}, [](const BackupNote& note) { return precedence(note.name); });
  if (newest == notes.notes.end()) return {};
  const BackupDestination destination = TRY(parse_destination(newest->destination));
  return fail(ErrorKind::key_backed_up,
              "this host has stored at " + newest->destination + " " + described(newest->name),
              to_get_that_key(host, destination, newest->name));
}

// A backup makes the last part of its directory. For a person that is a new directory. Where nobody watches, it counts
// as a mount that is missing.
bool is_new_directory(const Host& host, const BackupStore& store, const platform::Error& error) {
  const auto* directory = std::get_if<Directory>(&store.destination);
  if (directory == nullptr || error.kind != ErrorKind::not_found || !is_for_a_person(host)) return false;
  // A file or a link that leads nowhere is listed as "not found" too.
  const auto itself = platform::facts_of(directory->path);
  const auto above = platform::facts_of(directory->path.parent_path());
  return !itself && itself.error().kind == ErrorKind::not_found && above &&
         above->type == platform::FileType::directory;
}

}  // namespace

Result<void> check_no_key_at_peers(const Host& host, const std::vector<PeerVerdict>& peers, Report& report) {
  // A peer that has a key comes before those that do not tell, because this refusal says where to join.
  const auto holder = std::ranges::find_if(peers, has_key);
  if (holder != peers.end())
    return fail(ErrorKind::key_elsewhere, holder->address + " has a key already; a second one would split the fleet");
  for (const PeerVerdict& peer : peers) TRY(check_it_tells(host, peer, report));
  return {};
}

Result<void> check_no_credentials(const Host& host) {
  const platform::MmsProperties& properties = host.installation.properties;
  if (properties.unknown) {
    return fail(
        ErrorKind::credentials_unknown,
        "conf-mms.properties cannot be read and may have encrypted credentials, which only their own key opens: " +
            properties.unknown->message);
  }
  if (!properties.encrypted_credentials) return {};
  // Ops Manager cannot open its own database credentials with another key.
  return fail(ErrorKind::encrypted_credentials,
              "conf-mms.properties has encrypted credentials, which only the key that encrypted them opens");
}

Result<void> check_no_copies(const Host& host, Report& report) {
  const auto stores = stores_of(host);
  const AllCopies all = list_all(stores);
  if (!all.copies.empty()) return refuse_listed(host, stores, all);
  TRY(check_notes(host));
  for (const UnlistedDestination& unlisted : all.unlisted) {
    const BackupStore& store = stores[unlisted.destination];
    const std::string destination = text_of(store.destination);
    if (!is_new_directory(host, store, unlisted.error)) {
      return fail(ErrorKind::backups_unknown, destination + " may have a copy of the fleet's key, and does not list " +
                                                  "its copies: " + unlisted.error.message);
    }
    report.warn(destination + " does not exist yet and counts as empty");
  }
  return {};
}

Result<void> check_no_later_copy(const Host& host, const keystore::Record& present, Report& report) {
  const auto stores = stores_of(host);
  const AllCopies all = list_all(stores);
  for (const UnlistedDestination& unlisted : all.unlisted) {
    report.warn(text_of(stores[unlisted.destination].destination) +
                " could not be searched for a later generation of this key: " + unlisted.error.message);
  }
  if (latest_generation(all.copies, present.fleet) <= present.generation) return {};
  const FoundCopy copy = TRY(to_restore(all.copies, present.fleet));
  const BackupDestination& destination = stores[copy.destination].destination;
  return fail(
      ErrorKind::key_backed_up,
      text_of(destination) + " has generation " + std::to_string(copy.copy.name.generation) + " of this fleet's key, " +
          copy.copy.name.text() + ", and this host has generation " + std::to_string(present.generation),
      {{"to take that one",
        restore_line(host, destination, copy.copy.name, " -i IDENTITY --displace --confirm " + present.fleet.hex())}});
}

}  // namespace agent
