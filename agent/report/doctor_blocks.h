// SPDX-License-Identifier: ISC
// Findings of doctor that people are shown together: the same finding of several objects, or unknown ones that lack the
// same.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "agent/report/doctor_report.h"

namespace agent {

/// Never empty. It points into the report.
struct DoctorBlock {
  std::vector<const DoctorFinding*> findings;
  [[nodiscard]] const DoctorFinding& first() const { return *findings.front(); }
};

/// In the order of the report. Without `all`, what is as it should be is left out.
std::vector<DoctorBlock> blocks_of(const DoctorReport& report, bool all);

/// Nothing can be read that would decide it, and nobody has attested it yet.
bool waits_for_a_person(const DoctorFinding& finding);

/// Each once.
std::vector<std::string> ids_of(const DoctorBlock& block);
std::vector<std::string> reasons_of(const DoctorBlock& block);

/// "whether every host sets the header"; of what can only be unknown its title.
std::string what_is_unknown(const CatalogueEntry& entry);

/// "om1, om2 and 3 more: the certificate expires soon".
std::string headline_of(const DoctorBlock& block, std::size_t objects_listed);

}  // namespace agent
