// SPDX-License-Identifier: ISC
// What doctor's last complete run found, on disk: root writes it, everybody reads it, damage is no answer.
#include "agent/doctor/last_run.h"

#include <fstream>

#include <boost/filesystem/operations.hpp>
#include <doctest/doctest.h>

#include "platform/files/file.h"
#include "tests/support/temporary_directory.h"

using agent::decode_doctor_note;
using agent::DoctorNote;
using platform::ErrorKind;

namespace {

DoctorNote sample() {
  return {.taken = platform::Time(std::chrono::seconds(1'700'000'000)),
          .version = "1.2.3",
          .counts = {3, 1, 5, 0, 1, 31},
          .faults = {"HA203", "HA104"},
          .risks = {"HA103"}};
}

std::string with(std::string text, const std::string& old, const std::string& changed) {
  const auto at = text.find(old);
  REQUIRE(at != std::string::npos);
  return text.replace(at, old.size(), changed);
}

void check_refused(const std::string& text) {
  CAPTURE(text);
  const auto note = decode_doctor_note(text);
  REQUIRE_FALSE(note);
  CHECK(note.error().kind == ErrorKind::configuration);
}

}  // namespace

TEST_CASE("everybody may read a note of doctor, and its owner alone writes it") {
  const tests::TemporaryDirectory directory;
  REQUIRE(save(sample(), directory.path()));
  CHECK(platform::facts_of(directory.path() / "doctor.json")->mode == 0644);
}

TEST_CASE("a note of doctor comes back as it was written") {
  const tests::TemporaryDirectory directory;
  CHECK_FALSE(agent::load_doctor_note(directory.path()));
  REQUIRE(save(sample(), directory.path()));
  CHECK(agent::load_doctor_note(directory.path()) == sample());
  DoctorNote later = sample();
  later.faults.clear();
  later.counts = {0, 1, 0, 0, 0, 31};
  REQUIRE(save(later, directory.path()));
  CHECK(agent::load_doctor_note(directory.path()) == later);
}

TEST_CASE("a note of doctor with a member that cannot be is none") {
  const std::string good = encode(sample());
  REQUIRE(decode_doctor_note(good));
  for (const char* text : {"", "{", "[]", "{}", "\xff", R"({"schema":"genkey-agent/doctor-note/2"})"})
    check_refused(text);
  check_refused(with(good, "1700000000", "-5"));
  check_refused(with(good, "1700000000", "1e300"));
  check_refused(with(good, "1700000000", "253402300800"));
  check_refused(with(good, "1.2.3", "1\\u001b[31m"));
  check_refused(with(good, "1.2.3", std::string(65, '1')));
  check_refused(with(good, "\"version\"", "\"versions\""));
  check_refused(with(good, "\"ok\": 31", "\"ok\": \"31\""));
  check_refused(with(good, "\"ok\": 31", "\"ok\": -1"));
  check_refused(with(good, "\"ok\": 31", "\"right\": 31"));
  for (const char* id : {"HA20", "HA2033", "ha203", "HA2o3", "HA20\\u001b", ""}) check_refused(with(good, "HA203", id));
  check_refused(with(good, "\"HA103\"", "103"));
}

TEST_CASE("a note of doctor whose counts do not match its ids is none") {
  const std::string good = encode(sample());
  check_refused(with(good, "\"fault\": 3", "\"fault\": 0"));
  check_refused(with(good, "\"fault\": 3", "\"fault\": 1"));
  check_refused(with(good, "\"risk\": 1", "\"risk\": 0"));
  DoctorNote nameless = sample();
  nameless.risks.clear();
  check_refused(encode(nameless));
}

TEST_CASE("a damaged note of doctor, and one behind a link, count as absent") {
  const tests::TemporaryDirectory directory;
  const platform::Path path = directory.path() / "doctor.json";
  std::ofstream(path.string()) << encode(sample()).substr(0, 40);
  CHECK_FALSE(agent::load_doctor_note(directory.path()));
  boost::filesystem::remove(path);
  std::ofstream((directory.path() / "elsewhere").string()) << encode(sample());
  boost::filesystem::create_symlink("elsewhere", path);
  CHECK_FALSE(agent::load_doctor_note(directory.path()));
}
