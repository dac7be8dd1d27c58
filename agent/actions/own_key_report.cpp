// SPDX-License-Identifier: ISC
#include "agent/actions/own_key_report.h"

#include "agent/report/advice.h"

namespace agent {

using platform::ErrorKind;
using platform::fail;
using platform::Result;

Result<void> require_key(const Host& host, const keystore::Holding& holding) {
  if (holding.state == keystore::KeyState::absent) {
    const bool lost = has_had_key(holding);
    return fail(lost ? ErrorKind::lost_key : ErrorKind::no_key,
                std::string(lost ? "this host's key is missing" : "there is no key on this host") + ": " +
                    host.files.key_file.string() + " does not exist");
  }
  if (!holding.key) return tl::unexpected(*holding.key_problem);
  return {};
}

void tell_own_record(const Host& host, const keystore::Holding& holding, Report& report) {
  if (holding.record && !holding.is_recorded) {
    report.code = worst(report.code, exit_other_key);
    report.warn("the key on this host is not the one recorded for it",
                steps_for(ErrorKind::not_recorded, host.options));
  }
  if (const auto& problem = holding.record_problem) {
    report.code = worst(report.code, exit_code_for(problem->kind));
    report.warnings.push_back(message_about(*problem, host.options));
  }
}

}  // namespace agent
