// SPDX-License-Identifier: ISC
#include "agent/report/doctor_report.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace agent {

DoctorReport doctor_report(platform::Time taken, bool complete, std::vector<DoctorFinding> findings,
                           std::vector<HostEvidence> hosts, std::vector<SeenDatabase> databases) {
  std::ranges::stable_sort(findings, {}, [](const DoctorFinding& one) {
    return std::tuple(one.result, one.id, std::string_view(one.object));
  });
  return {.taken = taken,
          .complete = complete,
          .findings = std::move(findings),
          .hosts = std::move(hosts),
          .databases = std::move(databases)};
}

DoctorCounts counts_of(const std::vector<DoctorFinding>& findings) {
  DoctorCounts counts{};
  for (const DoctorFinding& one : findings) ++counts.at(static_cast<std::size_t>(one.result));
  return counts;
}

DoctorNote note_of(const DoctorReport& report) {
  // The findings are sorted by result and id, so equal ids stand side by side.
  const auto ids_with = [&](DoctorResult result) {
    std::vector<std::string> ids;
    for (const DoctorFinding& one : report.findings) {
      if (one.result == result && (ids.empty() || ids.back() != one.id)) ids.emplace_back(one.id);
    }
    return ids;
  };
  return {.taken = report.taken,
          .version = GENKEY_AGENT_VERSION,
          .counts = counts_of(report.findings),
          .faults = ids_with(DoctorResult::fault),
          .risks = ids_with(DoctorResult::risk)};
}

ExitCode exit_code_for(DoctorResult result) {
  switch (result) {
    case DoctorResult::fault: return exit_fault;
    case DoctorResult::risk: return exit_attention;
    case DoctorResult::unknown:
    case DoctorResult::note:
    case DoctorResult::accepted:
    case DoctorResult::ok: return exit_done;
  }
  __builtin_unreachable();
}

ExitCode exit_code_for(const DoctorReport& report) {
  ExitCode code = exit_done;
  for (const DoctorFinding& one : report.findings) code = worst(code, exit_code_for(one.result));
  for (const HostEvidence& host : report.hosts) code = worst(code, exit_code_for(host.result, host.introduced));
  return code;
}

}  // namespace agent
