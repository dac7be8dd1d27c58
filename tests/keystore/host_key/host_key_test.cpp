// SPDX-License-Identifier: ISC
// Key and record on one host: every way in which they may change, and what a power cut between two steps leaves.
#include "keystore/host_key/host_key.h"

#include <fstream>
#include <sstream>

#include <boost/filesystem/directory.hpp>
#include <boost/filesystem/operations.hpp>
#include <doctest/doctest.h>

#include "keystore/host_key/installation.h"
#include "tests/agent/samples.h"
#include "tests/support/temporary_directory.h"

using keystore::Holding;
using keystore::KeyFiles;
using keystore::KeyProof;
using keystore::KeyState;
using keystore::Origin;
using keystore::Record;
using keystore::Standing;
using platform::ErrorKind;
using platform::Path;

namespace {

class Disk {
 public:
  Disk() : files_{directory_.path() / "state", directory_.path() / "gen.key", platform::current_account()} {
    REQUIRE(keystore::prepare_state_directory(files_, platform::current_account()));
  }
  [[nodiscard]] const KeyFiles& files() const { return files_; }
  [[nodiscard]] Path state(const char* name) const { return files_.state_directory / name; }
  [[nodiscard]] Holding load() const {
    auto holding = keystore::load(files_);
    REQUIRE(holding);
    return std::move(*holding);
  }
  void write(const Path& path, std::string_view text, std::uint32_t mode = 0600) const {
    const auto self = platform::current_account();
    REQUIRE(platform::install_file({.path = path,
                                    .content = platform::view_of(text),
                                    .uid = self.uid,
                                    .gid = self.gid,
                                    .mode = mode,
                                    .existing = platform::NewFile::Existing::replace}));
  }
  void write_key(std::uint8_t number) const {
    const auto bytes = tests::key(number).duplicate_bytes();
    write(files_.key_file, platform::text_of(bytes.reveal()));
  }
  [[nodiscard]] std::string text(const Path& path) const {
    std::ifstream file(path.string(), std::ios::binary);
    return (std::ostringstream() << file.rdbuf()).str();
  }

 private:
  tests::TemporaryDirectory directory_;
  KeyFiles files_;
};

Record record_of(std::uint8_t key_number) {
  return keystore::make_record(KeyProof(tests::key(key_number)), tests::fleet(key_number), 1, Standing::chosen,
                               Origin::generated);
}

bool holds(const Disk& disk, std::uint8_t key_number) {
  const Holding holding = disk.load();
  return holding.key && holding.key->equals(tests::key(key_number)) && holding.is_recorded;
}

// The names in displaced/.
std::vector<std::string> kept(const Disk& disk) {
  std::vector<std::string> names;
  boost::system::error_code absent;
  for (const auto& entry : boost::filesystem::directory_iterator(disk.state("displaced"), absent))
    names.push_back(entry.path().filename().string());
  return names;
}

// Every file below, with when it was last written.
std::vector<std::pair<std::string, platform::FileFacts>> snapshot(const Disk& disk) {
  std::vector<std::pair<std::string, platform::FileFacts>> files;
  for (const auto& entry : boost::filesystem::recursive_directory_iterator(disk.files().state_directory.parent_path()))
    files.emplace_back(entry.path().string(), *platform::facts_of(entry.path()));
  std::ranges::sort(files, {}, [](const auto& file) { return file.first; });
  return files;
}

}  // namespace

TEST_CASE("a host without a key holds nothing, and looking changes nothing") {
  const Disk disk;
  const auto before = snapshot(disk);
  const Holding holding = disk.load();
  CHECK(holding.state == KeyState::absent);
  CHECK_FALSE(holding.key);
  CHECK_FALSE(holding.record);
  CHECK(holding.standing() == Standing::provisional);
  CHECK(snapshot(disk) == before);
}

TEST_CASE("an installed key is the recorded one, its owner's alone, and leaves nothing pending") {
  const Disk disk;
  REQUIRE(keystore::install(disk.files(), tests::key(1), record_of(1)));
  CHECK(holds(disk, 1));
  CHECK(disk.load().facts->mode == 0600);
  CHECK_FALSE(boost::filesystem::exists(disk.state("record.pending")));
  CHECK(keystore::load_public(disk.files().state_directory)->claim.fleet == tests::fleet(1));
}

TEST_CASE("the group of a record may read it, and nobody else") {
  const Disk disk;
  REQUIRE(keystore::install(disk.files(), tests::key(1), record_of(1)));
  CHECK(platform::facts_of(disk.state("record.json"))->mode == 0640);
}

TEST_CASE("installing never replaces a key that is there, whatever it holds, and leaves the record alone") {
  for (const char* content : {"", "short", "exactly24bytesofsomething"}) {
    const Disk disk;
    disk.write(disk.files().key_file, content);
    const auto before = disk.text(disk.files().key_file);
    const auto refused = keystore::install(disk.files(), tests::key(1), record_of(1));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::exists);
    CHECK(disk.text(disk.files().key_file) == before);
    CHECK_FALSE(boost::filesystem::exists(disk.state("record.pending")));
    CHECK_FALSE(boost::filesystem::exists(disk.state("record.json")));
  }
}

TEST_CASE("power lost before the key: there is no key, and the pending record is forgotten") {
  const Disk disk;
  disk.write(disk.state("record.pending"), keystore::encode(record_of(1)));
  CHECK(disk.load().state == KeyState::absent);
  REQUIRE(keystore::finish_interrupted(disk.files()));
  CHECK_FALSE(boost::filesystem::exists(disk.state("record.pending")));
  CHECK_FALSE(boost::filesystem::exists(disk.state("record.json")));
}

TEST_CASE("power lost between key and record: the key is known at once, and finished without asking") {
  const Disk disk;
  disk.write(disk.state("record.pending"), keystore::encode(record_of(1)));
  disk.write_key(1);
  CHECK(holds(disk, 1));
  REQUIRE(keystore::finish_interrupted(disk.files()));
  CHECK(holds(disk, 1));
  CHECK_FALSE(boost::filesystem::exists(disk.state("record.pending")));
  CHECK(keystore::load_public(disk.files().state_directory)->claim.fleet == tests::fleet(1));
}

TEST_CASE("power lost while a key is displaced: before the key the old state, after it the new one") {
  for (std::uint8_t key_number = 1; key_number <= 2; ++key_number) {
    const Disk disk;
    REQUIRE(keystore::install(disk.files(), tests::key(1), record_of(1)));
    disk.write(disk.state("record.pending"), keystore::encode(record_of(2)));
    disk.write_key(key_number);
    CHECK(holds(disk, key_number));
    REQUIRE(keystore::finish_interrupted(disk.files()));
    CHECK(holds(disk, key_number));
    CHECK_FALSE(boost::filesystem::exists(disk.state("record.pending")));
  }
}

TEST_CASE("a pending record that is damaged is forgotten, and the recorded key stays") {
  const Disk disk;
  REQUIRE(keystore::install(disk.files(), tests::key(1), record_of(1)));
  disk.write(disk.state("record.pending"), "{\"schema\":");
  REQUIRE(keystore::finish_interrupted(disk.files()));
  CHECK(holds(disk, 1));
  CHECK_FALSE(boost::filesystem::exists(disk.state("record.pending")));
}

TEST_CASE("finishing where nothing was interrupted touches nothing") {
  const Disk disk;
  REQUIRE(keystore::install(disk.files(), tests::key(1), record_of(1)));
  const auto before = snapshot(disk);
  REQUIRE(keystore::finish_interrupted(disk.files()));
  REQUIRE(keystore::publish(disk.files()));
  CHECK(snapshot(disk) == before);
}

TEST_CASE("power lost while the public part is written: it is written again, and no other name is left") {
  for (const bool written : {false, true}) {
    const Disk disk;
    const Record record = record_of(1);
    REQUIRE(keystore::install(disk.files(), tests::key(1), record));
    const std::string claim = disk.text(disk.state("claim.json"));
    if (!written) disk.write(disk.state("claim.json"), "{}");
    disk.write(disk.state(".claim.json.genkey-agent-new"), "{");
    CHECK_FALSE(keystore::is_published(disk.files(), record));
    REQUIRE(keystore::publish(disk.files()));
    CHECK(keystore::is_published(disk.files(), record));
    CHECK(disk.text(disk.state("claim.json")) == claim);
    CHECK_FALSE(boost::filesystem::exists(disk.state(".claim.json.genkey-agent-new")));
  }
}

TEST_CASE("a displaced key is kept, root's alone, and the new one is the recorded one") {
  const Disk disk;
  REQUIRE(keystore::install(disk.files(), tests::key(1), record_of(1)));
  const auto aside = keystore::displace(disk.files(), disk.load(), tests::key(2), record_of(2));
  REQUIRE(aside);
  CHECK(holds(disk, 2));
  const auto old_bytes = tests::key(1).duplicate_bytes();
  CHECK(disk.text(*aside) == platform::text_of(old_bytes.reveal()));
  CHECK(platform::facts_of(*aside)->mode == 0600);
  CHECK(platform::facts_of(disk.state("displaced"))->mode == 0700);
}

TEST_CASE("what was no key is kept all the same when it is displaced") {
  const Disk disk;
  disk.write(disk.files().key_file, "not a key at all, but somebody's\n");
  const auto aside = keystore::displace(disk.files(), disk.load(), tests::key(2), record_of(2));
  REQUIRE(aside);
  CHECK(disk.text(*aside) == "not a key at all, but somebody's\n");
  CHECK(holds(disk, 2));
}

TEST_CASE("a key file that another program replaced meanwhile is not displaced") {
  const Disk disk;
  REQUIRE(keystore::install(disk.files(), tests::key(1), record_of(1)));
  const Holding seen = disk.load();
  disk.write_key(3);
  CHECK_FALSE(keystore::displace(disk.files(), seen, tests::key(2), record_of(2)));
  CHECK(disk.load().key->equals(tests::key(3)));
  CHECK_FALSE(boost::filesystem::exists(disk.state("record.pending")));
  CHECK(kept(disk).empty());  // no second copy of a key that stays
}

TEST_CASE("nothing is installed underneath a network mount that is absent") {
  const Disk disk;
  Record record = record_of(1);
  record.network_mount = "/nonexistent/mount";
  disk.write(disk.state("record.json"), keystore::encode(record));
  const auto refused = keystore::install(disk.files(), tests::key(1), record_of(1));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::mount_absent);
  CHECK(refused.error().message.find("/nonexistent/mount") != std::string::npos);
  CHECK_FALSE(boost::filesystem::exists(disk.files().key_file));
}

TEST_CASE("a record that says the same already is not written again") {
  const Disk disk;
  const Record record = record_of(1);
  REQUIRE(keystore::install(disk.files(), tests::key(1), record));
  const auto before = snapshot(disk);
  CHECK_FALSE(*keystore::save_record(disk.files(), *disk.load().record));
  CHECK(snapshot(disk) == before);
  Record established = *disk.load().record;
  established.standing = Standing::established;
  CHECK(*keystore::save_record(disk.files(), established));
  CHECK(disk.load().standing() == Standing::established);
  CHECK(keystore::load_public(disk.files().state_directory)->claim.standing == Standing::established);
}

TEST_CASE("another key than the recorded one is provisional, however sure the record is") {
  const Disk disk;
  REQUIRE(keystore::install(disk.files(), tests::key(1), record_of(1)));
  disk.write_key(2);
  const Holding holding = disk.load();
  CHECK(holding.record);
  CHECK_FALSE(holding.is_recorded);
  CHECK(holding.standing() == Standing::provisional);
  CHECK(keystore::confirmation_word(holding) == "unrecorded");
}

TEST_CASE("a damaged record is told, kept aside when asked for, and never taken for none") {
  const Disk disk;
  disk.write_key(1);
  disk.write(disk.state("record.json"), "{");
  const Holding holding = disk.load();
  CHECK_FALSE(holding.record);
  REQUIRE(holding.record_problem);
  CHECK(holding.record_problem->message.find("record.json") != std::string::npos);
  CHECK_FALSE(keystore::was_record_set_aside(disk.files()));
  CHECK(*keystore::set_record_aside(disk.files()) == disk.state("record.damaged"));
  CHECK(disk.text(disk.state("record.damaged")) == "{");
  CHECK_FALSE(disk.load().record_problem);
  CHECK(keystore::was_record_set_aside(disk.files()));
}

TEST_CASE("a record that is set aside never replaces one that was set aside before") {
  const Disk disk;
  disk.write(disk.state("record.json"), "first");
  REQUIRE(keystore::set_record_aside(disk.files()));
  disk.write(disk.state("record.json"), "second");
  const auto second = keystore::set_record_aside(disk.files());
  REQUIRE(second);
  CHECK(disk.text(disk.state("record.damaged")) == "first");
  CHECK(disk.text(*second) == "second");
}

namespace {

// What may stand under the record's name and tell nothing about the key.
void make_unreadable(const Disk& disk, const std::string& how, const char* name) {
  boost::filesystem::remove(disk.state(name));
  if (how == "damaged") disk.write(disk.state(name), "{\"schema\":");
  if (how == "too long") disk.write(disk.state(name), std::string(100'000, ' '));
  if (how == "a directory") boost::filesystem::create_directory(disk.state(name));
}

}  // namespace

TEST_CASE("a record that cannot be read is never an absent one: nothing is installed, displaced or recorded") {
  for (const std::string how : {"damaged", "too long", "a directory"}) {
    CAPTURE(how);
    const Disk disk;
    REQUIRE(keystore::install(disk.files(), tests::key(1), record_of(1)));
    make_unreadable(disk, how, "record.json");
    const Holding holding = disk.load();
    CHECK(holding.key->equals(tests::key(1)));
    CHECK_FALSE(holding.record);
    CHECK_FALSE(holding.is_recorded);
    REQUIRE(holding.record_problem);
    CHECK(holding.record_problem->kind == ErrorKind::unreadable_record);
    CHECK(holding.record_problem->message.find("record.json") != std::string::npos);
    const auto before = snapshot(disk);
    CHECK(keystore::check_record(holding).error().kind == ErrorKind::unreadable_record);
    CHECK(keystore::load_record(disk.files().state_directory).error().kind == ErrorKind::unreadable_record);
    CHECK(keystore::save_record(disk.files(), record_of(1)).error().kind == ErrorKind::unreadable_record);
    CHECK(keystore::displace(disk.files(), holding, tests::key(2), record_of(2)).error().kind ==
          ErrorKind::unreadable_record);
    CHECK(keystore::install(disk.files(), tests::key(2), record_of(2)).error().kind == ErrorKind::unreadable_record);
    CHECK(snapshot(disk) == before);
  }
}

TEST_CASE("a pending record that cannot be read is kept, and the key is not taken for another one") {
  const Disk disk;
  REQUIRE(keystore::install(disk.files(), tests::key(1), record_of(1)));
  disk.write_key(2);
  make_unreadable(disk, "a directory", "record.pending");
  CHECK(disk.load().record_problem);
  CHECK(keystore::finish_interrupted(disk.files()).error().kind == ErrorKind::unreadable_record);
  CHECK(boost::filesystem::exists(disk.state("record.pending")));
}

TEST_CASE("a kill that left the key with two names is finished, and one name is left") {
  const Disk disk;
  disk.write(disk.state("record.pending"), keystore::encode(record_of(1)));
  disk.write_key(1);
  boost::filesystem::create_hard_link(disk.files().key_file, platform::temporary_of(disk.files().key_file));
  CHECK(disk.load().state == KeyState::unsafe);
  CHECK(keystore::is_interrupted(disk.files()));
  REQUIRE(keystore::finish_interrupted(disk.files()));
  CHECK_FALSE(keystore::is_interrupted(disk.files()));
  CHECK(holds(disk, 1));
  CHECK(disk.load().facts->links == 1);
}

TEST_CASE("temporary names that a kill left of the key, the state and a displaced key are gone with the next command") {
  const Disk disk;
  REQUIRE(keystore::displaced_directory(disk.files()));
  const std::vector<Path> names = {disk.files().key_file,        disk.state("record.json"),
                                   disk.state("record.pending"), disk.state("claim.json"),
                                   disk.state("identity.pem"),   disk.state("displaced") / "gen.key.unrecorded.1.aa"};
  for (const Path& name : names) disk.write(platform::temporary_of(name), "half a k");
  REQUIRE(keystore::finish_interrupted(disk.files()));
  for (const Path& name : names) CHECK_FALSE(platform::facts_of(platform::temporary_of(name)));
}

TEST_CASE("an installation into another file than this command's is finished there") {
  const Disk disk;
  KeyFiles elsewhere = disk.files();
  elsewhere.key_file = disk.files().state_directory.parent_path() / "other.key";
  Record record = record_of(1);
  keystore::record_key_file(record, disk.files().key_file);
  // A record cannot hold every path of Windows.
  if (!record.key_file) return;
  disk.write(disk.state("record.pending"), keystore::encode(record));
  disk.write_key(1);
  REQUIRE(keystore::finish_interrupted(elsewhere));
  CHECK(holds(disk, 1));
  CHECK_FALSE(boost::filesystem::exists(disk.state("record.pending")));
}

TEST_CASE("a copy of a displaced key is kept when the new key arrived, and only then") {
  for (const int in_place : {0, 1, 2}) {
    CAPTURE(in_place);
    const Disk disk;
    REQUIRE(keystore::install(disk.files(), tests::key(1), record_of(1)));
    Record coming = record_of(2);
    coming.displaced = "gen.key.unrecorded.1.aa";
    disk.write(disk.state("record.pending"), keystore::encode(coming));
    const auto old_key = tests::key(1).duplicate_bytes();
    disk.write(*keystore::displaced_directory(disk.files()) / *coming.displaced, platform::text_of(old_key.reveal()));
    if (in_place == 0) boost::filesystem::remove(disk.files().key_file);
    if (in_place == 2) disk.write_key(2);
    REQUIRE(keystore::finish_interrupted(disk.files()));
    // Without a key in place the copy may be the only one.
    CHECK(kept(disk).size() == (in_place == 1 ? 0 : 1));
    CHECK(disk.load().is_recorded == (in_place != 0));
    CHECK_FALSE(boost::filesystem::exists(disk.state("record.pending")));
  }
}

TEST_CASE("a record tells where the key is that it took the place of") {
  const Disk disk;
  REQUIRE(keystore::install(disk.files(), tests::key(1), record_of(1)));
  CHECK_FALSE(disk.load().record->displaced);
  const auto aside = keystore::displace(disk.files(), disk.load(), tests::key(2), record_of(2));
  REQUIRE(aside);
  CHECK(disk.load().record->displaced == aside->filename().string());
}

TEST_CASE("a generation that no record can hold is not recorded") {
  const Disk disk;
  REQUIRE(keystore::install(disk.files(), tests::key(1), record_of(1)));
  for (const std::uint32_t generation : {0U, keystore::largest_generation + 1, 0xffff'ffffU}) {
    Record record = *disk.load().record;
    record.generation = generation;
    CHECK_FALSE(keystore::save_record(disk.files(), record));
    CHECK_FALSE(keystore::install({disk.files().state_directory, disk.state("another"), disk.files().service},
                                  tests::key(2), record));
    CHECK(holds(disk, 1));
    CHECK(disk.load().record->generation == 1);
  }
}

TEST_CASE("a key file of another size, a directory or a second name is told apart and not taken") {
  const Disk sizes;
  for (const std::size_t size : {0U, 23U, 25U, 32U, 4096U}) {
    sizes.write(sizes.files().key_file, std::string(size, 'x'));
    CHECK(sizes.load().state == KeyState::invalid);
    CHECK(sizes.load().key_problem->message.find(std::to_string(size) + " bytes") != std::string::npos);
  }
  const Disk directory;
  boost::filesystem::create_directory(directory.files().key_file);
  CHECK(directory.load().state == KeyState::unsafe);

  const Disk twice;
  twice.write_key(1);
  boost::filesystem::create_hard_link(twice.files().key_file, twice.state("second name"));
  CHECK(twice.load().state == KeyState::unsafe);
}

TEST_CASE("a key file that is a link is told apart and not taken") {
  const Disk disk;
  disk.write(disk.state("elsewhere"), std::string(24, 'x'));
  boost::filesystem::create_symlink(disk.state("elsewhere"), disk.files().key_file);
  CHECK(disk.load().state == KeyState::unsafe);
}
