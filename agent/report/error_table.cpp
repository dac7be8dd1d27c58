// SPDX-License-Identifier: ISC
#include "agent/report/error_table.h"

#include <array>

#include "platform/base/enum_count.h"

namespace agent {

namespace {

using platform::ErrorKind;

// One row per kind, so that no error is without an exit code, and nobody adds a kind without deciding what to do about
// it.
constexpr std::array entries = {
    // The message of a failed disk or socket says all that is known. Any advice would be a guess.
    ErrorEntry{ErrorKind::io, "io", exit_failed, {}},
    // Its steps depend on who asks: agent/report/advice.cpp.
    ErrorEntry{ErrorKind::denied, "denied", exit_failed, {}},
    // The first step is of the error itself, because it names the file and its attribute.
    ErrorEntry{ErrorKind::immutable, "immutable", exit_failed, {{{"then", "@"}}}},
    // No line that mounts it anew: the kernel makes a broken disk read-only, and writing to it would break more.
    ErrorEntry{ErrorKind::read_only,
               "read-only",
               exit_failed,
               {{{"find out why that file system is read-only; when it can be written again", "@"}}}},
    ErrorEntry{ErrorKind::internal, "internal", exit_failed, {}},
    ErrorEntry{ErrorKind::usage, "usage", exit_usage, {{{"to see the options", "?"}}}},
    ErrorEntry{ErrorKind::bad_path, "bad-path", exit_usage, {{{"with a plain path", "@"}}}},
    ErrorEntry{ErrorKind::configuration, "configuration", exit_usage, {{{"correct it, then", "@"}}}},
    ErrorEntry{ErrorKind::not_found, "not-found", exit_failed, {}},
    ErrorEntry{ErrorKind::busy, "busy", exit_failed, {{{"when it has ended", "@"}}}},
    ErrorEntry{ErrorKind::not_installed, "not-installed", exit_no_key, {{{"install Ops Manager, then", "@"}}}},
    ErrorEntry{ErrorKind::no_directory,
               "no-directory",
               exit_no_key,
               {{{"install Ops Manager, create the directory or name another --key-file, then", "@"}}}},
    ErrorEntry{ErrorKind::no_key,
               "no-key",
               exit_no_key,
               {{{"on the first host of a new fleet", "generate"},
                 {"on any other host, first on a host that has the key", "^invite"},
                 {"then here", "join"}}}},
    // Never `generate`: the key existed, and another one would not open the database.
    ErrorEntry{ErrorKind::lost_key,
               "lost-key",
               exit_no_key,
               {{{"to fetch it from a peer", "ensure"},
                 {"with a ticket from a host that has it", "join"},
                 {"from a backup", "restore BACKUP -i IDENTITY"}}}},
    ErrorEntry{ErrorKind::invalid_key,
               "invalid-key",
               exit_invalid_key,
               {{{"to install a file that holds the key", "import FILE --displace --confirm unrecorded"}}}},
    ErrorEntry{ErrorKind::damaged_key,
               "damaged-key",
               exit_invalid_key,
               {{{"to fetch the recorded key from a peer", "ensure"},
                 {"to install a file that holds it", "import FILE --displace --confirm unrecorded"}}}},
    // Two cases with opposite remedies: a new fleet should make a strong key, but existing databases need the weak one.
    ErrorEntry{
        ErrorKind::weak_key,
        "weak-key",
        exit_invalid_key,
        {{{"for a new fleet", "generate"}, {"if databases are encrypted with this key already", "@ --allow-weak"}}}},
    // The repair touches owner and modes only, so it is safe to advise.
    ErrorEntry{ErrorKind::unreadable_key, "unreadable-key", exit_unsafe, {{{"", "audit --fix"}}}},
    // Only shown and not repaired: somebody made this link or these rights, perhaps on purpose.
    ErrorEntry{ErrorKind::unsafe_file, "unsafe-file", exit_unsafe, {{{"to see what is wrong", "audit"}}}},
    ErrorEntry{ErrorKind::unsafe_path, "unsafe-path", exit_unsafe, {{{"to see what is wrong", "audit"}}}},
    // Mount first: a key that is written into the empty directory would be hidden by the mount later.
    ErrorEntry{ErrorKind::mount_absent, "mount-absent", exit_unsafe, {{{"mount it, then", "ensure"}}}},
    ErrorEntry{
        ErrorKind::not_recorded,
        "not-recorded",
        exit_other_key,
        {{{"to get the recorded key back", "ensure"}, {"if the present key is the right one", "ensure --keep"}}}},
    // A file that was damaged may come back from a backup. Without it only a person knows what the record said.
    ErrorEntry{ErrorKind::unreadable_record,
               "unreadable-record",
               exit_other_key,
               {{{"restore that file; if it is lost, and the present key is the right one", "ensure --keep"}}}},
    ErrorEntry{ErrorKind::unsure, "unsure", exit_other_key, {{{"if this key is the right one", "ensure --keep"}}}},
    // Neither side is known to be right, so the advice begins with the decision of a person.
    ErrorEntry{ErrorKind::peer_disagrees,
               "peer-disagrees",
               exit_other_key,
               {{{"on the host that has the right key", "^ensure --keep"},
                 {"then on the same host", "^invite"},
                 {"then on the host that has the wrong key", "^join --displace --confirm FLEET"}}}},
    // Never `ensure --keep`: the later generation replaced this key, and both cannot be right.
    ErrorEntry{ErrorKind::outdated_key,
               "outdated-key",
               exit_other_key,
               {{{"on a host that has the newer key", "^invite"}, {"then here", "join --displace --confirm FLEET"}}}},
    ErrorEntry{ErrorKind::peer_silent,
               "peer-silent",
               exit_no_answer,
               {{{"check that genkey-agent runs there and that its port is open, then here", "@"}}}},
    ErrorEntry{ErrorKind::peer_incompatible,
               "peer-incompatible",
               exit_no_answer,
               {{{"check the address, and that both hosts run the same version, then here", "@"}}}},
    // The condition stands first: without it the advice would pin an attacker who answers at that address.
    ErrorEntry{ErrorKind::peer_untrusted,
               "peer-untrusted",
               exit_refused,
               {{{"if that host was reinstalled on purpose", "peers add ADDRESS --pin PIN"}}}},
    ErrorEntry{ErrorKind::refused,
               "refused",
               exit_refused,
               {{{"on a host that has the key", "^invite"}, {"then here", "join"}}}},
    // The first step is of the error itself, because it names this host and its pin.
    ErrorEntry{ErrorKind::removed_there, "removed", exit_refused, {{{"then here", "@"}}}},
    ErrorEntry{ErrorKind::bad_ticket,
               "bad-ticket",
               exit_refused,
               {{{"for a new ticket, on a host that has the key", "^invite"}, {"then here", "join"}}}},
    ErrorEntry{ErrorKind::used_ticket,
               "used-ticket",
               exit_refused,
               {{{"for a new ticket, on a host that has the key", "^invite"}, {"then here", "join"}}}},
    ErrorEntry{ErrorKind::expired_ticket,
               "expired-ticket",
               exit_refused,
               {{{"for a new ticket, on a host that has the key", "^invite"}, {"then here", "join"}}}},
    ErrorEntry{ErrorKind::store_silent,
               "store-silent",
               exit_failed,
               {{{"check the destination's endpoint and the network to it, then", "@"}}}},
    ErrorEntry{ErrorKind::store_refuses,
               "store-refuses",
               exit_refused,
               {{{"check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or ~/.aws/credentials, and what that account may "
                  "do, then",
                  "@"}}}},
    ErrorEntry{ErrorKind::store_unfit,
               "store-unfit",
               exit_refused,
               {{{"name another destination: a directory, or a store with conditional writes (If-None-Match)"}}}},
    ErrorEntry{ErrorKind::no_store,
               "no-store",
               exit_failed,
               {{{"check the destination's endpoint and the proxy settings (https_proxy, no_proxy), then", "@"}}}},
    ErrorEntry{ErrorKind::store_untrusted,
               "store-untrusted",
               exit_refused,
               {{{"if the store has a CA of its own, add ?ca=FILE to the destination, then", "@"}}}},
    ErrorEntry{ErrorKind::store_clock, "store-clock", exit_refused, {{{"set this host's clock, then", "@"}}}},
    ErrorEntry{
        ErrorKind::store_full, "store-full", exit_failed, {{{"make room or raise the store's quota, then", "@"}}}},
    ErrorEntry{ErrorKind::store_locked,
               "store-locked",
               exit_refused,
               {{{"wait until the lock expires, or ask the store's administrator to lift it"}}}},
    ErrorEntry{ErrorKind::damaged_archive, "damaged-archive", exit_failed, {{{"use another copy"}}}},
    ErrorEntry{ErrorKind::program_absent, "program-absent", exit_failed, {{{"{programs}, then", "@"}}}},
    // Never a line that replaces the key. A person has to look at it first.
    ErrorEntry{ErrorKind::exists, "exists", exit_would_overwrite, {{{"to see what is there", "status"}}}},
    ErrorEntry{ErrorKind::key_elsewhere,
               "key-elsewhere",
               exit_would_overwrite,
               {{{"on that host", "^invite"}, {"then here", "join"}}}},
    // The error itself says how to remove that host.
    ErrorEntry{ErrorKind::peers_unknown,
               "peers-unknown",
               exit_would_overwrite,
               {{{"when genkey-agent answers there, or after you have removed that host", "@"}}}},
    // The step is of the error itself, because it names the copy.
    ErrorEntry{ErrorKind::key_backed_up, "key-backed-up", exit_would_overwrite, {}},
    ErrorEntry{ErrorKind::backups_unknown,
               "backups-unknown",
               exit_would_overwrite,
               {{{"to see what is wrong", "backup list"}, {"then, when it lists every destination", "@"}}}},
    ErrorEntry{ErrorKind::encrypted_credentials,
               "encrypted-credentials",
               exit_would_overwrite,
               {{{"to get the key that encrypted them, on a host that has it", "^invite"}, {"then here", "join"}}}},
    ErrorEntry{ErrorKind::credentials_unknown,
               "credentials-unknown",
               exit_would_overwrite,
               {{{"make that file readable or correct it, then", "@"}}}},
    ErrorEntry{ErrorKind::bad_backup, "bad-backup", exit_failed, {{{"use another copy"}}}},
    ErrorEntry{ErrorKind::wrong_identity,
               "wrong-identity",
               exit_refused,
               {{{"use the identity or the passphrase of one of its recipients"}}}},
    ErrorEntry{ErrorKind::no_recipients,
               "no-recipients",
               exit_usage,
               {{{"for one copy with a passphrase", "backup --passphrase --output FILE"},
                 {"for regular copies, on another machine", "^backup new-identity --output FILE"},
                 {"then add the public key that it prints to recipients under [backup] in the configuration"}}}},
    ErrorEntry{ErrorKind::no_destination,
               "no-destination",
               exit_usage,
               {{{"for one copy", "backup --output FILE"},
                 {"for regular copies, add destinations = [\"file:///DIRECTORY\"] under [backup] in the "
                  "configuration"}}}},
    // On every host, because the former key is wrong for all of them as soon as it is replaced.
    ErrorEntry{ErrorKind::service_running,
               "service-running",
               exit_would_overwrite,
               {{{"stop Ops Manager on every host, then", "@"}}}},
    ErrorEntry{ErrorKind::not_backed_up,
               "not-backed-up",
               exit_would_overwrite,
               {{{"for a fresh copy", "backup"}, {"then", "@"}}}},
    ErrorEntry{ErrorKind::needs_confirmation,
               "needs-confirmation",
               exit_would_overwrite,
               {{{"to see which fleet that key belongs to", "status"}}}},
};

constexpr bool in_order() {
  for (std::size_t at = 0; at < entries.size(); ++at) {
    if (entries.at(at).kind != static_cast<ErrorKind>(at)) return false;
  }
  return entries.size() == platform::enum_count<ErrorKind>();
}
// The lookup below is by index, so the order is part of the table's meaning.
static_assert(in_order(), "one entry per kind, in the order of the kinds");

}  // namespace

const ErrorEntry& entry_for(ErrorKind kind) { return entries.at(static_cast<std::size_t>(kind)); }

std::string_view name_of(ErrorKind kind) { return entry_for(kind).name; }
ExitCode exit_code_for(ErrorKind kind) { return entry_for(kind).code; }

ErrorKind kind_of(Reason reason) {
  switch (reason) {
    case Reason::no_key: return ErrorKind::no_key;
    case Reason::lost_key: return ErrorKind::lost_key;
    case Reason::invalid_key: return ErrorKind::invalid_key;
    // The gate's rule covers both, and the remedy is the same.
    case Reason::unsafe_key: return ErrorKind::unreadable_key;
    case Reason::not_recorded: return ErrorKind::not_recorded;
    case Reason::unreadable_record: return ErrorKind::unreadable_record;
    case Reason::unconfirmed:
    case Reason::outnumbered: return ErrorKind::peer_disagrees;
    case Reason::later_generation: return ErrorKind::outdated_key;
    // These policies fail for lack of answers, so the advice is about silent peers.
    case Reason::no_majority:
    case Reason::not_all_agree: return ErrorKind::peer_silent;
  }
  __builtin_unreachable();
}

ExitCode exit_code_for(Reason reason) { return exit_code_for(kind_of(reason)); }

std::string_view describe(Reason reason) {
  switch (reason) {
    case Reason::no_key: return "there is no key on this host";
    case Reason::lost_key: return "this host's key is missing";
    case Reason::invalid_key: return "the key file is not a valid key";
    case Reason::unsafe_key: return "the service cannot read the key, or someone else can change it";
    case Reason::not_recorded: return "the key on this host is not the one recorded for it";
    case Reason::unreadable_record: return "the record of this host's key cannot be read";
    case Reason::unconfirmed: return "nobody has confirmed this host's key, and a peer holds another one";
    case Reason::outnumbered: return "this host is outnumbered: most established hosts hold another key";
    case Reason::later_generation: return "a peer of this fleet holds a later generation of the key";
    case Reason::no_majority: return "policy majority: fewer than half of the fleet agree";
    case Reason::not_all_agree: return "policy strict: not every peer agrees";
  }
  __builtin_unreachable();
}

}  // namespace agent
