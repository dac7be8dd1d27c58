// SPDX-License-Identifier: ISC
// Names of backups, and which of them a host may remove.
#include "keystore/backup/name.h"

#include <algorithm>
#include <set>

#include <doctest/doctest.h>

#include "tests/agent/samples.h"

using keystore::BackupName;
using keystore::parse_backup_name;
using keystore::prunable;
using platform::Time;

namespace {

constexpr Time moment{std::chrono::seconds(1'795'314'557)};  // 2026-11-22T02:29:17Z

BackupName name_of(std::string host, std::uint32_t generation = 1, int minute = 0, std::uint32_t key_number = 1) {
  return {.fleet = tests::fleet(0xab),
          .generation = generation,
          .host = std::move(host),
          .time = moment + std::chrono::minutes(minute),
          .key_number = key_number};
}

bool holds(const std::vector<BackupName>& names, const BackupName& name) {
  return std::ranges::find(names, name) != names.end();
}

// Every name that differs in one part from another one, three of most kinds of own.
std::vector<BackupName> universe() {
  std::vector<BackupName> names;
  for (const int minute : {0, 1, 2}) {
    names.push_back(name_of("om1", 1, minute));
    names.push_back(name_of("om1", 2, minute));
  }
  for (const int minute : {3, 4}) names.push_back(name_of("om1", 2, minute, 3));
  for (const int minute : {0, 5}) {
    names.push_back(name_of("om2", 1, minute));
    BackupName state = name_of("om1", 1, minute);
    state.content = BackupName::Content::host_state;
    names.push_back(state);
  }
  names.push_back(name_of("om1", 1, 6));
  names.back().format = BackupName::Format::cms;
  return names;
}

// Of one key, content and format, by one host.
std::vector<BackupName> kin_of(const BackupName& name, const std::vector<BackupName>& stored) {
  std::vector<BackupName> kin;
  std::ranges::copy_if(stored, std::back_inserter(kin), [&](BackupName other) {
    other.time = name.time;
    return other == name;
  });
  return kin;
}

void check_retention(const std::vector<BackupName>& stored, std::size_t keep) {
  const auto removed = prunable(stored, "om1", keep);
  for (const BackupName& name : stored) {
    const auto kin = kin_of(name, stored);
    const auto newer = std::ranges::count_if(kin, [&](const BackupName& other) { return other.time > name.time; });
    const bool goes = name.host == "om1" && newer >= static_cast<std::ptrdiff_t>(std::max<std::size_t>(keep, 1));
    REQUIRE(holds(removed, name) == goes);
  }
  for (const BackupName& name : removed) REQUIRE(holds(stored, name));
  REQUIRE(std::ranges::is_sorted(removed, {}, &BackupName::time));
}

}  // namespace

TEST_CASE("a backup's name says fleet, generation, host, time and number of the key") {
  BackupName name = name_of("om1.example.com", 7, 0, 2);
  CHECK(name.text() == "abababababababababababababababab-g7-om1.example.com-20261122T022917Z-k2.age");
  name.content = BackupName::Content::host_state;
  name.format = BackupName::Format::cms;
  CHECK(name.text() == "abababababababababababababababab-g7-om1.example.com-20261122T022917Z-k2.state.cms");
}

TEST_CASE("a backup's name is read as it was written, with any host's name in it") {
  for (const char* host :
       {"om1", "om-1", "a-g2-20261122T022917Z-k9", "-", "k1", "om1.state", "OM_1.age", "1-k1.age-"}) {
    for (const auto content : {BackupName::Content::key, BackupName::Content::host_state}) {
      for (const auto format : {BackupName::Format::age, BackupName::Format::cms}) {
        BackupName name = name_of(host, 2147483648U, 59, 4294967295U);
        name.content = content;
        name.format = format;
        CAPTURE(name.text());
        CHECK(parse_backup_name(name.text()) == name);
      }
    }
  }
}

TEST_CASE("a name that is not a backup's, or is spelled otherwise, is nobody's backup") {
  const std::string fleet(32, 'a');
  const std::string sound = fleet + "-g1-om1-20261122T022917Z-k1.age";
  REQUIRE(parse_backup_name(sound));
  for (std::size_t size = 0; size < sound.size(); ++size) CHECK_FALSE(parse_backup_name(sound.substr(0, size)));
  for (const std::string& text : {
           sound + ".age",
           sound + "~",
           " " + sound,
           "/" + sound,
           sound + "\n",
           fleet + "a-g1-om1-20261122T022917Z-k1.age",
           std::string(32, 'A') + "-g1-om1-20261122T022917Z-k1.age",
           std::string(32, 'g') + "-g1-om1-20261122T022917Z-k1.age",
           fleet + "-g0-om1-20261122T022917Z-k1.age",
           fleet + "-g01-om1-20261122T022917Z-k1.age",
           fleet + "-g+1-om1-20261122T022917Z-k1.age",
           fleet + "-g2147483649-om1-20261122T022917Z-k1.age",
           fleet + "-1-om1-20261122T022917Z-k1.age",
           fleet + "-g1--20261122T022917Z-k1.age",
           fleet + "-g1-om/1-20261122T022917Z-k1.age",
           fleet + "-g1-om 1-20261122T022917Z-k1.age",
           fleet + "-g1-om1-20261122t022917Z-k1.age",
           fleet + "-g1-om1-20260230T022917Z-k1.age",
           fleet + "-g1-om1-20261322T022917Z-k1.age",
           fleet + "-g1-om1-20261122T242917Z-k1.age",
           fleet + "-g1-om1-20261122T026017Z-k1.age",
           fleet + "-g1-om1-20261122T022960Z-k1.age",
           fleet + "-g1-om1-20261122T022917Z-k0.age",
           fleet + "-g1-om1-20261122T022917Z-k4294967296.age",
           fleet + "-g1-om1-20261122T022917Z-1.age",
           fleet + "-g1-om1-20261122T022917Z-k1.state",
           fleet + "-g1-om1-20261122T022917Z-k1.pem",
       }) {
    CAPTURE(text);
    CHECK_FALSE(parse_backup_name(text));
  }
}

TEST_CASE("a host's name in a backup's fits into a file name, with the installer's temporary one") {
  const std::string longest(keystore::longest_backup_host, 'a');
  CHECK(keystore::is_backup_host(longest));
  CHECK_FALSE(keystore::is_backup_host(longest + "a"));
  CHECK_FALSE(keystore::is_backup_host(""));
  CHECK_FALSE(keystore::is_backup_host("om1/.."));
  BackupName name = name_of(longest, 2147483648U, 0, 4294967295U);
  name.content = BackupName::Content::host_state;
  constexpr std::size_t longest_file_name = 255;
  CHECK(name.text().size() + std::string("..genkey-agent-new").size() <= longest_file_name);
  CHECK(parse_backup_name(name.text()) == name);
}

TEST_CASE("a host prunes only its own copies, and never the last of a key, whatever else is stored") {
  const auto all = universe();
  for (std::size_t chosen = 0; chosen < std::size_t{1} << all.size(); ++chosen) {
    std::vector<BackupName> stored;
    for (std::size_t at = 0; at < all.size(); ++at) {
      if ((chosen >> at & 1U) != 0) stored.push_back(all[at]);
    }
    for (const std::size_t keep : {0U, 1U, 2U, 3U}) check_retention(stored, keep);
  }
}

TEST_CASE("a store that lists a copy twice does not make the last one prunable") {
  const std::vector<BackupName> stored{name_of("om1"), name_of("om1")};
  CHECK(prunable(stored, "om1", 1).empty());
}

TEST_CASE("hosts whose names begin alike do not prune each other's copies") {
  const std::vector<BackupName> stored{name_of("om1-old", 1, 0), name_of("om1-old", 1, 1), name_of("om1", 1, 2)};
  CHECK(prunable(stored, "om1", 1).empty());
  CHECK(prunable(stored, "om1-old", 1).size() == 1);
}
