// SPDX-License-Identifier: ISC
// Reports and errors as JSON, for programs: one object and nothing else. agent/report/json.md documents the format.
// Members are added, but never renamed or given another meaning.
#pragma once

#include <string>

#include "agent/config/options.h"
#include "agent/report/report.h"
#include "platform/base/result.h"

namespace agent {

std::string to_json(const Report& report, const Options& options);
std::string error_to_json(const platform::Error& error, const Options& options);

}  // namespace agent
