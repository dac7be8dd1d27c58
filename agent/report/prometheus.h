// SPDX-License-Identifier: ISC
// Status as metrics in Prometheus' text format, for node_exporter's textfile collector.
#pragma once

#include <string>

#include "agent/report/report.h"

namespace agent {

std::string to_prometheus(const Report& status);

}  // namespace agent
