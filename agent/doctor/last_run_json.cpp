// SPDX-License-Identifier: ISC
#include <algorithm>

#include <nlohmann/json.hpp>

#include "agent/doctor/last_run.h"
#include "platform/base/enum_count.h"

namespace agent {

namespace {

using nlohmann::json;
using platform::ErrorKind;
using platform::fail;
using platform::Result;

constexpr std::string_view schema = "genkey-agent/doctor-note/1";
constexpr std::size_t longest_version = 64;
// More than any catalogue and any fleet has.
constexpr std::size_t most_ids = 1000;
constexpr std::uint64_t most_findings = 10'000'000;
// The last second of the year 9999. A later year would not fit the format in which times are printed.
constexpr std::uint64_t last_second = 253'402'300'799;

std::optional<std::uint64_t> number_in(const json& object, std::string_view member, std::uint64_t largest) {
  const auto found = object.find(member);
  if (found == object.end() || !found->is_number_unsigned()) return std::nullopt;
  const auto number = found->get<std::uint64_t>();
  return number <= largest ? std::optional(number) : std::nullopt;
}

// What is read here is printed on terminals and by monitoring.
std::optional<std::string> version_in(const json& object) {
  const auto found = object.find("version");
  if (found == object.end() || !found->is_string()) return std::nullopt;
  auto version = found->get<std::string>();
  const bool is_plain = std::ranges::all_of(version, [](unsigned char c) { return c > ' ' && c < 0x7f; });
  return is_plain && version.size() <= longest_version ? std::optional(std::move(version)) : std::nullopt;
}

// "HA203". The id may be one of a later version.
bool is_id(const json& value) {
  if (!value.is_string()) return false;
  const auto& text = value.get_ref<const std::string&>();
  return text.size() == 5 && text.starts_with("HA") &&
         std::ranges::all_of(text.substr(2), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<std::vector<std::string>> ids_in(const json& object, const char* member) {
  const auto found = object.find(member);
  if (found == object.end() || !found->is_array() || found->size() > most_ids) return std::nullopt;
  if (!std::ranges::all_of(*found, is_id)) return std::nullopt;
  return found->get<std::vector<std::string>>();
}

std::optional<DoctorCounts> counts_in(const json& object) {
  const auto found = object.find("counts");
  if (found == object.end() || !found->is_object()) return std::nullopt;
  DoctorCounts counts{};
  for (const DoctorResult result : platform::all_of<DoctorResult>()) {
    const auto number = number_in(*found, doctor_results.of(result), most_findings);
    if (!number) return std::nullopt;
    counts.at(static_cast<std::size_t>(result)) = *number;
  }
  return counts;
}

}  // namespace

std::string encode(const DoctorNote& note) {
  json counts = json::object();
  for (const DoctorResult result : platform::all_of<DoctorResult>())
    counts[std::string(doctor_results.of(result))] = count_in(note, result);
  const json object = {{"schema", schema},        {"taken", note.taken.time_since_epoch().count()},
                       {"version", note.version}, {"counts", std::move(counts)},
                       {"faults", note.faults},   {"risks", note.risks}};
  return object.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

Result<DoctorNote> decode_doctor_note(std::string_view text) {
  const json object = json::parse(text, nullptr, false);
  if (!object.is_object() || object.value("schema", json()) != schema)
    return fail(ErrorKind::configuration, "this is not a file of " + std::string(schema));
  const auto taken = number_in(object, "taken", last_second);
  const auto version = version_in(object);
  const auto counts = counts_in(object);
  const auto faults = ids_in(object, "faults");
  const auto risks = ids_in(object, "risks");
  if (!taken || !version || !counts || !faults || !risks)
    return fail(ErrorKind::configuration, "this note of doctor has a member that cannot be");
  DoctorNote note{.taken = platform::Time(std::chrono::seconds(*taken)),
                  .version = *version,
                  .counts = *counts,
                  .faults = *faults,
                  .risks = *risks};
  // "0 faults (HA203)" would say nothing that can be believed.
  const auto agree = [&](DoctorResult result, const std::vector<std::string>& ids) {
    return ids.size() <= count_in(note, result) && ids.empty() == (count_in(note, result) == 0);
  };
  if (!agree(DoctorResult::fault, note.faults) || !agree(DoctorResult::risk, note.risks))
    return fail(ErrorKind::configuration, "the counts in this note of doctor do not match its findings");
  return note;
}

}  // namespace agent
