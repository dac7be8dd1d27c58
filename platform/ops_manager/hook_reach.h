// SPDX-License-Identifier: ISC
// Whether every start of Ops Manager reaches the hook's command in mms.conf, with the key file that Ops Manager then
// reads. The file is sourced as the start script does (sourced_conf.h), with each verb that starts something, alone and
// after an option. The hook's command is not run.
//
// It does not promise more than sourced_conf.h: a file that decides by the time or the caller's environment may come to
// another result in a real start.
#pragma once

#include <string>

#include "platform/base/path.h"
#include "platform/ops_manager/installation.h"

namespace platform {

struct HookReach {
  bool in_force = false;
  std::string problem;  // the reason if it is not in force, or if that cannot be found out
};

/// `root` is that of the InstallationRequest. Starts a shell; call it before this process holds a secret.
HookReach reach_of_hook(const Installation& installation, const Path& root);

}  // namespace platform
