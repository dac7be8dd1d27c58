// SPDX-License-Identifier: ISC
// One database as its answers show it, put together: which kind it is, and who its members are. The checks of databases
// and the tables of the report begin here.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/names.h"
#include "agent/doctor/evidence.h"

namespace agent {

enum class DatabaseShape : std::uint8_t {
  unseen,  // nobody answered: SeenDatabase::needs says what is missing
  standalone,
  replica_set,
  mongos,
};

struct SeenMember {
  std::string name;         // "db1.example.com:27017", as the set names it, or as it was asked
  std::string state;        // for people: "primary", "no answer"
  bool answered = false;    // at the last look
  bool up = false;          // at one of the looks it said that it is primary or secondary, or the set itself says so
  bool silent = false;      // each time it was asked there was nobody: no name, no connection, no answer
  bool unclear = false;     // nothing of all this: it was not asked, or could not be understood
  bool known_down = false;  // the set itself says so, and its own answer does not contradict
  bool arbiter = false;
  bool electable = false;
  bool hidden = false;
  std::optional<int> votes;  // nothing: only a login shows them
  std::optional<double> priority;
  std::optional<std::string> facility;
  std::string address;  // numeric; empty: no connection
  std::optional<std::chrono::microseconds> round_trip;
};

struct SeenDatabase {
  std::string of;      // "application", or the name of a backing database
  std::string object;  // of its findings
  DatabaseShape shape = DatabaseShape::unseen;
  std::string set;                  // empty: none, or not known
  std::string write_concern = {};   // as in DatabaseEvidence
  bool login = false;               // votes, priorities and hidden members are known
  bool twice = false;               // whatever was not as it should be was looked at again
  std::string needs;                // as a person can provide it; empty if it was seen
  std::string login_needs;          // what would show votes and hidden members; empty if they are known
  std::vector<SeenMember> members;  // of a set all of them; otherwise whoever was asked
  // By the name of a host: how many members its mongo.mongoUri lists, "3 of 3". Only seen_databases() fills it.
  std::map<std::string, std::string> lists = {};
};

SeenDatabase seen_database(const DatabaseEvidence& database, const std::vector<Facility>& facilities);

/// Of evidence, or seen.
template <class Database>
bool is_application(const Database& database) {
  return database.of == "application";
}
/// Null: not wanted, or not built here.
const DatabaseEvidence* application_database(const Evidence& evidence);

/// There was nobody: no name, no connection, no answer in time. A refused certificate, for example, is not silence.
bool is_silence(DatabaseEnd end);

/// The host by its place in DatabaseEvidence::answers: its answer of the last look if it gave one, else the one before.
const HelloAnswer& best_answer(const DatabaseEvidence& database, std::size_t at);

/// Votes count as 1 where nobody knows them.
int votes_of(const SeenMember& member);
bool is_data_bearing(const SeenMember& member);
/// Members that `hello` does not show are likely: without them, the number of members would be even.
bool may_hide_members(const SeenDatabase& database);

/// "; hello alone was asked, which shows neither votes nor hidden members", or nothing after a login.
std::string basis_of(const SeenDatabase& database);

/// What a finding needs when the database has a shape that shows none of its members.
std::string needs_members(const SeenDatabase& database);

}  // namespace agent
