// SPDX-License-Identifier: ISC
#include "platform/ops_manager/running_service.h"

#include "platform/accounts/windows/sid_lookup.h"
#include "platform/services/windows/services.h"

namespace platform {

namespace {

// A service of another account reads the key of another installation.
bool runs_as(const windows::InstalledService& service, const Account& account) {
  const auto sid = windows::find_sid(service.account);
  return sid && windows::number_of(*sid) == account.uid;
}

}  // namespace

// The service manager knows which process belongs to which service, so no command line has to be believed. The vendor's
// Windows services do not say which key file they read, and each installation has only one.
std::optional<RunningService> find_running_service(const Path&, const Account& service) {
  std::optional<RunningService> oldest;
  for (const std::string& name : windows::ops_manager_services()) {
    const auto found = windows::find_service(name);
    if (!found || !found->process || !runs_as(*found, service)) continue;
    if (!oldest || found->process->started < oldest->started)
      oldest = RunningService{static_cast<std::int32_t>(found->process->number), found->process->started};
  }
  return oldest;
}

ServicePart part_in(std::string_view /*command_line*/) { return ServicePart::other; }

std::optional<std::vector<RunningPart>> find_running_parts(const Path& /*key_file*/, const Account& /*service*/) {
  return std::nullopt;
}

}  // namespace platform
