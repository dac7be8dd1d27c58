// Whether every start of Ops Manager comes by the hook's command in mms.conf, with the key file that Ops Manager then
// reads. Found out by sourcing the file as the start script does (sourced_conf.h), with each verb that starts
// something, alone and after an option; the hook's command is not run.
#pragma once

#include <string>

#include "platform/base/path.h"
#include "platform/ops_manager/installation.h"

namespace platform {

struct HookReach {
  bool in_force = false;
  std::string problem;  // why not, or why nobody can tell
};

/// `root` is the one of the InstallationRequest.
HookReach reach_of_hook(const Installation& installation, const Path& root);

}  // namespace platform
