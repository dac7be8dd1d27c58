#include "agent/fleet/member.h"

#include <algorithm>

#include <boost/filesystem/operations.hpp>

#include "agent/fleet/own_identity.h"
#include "agent/fleet/state_files.h"
#include "platform/host/host_facts.h"

namespace agent {

namespace {

using keystore::Holding;
using keystore::KeyState;
using platform::ErrorKind;
using platform::fail;
using platform::Path;
using platform::Result;

bool has_identity(const Host& host) {
  if (host.config.certificate) return true;
  const auto facts = platform::facts_of(host.identity_file());
  return facts || facts.error().kind != ErrorKind::not_found;
}

// The record was made on another machine: the disk was copied, and its identity belongs to the machine it came from.
bool is_copied(const Host& host, const Holding& holding) {
  const std::string machine = platform::machine_id();
  return !host.config.certificate && holding.record && !holding.record->machine.empty() && !machine.empty() &&
         holding.record->machine != machine;
}

Result<Identity> become_own_host(const Host& host, Holding& holding) {
  Identity identity = TRY(new_identity(host));
  keystore::Record record = *holding.record;
  keystore::begin_anew(record);
  if (!host.options.dry_run) TRY(keystore::save_record(host.files, record));
  holding.record = std::move(record);
  return identity;
}

std::vector<Pin> pins_of(const Roster& roster) {
  std::vector<Pin> pins;
  std::ranges::transform(roster.peers(), std::back_inserter(pins), &Peer::pin);
  return pins;
}

// In a tar layout the key's own directory is hidden in a home, and comes with the first key; so does Windows' Secrets.
bool comes_with_the_key(const Host& host, const Path& directory) {
  const platform::Layout layout = host.installation.layout;
  const bool may_come = layout == platform::Layout::tar || layout == platform::Layout::windows;
  return may_come && !boost::filesystem::exists(directory) && boost::filesystem::is_directory(directory.parent_path());
}

// The highest part of the way to it that is not there, which on Windows can be the drive; itself when only that is
// missing.
Path first_missing(const Path& directory) {
  boost::system::error_code unknown;
  Path missing = directory;
  while (missing.has_relative_path() && !boost::filesystem::exists(missing.parent_path(), unknown))
    missing = missing.parent_path();
  return missing;
}

bool is_of_directory(const platform::Finding& finding) {
  return finding.kind == platform::FindingKind::directory_writable ||
         finding.kind == platform::FindingKind::directory_owner || finding.kind == platform::FindingKind::link_in_path;
}

bool same_key(const Holding& present, const keystore::GenKey& key) { return present.key && present.key->equals(key); }

}  // namespace

Result<LockedHolding> lock_holding(const Host& host) {
  std::optional<platform::FileLock> lock;
  if (!host.options.dry_run) {
    TRY(prepare(host));
    lock = TRY(wait_for_lock(host, host.lock_file()));
    TRY(keystore::finish_interrupted(host.files));
    TRY(keystore::publish(host.files));
  }
  Holding holding = TRY(keystore::load(host.files));
  return LockedHolding{std::move(lock), std::move(holding)};
}

Result<LockedMember> open_locked(const Host& host) {
  auto [lock, holding] = TRY(lock_holding(host));
  Identity identity = TRY(is_copied(host, holding) ? become_own_host(host, holding) : own_identity(host));
  return LockedMember{std::move(lock), {std::move(holding), std::move(identity)}};
}

Result<Member> open_member(const Host& host) {
  Holding holding = TRY(keystore::load(host.files));
  if (!has_identity(host) || is_copied(host, holding)) {
    LockedMember opened = TRY(open_locked(host));
    return std::move(opened.member);
  }
  Identity identity = TRY(own_identity(host));
  return Member{std::move(holding), std::move(identity)};
}

Claim own_claim(const Host& host, const Holding& holding) {
  Claim claim{.standing = holding.standing(), .name = host.name, .address = host.address().text()};
  if (holding.record) {
    claim.fleet = holding.record->fleet;
    claim.generation = holding.record->generation;
  }
  return claim;
}

Asker asker_for(const Host& host, const Member& member, const Roster& roster) {
  return {.host = host,
          .identity = member.identity,
          .claim = own_claim(host, member.holding),
          .key = member.holding.key ? &*member.holding.key : nullptr,
          .known = pins_of(roster),
          .context = member.context};
}

Result<std::vector<JudgedPeer>> ask_peers(const Host& host, const Member& member, RosterFile& roster_file,
                                          const std::vector<Target>& targets, const InquiryOptions& options) {
  const Roster& roster = TRY(roster_file.current());
  return judge(inquire(asker_for(host, member, roster), targets, options), targets, roster);
}

Result<bool> take_note(const Host& host, Member& member, RosterFile& roster_file,
                       const std::vector<JudgedPeer>& peers) {
  if (host.options.dry_run) return false;
  const std::string epoch = member.holding.is_recorded ? member.holding.record->epoch : "";
  TRY(roster_file.update([&](Roster& changed) { note(changed, peers, epoch, platform::now()); }));
  if (!member.holding.is_recorded || !member.holding.key) return false;

  const Roster& now = TRY(roster_file.current());
  keystore::Record record = *member.holding.record;
  const bool settled = settle(record, peers, now, keystore::KeyProof(*member.holding.key));
  // One that was killed after the record may have left its public part as it was.
  if (!settled && keystore::is_published(host.files, record)) return false;
  const auto lock = TRY(wait_for_lock(host, host.lock_file()));
  // A command that changed the key meanwhile knows better.
  const Holding present = TRY(keystore::load(host.files));
  if (!present.is_recorded || present.record->epoch != record.epoch) return false;
  if (!settled) {
    TRY(keystore::publish(host.files));
    return false;
  }
  const bool changed = TRY(keystore::save_record(host.files, record));
  member.holding.record = record;
  return changed;
}

Result<PeersRound> ask_and_settle(const Host& host, Member& member, RosterFile& roster_file,
                                  const std::vector<Target>& targets, const InquiryOptions& options) {
  PeersRound round;
  round.peers = TRY(ask_peers(host, member, roster_file, targets, options));
  round.record_changed = TRY(take_note(host, member, roster_file, round.peers));
  return round;
}

Result<std::vector<JudgedPeer>> ask_who_has_a_key(const Host& host, const Member& member) {
  RosterFile roster_file = roster_of(host);
  const Roster& roster = TRY(roster_file.current());
  const auto targets = targets_of(host, roster, platform::now());
  return judge(inquire(asker_for(host, member, roster), targets, InquiryOptions{}), targets, roster);
}

Result<void> check_place(const Host& host) {
  const Path directory = host.files.key_file.parent_path();
  if (comes_with_the_key(host, directory)) {
    if (host.options.dry_run) return {};
    TRY(platform::make_directory(directory, host.files.service.uid, host.files.service.gid, 0700));
  }
  if (!boost::filesystem::is_directory(directory)) {
    const Path missing = first_missing(directory);
    const bool named = host.options.key_file || host.config.key_file;
    return fail(named ? ErrorKind::no_directory : ErrorKind::not_installed,
                "the directory of the key file, " + directory.string() + ", does not exist" +
                    (missing == directory ? "" : ": there is no " + missing.string()));
  }
  const auto audit = platform::audit_key_file(host.files.key_file, host.files.service, {});
  for (const platform::Finding& finding : audit.findings) {
    if (finding.severity == platform::Severity::broken && is_of_directory(finding)) {
      return fail(ErrorKind::unsafe_path, platform::describe(finding));
    }
  }
  return {};
}

Result<Displacing> displacing_by(const Options& options, const Holding& present) {
  if (!options.displace) return Displacing::refused;
  const std::string wanted = keystore::confirmation_word(present);
  if (options.confirm == wanted) return Displacing::confirmed;
  return fail(ErrorKind::needs_confirmation, "--displace puts aside the key of fleet " + wanted +
                                                 "; confirm that with --confirm " + wanted +
                                                 (options.confirm.empty() ? "" : ", not " + options.confirm));
}

Result<Installed> install_key(const Host& host, const Holding& present, const keystore::GenKey& key,
                              const keystore::Record& record, Displacing displacing) {
  if (present.state == KeyState::absent) {
    TRY(keystore::install(host.files, key, record));
    return Installed{};
  }
  if (same_key(present, key)) {
    TRY(keystore::save_record(host.files, record));
    return Installed{};
  }
  if (displacing == Displacing::refused) {
    return fail(ErrorKind::needs_confirmation,
                host.files.key_file.string() + " holds another key (fleet " + keystore::confirmation_word(present) +
                    "), which may have encrypted data; to put it aside: --displace --confirm " +
                    keystore::confirmation_word(present));
  }
  if (displacing == Displacing::unattended && present.is_recorded) {
    return fail(ErrorKind::exists,
                host.files.key_file.string() + " holds the recorded key by now, which another command brought here");
  }
  const Path aside = TRY(keystore::displace(host.files, present, key, record));
  return Installed{aside};
}

keystore::Record record_for(const Holding& present, const keystore::GenKey& key, keystore::Record fresh) {
  if (!present.record || !keystore::is_recorded(keystore::KeyProof(key), *present.record)) return fresh;
  keystore::Record record = *present.record;
  record.standing = std::max(record.standing, fresh.standing);
  record.origin = fresh.origin;
  record.installed = fresh.installed;
  return record;
}

ExitCode exit_code_for(const std::vector<JudgedPeer>& peers) {
  ExitCode code = exit_done;
  for (const JudgedPeer& peer : peers) code = worst(code, exit_code_for(peer.answer.result));
  return code;
}

void tell_peers(Report& report, const std::vector<JudgedPeer>& peers) {
  std::vector<JudgedPeer> others;
  std::ranges::copy_if(peers, std::back_inserter(others),
                       [](const JudgedPeer& peer) { return peer.answer.result != PeerResult::self; });
  for (const JudgedPeer& peer : others) report.lines.push_back(describe(peer));
  report.peers = std::move(others);
}

void warn_of_weakness(Report& report, const Holding& holding) {
  const auto weakness = holding.key ? keystore::weakness_of(*holding.key) : std::nullopt;
  if (!weakness) return;
  report.warnings.push_back(
      "this fleet's key is weak: " + std::string(keystore::describe(*weakness)) +
      ". Ops Manager cannot change a key that is in use, so it stays; whoever knows it can read the "
      "secrets in the application database");
}

}  // namespace agent
