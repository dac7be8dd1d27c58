// SPDX-License-Identifier: ISC
// Whether this host has what its configuration names: accounts, files and directories.
#pragma once

#include <string>
#include <vector>

#include "agent/config/config_file.h"
#include "agent/config/host.h"
#include "agent/config/options.h"

namespace agent {

/// One line each: "FILE:12: "tls.ca": what is wrong".
struct NamedProblems {
  std::vector<std::string> mistakes;
  std::vector<std::string> unknown;  // what this user may not look at
};

/// `host` is null if the host could not be examined. Reads certificates and the private key that belongs to them.
NamedProblems problems_of_named(const Options& options, const Settings& settings, const Host* host);

}  // namespace agent
