// SPDX-License-Identifier: ISC
// What doctor saw of one database: what its members said of themselves and of each other. ask_database.h gathers it;
// check_database.h decides.
//
// `hello` shows neither votes nor hidden members, and nothing of it needs a login. The rest of it, in
// DatabaseEvidence::members, comes from replSetGetConfig and replSetGetStatus after a login.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace agent {

enum class DatabaseEnd : std::uint8_t {
  not_asked,      // the time was over, or there were too many
  answered,       // with `hello`
  no_name,        // the name has no address here
  no_connection,  // refused, or no way there
  silent,         // no complete answer in time
  broken,         // it closed the connection, or what came was not MongoDB's protocol, or an error
  no_tls,         // TLS failed for a reason other than the certificate
  untrusted,      // the certificate does not verify
  too_new,        // the server demands a newer protocol than this client has
};

enum class MemberKind : std::uint8_t {
  primary,
  secondary,
  arbiter,
  other,       // of a set, in another state: starting, recovering, removed
  standalone,  // of no set
  mongos,
};

/// What one host said in answer to `hello`.
struct HelloAnswer {
  std::string asked;    // "db1.example.com:27017"
  bool listed = false;  // in the URI; otherwise learnt from another answer
  DatabaseEnd end = DatabaseEnd::not_asked;
  MemberKind kind = MemberKind::other;
  std::string me;                                      // as it calls itself; the names in a URI may be aliases
  std::string set;                                     // setName
  std::vector<std::string> hosts, passives, arbiters;  // electable, of priority 0, and arbiters, as the set names them
  std::string primary;                                 // empty: it knows none
  std::map<std::string, std::string> tags;             // of the answering member
  std::string address;                                 // of the connection, numeric
  std::chrono::microseconds round_trip{0};
};

/// A member as the set's configuration and status have it.
struct ConfiguredMember {
  std::string name;  // "db1.example.com:27017"
  int votes = 1;
  double priority = 1;
  bool hidden = false;
  bool arbiter = false;
  std::map<std::string, std::string> tags;
  std::string state = {};       // "PRIMARY", "SECONDARY", …; empty: not told
  std::optional<bool> up = {};  // as the member that was asked sees it: PRIMARY or SECONDARY, and healthy
};

enum class LoginEnd : std::uint8_t {
  not_wanted,    // [doctor] database_login is off, or it is a backing database
  not_possible,  // not with what this program can do, see login_needs
  refused,       // once, and not tried again
  failed,        // no answer to the login or to what was asked after it
  done,
};

struct DatabaseEvidence {
  std::string of;                   // "application", or the set or first host of a backing database
  std::string not_asked;            // why nobody was asked, as what a person can provide; empty: somebody was
  std::vector<std::string> listed;  // in the URI, "host:port" in lower case; of SRV what the name gave
  std::string set;                  // replicaSet of the URI; may be empty
  std::string database;             // of the URI; may be empty
  std::string write_concern = {};   // of a store, as Ops Manager's API names it: "W2"; empty: not told
  /// The listed hosts first, then those that their answers name.
  std::vector<HelloAnswer> answers;
  /// The same hosts 5 s later, in the same order. Empty: the first answers left nothing to ask again.
  std::vector<HelloAnswer> again;
  LoginEnd login = LoginEnd::not_wanted;
  std::string login_needs = {};           // what a login needs, as a person can provide it
  std::vector<ConfiguredMember> members;  // empty without a login
  std::optional<bool> defaults_set = {};  // whether somebody set default read or write concern; nothing: not told
};

/// The last answer of each host: what a restart or an election can cause is asked twice.
inline const std::vector<HelloAnswer>& last_answers(const DatabaseEvidence& database) {
  return database.again.empty() ? database.answers : database.again;
}

}  // namespace agent
