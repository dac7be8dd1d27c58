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

const BackupName& name_of(const PlacedCopy& placed) { return placed.copy.name; }

std::string_view word_for(BackupName::Content content) {
  return content == BackupName::Content::key ? "of a key" : "of a host's state";
}

std::vector<PlacedCopy> that_match(const std::vector<PlacedCopy>& copies, const Wanted& wanted) {
  std::vector<PlacedCopy> found;
  std::ranges::copy_if(copies, std::back_inserter(found), [&](const PlacedCopy& placed) {
    const BackupName& name = name_of(placed);
    return name.content == wanted.content && (!wanted.fleet || name.fleet == *wanted.fleet) &&
           (!wanted.generation || name.generation == *wanted.generation) && (!wanted.host || name.host == *wanted.host);
  });
  return found;
}

Result<void> check_one_fleet(const std::vector<PlacedCopy>& copies) {
  std::set<std::string> fleets;
  for (const PlacedCopy& placed : copies) fleets.insert(name_of(placed).fleet.hex());
  if (fleets.size() == 1) return {};
  std::string list;
  for (const std::string& fleet : fleets) list += (list.empty() ? "" : ", ") + fleet;
  return fail(ErrorKind::usage, "there are copies of several fleets, " + list + ": name the one to restore");
}

tl::unexpected<platform::Error> refuse_nothing(const Wanted& wanted) {
  std::string what = "there is no copy " + std::string(word_for(wanted.content));
  if (wanted.host) what += " of host " + *wanted.host;
  if (wanted.fleet) what += " of fleet " + wanted.fleet->hex();
  if (wanted.generation) what += ", generation " + std::to_string(*wanted.generation);
  return fail(ErrorKind::not_found, what);
}

}  // namespace

std::uint32_t latest_generation(const std::vector<PlacedCopy>& copies, const FleetId& fleet) {
  std::uint32_t latest = 0;
  for (const PlacedCopy& placed : copies) {
    const BackupName& name = name_of(placed);
    if (name.fleet == fleet && name.content == BackupName::Content::key) latest = std::max(latest, name.generation);
  }
  return latest;
}

Result<std::vector<PlacedCopy>> choose_copies(const std::vector<PlacedCopy>& copies, const Wanted& wanted) {
  std::vector<PlacedCopy> found = that_match(copies, wanted);
  if (found.empty()) return refuse_nothing(wanted);
  TRY(check_one_fleet(found));
  const auto latest = std::ranges::max(found, {}, [](const PlacedCopy& placed) { return name_of(placed).generation; });
  std::erase_if(found,
                [&](const PlacedCopy& placed) { return name_of(placed).generation != name_of(latest).generation; });
  std::ranges::stable_sort(found, std::ranges::greater(),
                           [](const PlacedCopy& placed) { return name_of(placed).time; });
  return found;
}

}  // namespace agent
