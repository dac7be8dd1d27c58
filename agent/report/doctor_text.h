// SPDX-License-Identifier: ISC
// doctor's report for people: what is not as it should be, a table of the hosts, and a line with the counts. No line is
// longer than a terminal of 80 columns, except for commands, text for files, and names.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/doctor/catalogue.h"
#include "agent/report/doctor_report.h"

namespace agent {

struct DoctorStyle {
  bool colour = false;
  bool all = false;         // also what is as it should be
  std::string all_command;  // shows all of it
  std::function<std::string(std::string_view id)> explain_command;
};
std::vector<std::string> doctor_lines(const DoctorReport& report, const DoctorStyle& style);

/// "1 fault, 0 risks, 5 not checked, 1 accepted, 31 as they should be".
std::string doctor_summary(const DoctorReport& report);

/// For --list.
std::vector<std::string> catalogue_lines(std::span<const CatalogueEntry> entries);
/// For --explain.
std::vector<std::string> explanation_of(const CatalogueEntry& entry);

}  // namespace agent
