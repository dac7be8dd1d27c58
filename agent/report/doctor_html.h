// SPDX-License-Identifier: ISC
// doctor's report as one file of HTML, to hand on: everything that was checked, with its evidence. It loads nothing and
// runs nothing, and says so to the browser. Everything from outside is text in it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/report/doctor_report.h"
#include "agent/report/message.h"

namespace agent {

/// The warnings are those of the run, such as a key that is missing here; the version is that of genkey-agent. There is
/// no line end behind the last line.
std::string doctor_html(const DoctorReport& report, const std::vector<Message>& warnings, std::string_view version);

}  // namespace agent
