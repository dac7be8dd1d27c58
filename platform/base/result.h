// SPDX-License-Identifier: ISC
// What a step gives back: its value, or what failed.
//
// An Error says what failed, as a closed kind and one sentence: lower case, naming the object, never holding bytes of a
// secret. agent/report/error_table.h says what to do about it, in one table from kinds to exit codes and steps. Only a
// step that names something which the table cannot know, such as a file or a pin, comes with the error itself.
// System, OpenSSL and libsodium codes become kinds where they are met and are seen nowhere else.
#pragma once

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

namespace platform {

// Every kind of the whole program, also those of tickets, peers and stores, which are concepts of agent/ and keystore/.
// They stand here because the enum is closed in one file: the table of advice has a row for each kind, and the compiler
// reports a switch that misses one. An open or layered set of kinds would need a default, and an error without advice
// would go unnoticed.
enum class ErrorKind : std::uint8_t {
  io,                     // the operating system failed; the sentence has its reason
  denied,                 // the operating system refused it to this account
  immutable,              // an attribute of the file system forbids it to every account; the sentence has the remedy
  read_only,              // the file system takes no changes now
  internal,               // a library failed where it never should
  usage,                  // an option or argument
  bad_path,               // a name that no file here can have: a device of Windows and the like
  configuration,          // a line of a configuration file
  not_found,              // a file that may well be absent
  busy,                   // another genkey-agent holds the lock
  not_installed,          // no Ops Manager here yet: no account or no directory
  no_directory,           // the directory of a configured key file does not exist
  no_key,                 // no key on this host
  lost_key,               // no key on this host, but a record of one
  invalid_key,            // a key file or input that is not 24 bytes
  damaged_key,            // a key file that is not 24 bytes, on a host with a record of a key
  weak_key,               // 24 bytes that nobody should use for a new key
  unreadable_key,         // the service cannot read the key
  unsafe_file,            // a link, a special file, more than one name, the wrong owner
  unsafe_path,            // someone else can change a directory above it
  mount_absent,           // the key lived on a network mount that is gone
  not_recorded,           // the key on this host is not the recorded one
  unreadable_record,      // there is a record, and what it says is not known
  unsure,                 // the key on this host is only provisional
  peer_disagrees,         // a peer holds another key
  outdated_key,           // a peer of this fleet holds a later generation of the key
  peer_silent,            // a peer did not answer, or has no key
  peer_incompatible,      // a peer speaks another protocol or version
  peer_untrusted,         // a peer is not who it should be
  refused,                // a peer refuses us: not a member, or its key is not certain
  removed_there,          // a peer refuses us because a person removed this host there
  bad_ticket,             // not a ticket, or a ticket that nobody issued
  used_ticket,            // a ticket whose uses belong to other hosts
  expired_ticket,         // by the issuer's clock
  store_silent,           // a store of backups did not answer, or not in time
  store_refuses,          // a store does not take our credentials, or lets them do less than was asked
  store_unfit,            // a store cannot do what a backup needs
  no_store,               // what answers for a store is something else, such as a proxy
  store_untrusted,        // a store's certificate does not verify
  store_clock,            // a store's clock and this host's are too far apart
  store_full,             // a store or its quota is full
  store_locked,           // a store's object lock keeps a copy
  damaged_archive,        // a tar that is not one of ours
  program_absent,         // a program of this package does not start, or lacks a library
  exists,                 // the step would overwrite a file
  key_elsewhere,          // a peer has a key already, and a new one would fork the fleet
  peers_unknown,          // a peer that may have a key does not tell
  key_backed_up,          // a destination has a copy of a key that a new one would replace
  backups_unknown,        // a destination that may have such a copy cannot be listed
  encrypted_credentials,  // conf-mms.properties is bound to an existing key
  credentials_unknown,    // conf-mms.properties cannot be read, and may be
  bad_backup,             // not a backup, or a damaged or changed one
  wrong_identity,         // none of the identities or passphrases given opens it
  no_recipients,          // the configuration names no recipient for backups
  no_destination,         // the configuration names no destination for backups
  service_running,        // Ops Manager runs with the key that is to be replaced
  not_backed_up,          // there is no fresh backup of the key that is to be replaced
  needs_confirmation,     // --displace wants --confirm FLEET
};

/// One thing to do: a command that can be pasted into a shell, and what it is for.
struct Step {
  std::string purpose;  // "to get the recorded key back", "then on this host": no colon behind it. Empty: to fix this
  std::string command;  // empty where no command does it
  bool operator==(const Step&) const = default;
};
using Steps = std::vector<Step>;

struct Error {
  ErrorKind kind;
  std::string message;
  Steps steps = {};

  bool operator==(const Error&) const = default;
};

template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
};

inline tl::unexpected<Error> fail(ErrorKind kind, std::string message, Steps steps = {}) {
  return tl::unexpected<Error>(Error{kind, std::move(message), std::move(steps)});
}

// For TRY: the value of a success, moved out, so that a secret has one owner.
template <class T>
T value_of(Result<T>&& result) {
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

}  // namespace platform

// The value of a Result, or return its error from this function. Not for coroutines, which would need co_return.
#define TRY(expression)                                                    \
  __extension__({                                                          \
    auto try_result = (expression);                                        \
    if (!try_result) return tl::unexpected(std::move(try_result).error()); \
    ::platform::value_of(std::move(try_result));                           \
  })
