// SPDX-License-Identifier: ISC
// What `config check` finds, also for `setup`, which checks what it wrote.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/actions/listener_settings.h"
#include "agent/config/host.h"
#include "agent/config/options.h"
#include "agent/report/exit_code.h"
#include "agent/report/report.h"
#include "platform/base/path.h"

namespace agent {

struct ConfigurationCheck {
  platform::Path file;
  bool present = false;
  std::vector<std::string> mistakes;    // each with its place: "FILE:12: what is wrong"
  std::vector<std::string> unresolved;  // peers whose names have no address, in the same form
  std::vector<std::string> notes;       // why something could not be looked at
  ListenerComparison listener;

  [[nodiscard]] ExitCode code() const;
};

/// Reads the configuration as every command does, and looks up the names of the peers. Takes a few seconds at most.
ConfigurationCheck check_configuration(const Options& options);
/// The lines for people.
std::vector<std::string> lines_of(const ConfigurationCheck& check);
/// The members of the report, as agent/report/json.md describes them.
std::vector<OwnMember> members_of(const ConfigurationCheck& check);

}  // namespace agent
