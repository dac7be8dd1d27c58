// SPDX-License-Identifier: ISC
// A status for people: the verdict on the first line, then what to do, then a table. Everything is on standard output,
// in at most 80 columns except for long paths and commands.
#pragma once

#include <string>

#include "agent/report/report.h"

namespace agent {

struct StatusStyle {
  bool colour = false;   // of the verdict's word alone, which says the same without it
  bool verbose = false;  // all peers, and what a person needs for a bug report
  bool quiet = false;    // the first line alone
};

std::string status_text(const Report& status, const StatusStyle& style);

}  // namespace agent
