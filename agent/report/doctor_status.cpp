// SPDX-License-Identifier: ISC
#include "agent/report/doctor_status.h"

namespace agent {

namespace {

std::string in_brackets(const std::vector<std::string>& ids) {
  std::string text;
  for (const std::string& id : ids) text += (text.empty() ? " (" : ", ") + id;
  return text + ")";
}

void add(std::string& text, std::size_t count, const char* one, const char* several, const std::string& ids) {
  if (count == 0) return;
  text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + (count == 1 ? one : several) + ids;
}

std::string result_of(const DoctorNote& note, bool with_ids) {
  std::string text;
  add(text, count_in(note, DoctorResult::fault), "fault", "faults", with_ids ? in_brackets(note.faults) : "");
  add(text, count_in(note, DoctorResult::risk), "risk", "risks", with_ids ? in_brackets(note.risks) : "");
  if (!text.empty()) return text;
  text = "no faults or risks";
  // A run that could check little has found little.
  const std::size_t unknown = count_in(note, DoctorResult::unknown);
  return unknown == 0 ? text : text + ", " + std::to_string(unknown) + " not checked";
}

}  // namespace

std::string brief_result(const DoctorNote& note) { return result_of(note, false); }
std::string result_with_ids(const DoctorNote& note) { return result_of(note, true); }

}  // namespace agent
