// SPDX-License-Identifier: ISC
#include "agent/backups/choose_copies.h"

#include <algorithm>
#include <set>

namespace agent {

namespace {

using keystore::BackupName;
using keystore::FleetId;
using platform::ErrorKind;
using platform::fail;
using platform::Result;

const BackupName& name_of(const FoundCopy& one) { return one.copy.name; }

std::string_view word_for(BackupName::Content content) {
  return content == BackupName::Content::key ? "of a key" : "of a host's state";
}

// An empty field of `wanted` matches everything.
std::vector<FoundCopy> that_match(const std::vector<FoundCopy>& copies, const Wanted& wanted) {
  std::vector<FoundCopy> found;
  std::ranges::copy_if(copies, std::back_inserter(found), [&](const FoundCopy& one) {
    const BackupName& name = name_of(one);
    return name.content == wanted.content && (!wanted.fleet || name.fleet == *wanted.fleet) &&
           (!wanted.generation || name.generation == *wanted.generation) && (!wanted.host || name.host == *wanted.host);
  });
  return found;
}

// A restored key of the wrong fleet reads no database. With copies of several fleets and no record, only a person can
// tell which fleet this host belongs to.
Result<void> check_one_fleet(const std::vector<FoundCopy>& copies) {
  std::set<std::string> fleets;
  for (const FoundCopy& one : copies) fleets.insert(name_of(one).fleet.hex());
  if (fleets.size() == 1) return {};
  std::string list;
  for (const std::string& fleet : fleets) list += (list.empty() ? "" : ", ") + fleet;
  return fail(ErrorKind::usage, "there are copies of several fleets, " + list + ": name the one to restore");
}

// The sentence repeats what was wanted, because that may come from the record and not from the command line.
tl::unexpected<platform::Error> refuse_nothing(const Wanted& wanted) {
  std::string what = "there is no copy " + std::string(word_for(wanted.content));
  if (wanted.host) what += " of host " + *wanted.host;
  if (wanted.fleet) what += " of fleet " + wanted.fleet->hex();
  if (wanted.generation) what += ", generation " + std::to_string(*wanted.generation);
  return fail(ErrorKind::not_found, what);
}

}  // namespace

std::uint32_t latest_generation(const std::vector<FoundCopy>& copies, const FleetId& fleet) {
  std::uint32_t latest = 0;
  for (const FoundCopy& one : copies) {
    const BackupName& name = name_of(one);
    // Only copies of a key count: the caller advises restoring such a copy, and a host's state holds no key.
    if (name.fleet == fleet && name.content == BackupName::Content::key) latest = std::max(latest, name.generation);
  }
  return latest;
}

Result<std::vector<FoundCopy>> choose_copies(const std::vector<FoundCopy>& copies, const Wanted& wanted) {
  std::vector<FoundCopy> found = that_match(copies, wanted);
  if (found.empty()) return refuse_nothing(wanted);
  // From here on all copies are of one fleet, so their generations can be compared.
  TRY(check_one_fleet(found));
  // Copies of earlier generations are dropped. If the newest copy fails, a caller must not fall back to a replaced key.
  const auto latest = std::ranges::max(found, {}, [](const FoundCopy& one) { return name_of(one).generation; });
  std::erase_if(found, [&](const FoundCopy& one) { return name_of(one).generation != name_of(latest).generation; });
  // The caller tries them in this order. Copies of one time keep the order of their destinations.
  std::ranges::stable_sort(found, std::ranges::greater(), [](const FoundCopy& one) { return name_of(one).time; });
  return found;
}

}  // namespace agent
