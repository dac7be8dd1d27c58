// SPDX-License-Identifier: ISC
// The tar of a host's files: unpacked as it was packed, and nothing else is.
#include "agent/backup_program/tar.h"

#include <algorithm>
#include <cstdio>

#include <doctest/doctest.h>

#include "agent/base/limits.h"
#include "tests/agent/samples.h"

using agent::NamedContent;
using agent::backup_program::pack;
using agent::backup_program::unpack;
using platform::Bytes;
using platform::ErrorKind;

namespace {

constexpr std::size_t block = 512;
const std::vector<std::string> expected = {"conf-mms.properties", "mms.conf", "record.json"};

std::vector<NamedContent> files() {
  std::vector<NamedContent> files;
  files.push_back({"conf-mms.properties", tests::secret_of("mongo.mongoUri=mongodb://om1\n")});
  files.push_back({"mms.conf", {}});
  files.push_back({"record.json", tests::secret_of(std::string(700, 'x'))});
  return files;
}

Bytes tar_of(const std::vector<NamedContent>& files) {
  const auto packed = pack(files);
  REQUIRE(packed);
  return {packed->reveal().begin(), packed->reveal().end()};
}

// ustar's sum over the header, its own field as blanks.
void sum(Bytes& tar) {
  constexpr std::size_t at = 148;
  std::fill_n(tar.begin() + at, 8, std::byte{' '});
  unsigned total = 0;
  for (std::size_t byte = 0; byte < block; ++byte) total += std::to_integer<unsigned>(tar[byte]);
  std::string digits(7, '\0');
  static_cast<void>(std::snprintf(digits.data(), digits.size(), "%06o", total));
  std::ranges::copy(platform::view_of(digits), tar.begin() + at);
}

Bytes with_name(Bytes tar, std::string_view name) {
  std::fill_n(tar.begin(), 100, std::byte{0});
  std::ranges::copy(platform::view_of(name), tar.begin());
  sum(tar);
  return tar;
}

Bytes with_type(Bytes tar, char type, std::string_view target = "") {
  tar[156] = static_cast<std::byte>(type);
  std::ranges::copy(platform::view_of(target), tar.begin() + 157);
  sum(tar);
  return tar;
}

ErrorKind kind_of(const Bytes& tar) {
  const auto unpacked = unpack(tar, expected);
  REQUIRE_FALSE(unpacked);
  return unpacked.error().kind;
}

}  // namespace

TEST_CASE("files are unpacked as they were packed, and the same files make the same bytes") {
  const Bytes tar = tar_of(files());
  const auto unpacked = unpack(tar, expected);
  REQUIRE(unpacked);
  REQUIRE(unpacked->size() == 3);
  for (std::size_t at = 0; at < 3; ++at) {
    CHECK((*unpacked)[at].name == files()[at].name);
    CHECK((*unpacked)[at].content.equals(files()[at].content));
  }
  CHECK(tar_of(files()) == tar);
}

TEST_CASE("a path, a link, a directory or a device in an archive is refused, whoever expects it") {
  const Bytes sound = tar_of(files());
  for (const char* name : {"../mms.conf", "/etc/passwd", "conf/mms.conf", "mms.conf/", "other.conf", ".", ""}) {
    CAPTURE(name);
    CHECK(kind_of(with_name(sound, name)) == ErrorKind::damaged_archive);
  }
  for (const char type : {'1', '2', '3', '4', '5', '6', 'x', 'g', 'L', 'V'}) {
    CAPTURE(type);
    CHECK(kind_of(with_type(sound, type, "/etc/passwd")) == ErrorKind::damaged_archive);
  }
}

TEST_CASE("an entry of a kind that libarchive passes over in silence brings no other file") {
  for (const char type : {'K', 'S'}) {
    const auto unpacked = unpack(with_type(tar_of(files()), type, "/etc/passwd"), expected);
    if (!unpacked) continue;
    for (const NamedContent& file : *unpacked) CHECK(std::ranges::find(expected, file.name) != expected.end());
  }
}

TEST_CASE("a name that comes twice or is not expected is refused") {
  const Bytes sound = tar_of(files());
  CHECK(kind_of(with_name(sound, "mms.conf")) == ErrorKind::damaged_archive);
  CHECK(unpack(sound, {"mms.conf"}).error().kind == ErrorKind::damaged_archive);
}

TEST_CASE("an archive that is cut anywhere is never read as fewer bytes of a file") {
  const Bytes sound = tar_of(files());
  for (std::size_t size = 0; size < sound.size(); ++size) {
    const auto cut = unpack(platform::BytesView(sound).first(size), expected);
    if (!cut) continue;
    for (std::size_t at = 0; at < cut->size(); ++at) CHECK((*cut)[at].content.equals(files()[at].content));
  }
}

TEST_CASE("an archive of which a byte changed gives the same files, other contents, or an error, and nothing more") {
  const Bytes sound = tar_of(files());
  for (std::size_t at = 0; at < sound.size(); ++at) {
    Bytes changed = sound;
    changed[at] ^= std::byte{0x41};
    const auto unpacked = unpack(changed, expected);
    if (!unpacked) continue;
    for (const NamedContent& file : *unpacked) CHECK(std::ranges::find(expected, file.name) != expected.end());
  }
}

TEST_CASE("what is no tar is refused, and an empty one holds no files") {
  CHECK(kind_of(Bytes(4096, std::byte{0x41})) == ErrorKind::damaged_archive);
  const auto none = unpack(tar_of({}), expected);
  REQUIRE(none);
  CHECK(none->empty());
}

TEST_CASE("only plain names, each once, of bearable files are packed") {
  const auto refused = [](std::vector<NamedContent> given) {
    const auto packed = pack(given);
    return !packed && packed.error().kind == ErrorKind::usage;
  };
  for (const char* name : {"", ".", "..", "a/b", "a b", "-\n"}) {
    std::vector<NamedContent> given;
    given.push_back({name, {}});
    CHECK(refused(std::move(given)));
  }
  std::vector<NamedContent> twice;
  twice.push_back({"a", {}});
  twice.push_back({"a", {}});
  CHECK(refused(std::move(twice)));
  std::vector<NamedContent> large;
  large.push_back({"a", platform::SecretBytes(agent::limits::archived_file + 1)});
  CHECK(refused(std::move(large)));
  std::vector<NamedContent> many;
  for (std::size_t at = 0; at <= agent::limits::archived_files; ++at) many.push_back({"a" + std::to_string(at), {}});
  CHECK(refused(std::move(many)));
}

TEST_CASE("as many files as may be packed, each as large as it may be, can be") {
  std::vector<NamedContent> given;
  std::vector<std::string> names;
  for (std::size_t at = 0; at < agent::limits::archived_files; ++at) {
    names.push_back("a" + std::to_string(at));
    given.push_back({names.back(), platform::SecretBytes(agent::limits::archived_file)});
  }
  const auto unpacked = unpack(tar_of(given), names);
  REQUIRE(unpacked);
  CHECK(unpacked->size() == agent::limits::archived_files);
}
