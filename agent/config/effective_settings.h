// SPDX-License-Identifier: ISC
// Every setting with the value that counts, and where it comes from: an option, a variable, the file or a default.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/config/doctor_settings.h"
#include "agent/config/host.h"
#include "agent/config/options.h"

namespace agent {

enum class Origin : std::uint8_t { by_default, file, variable, option };
inline constexpr Names<Origin> origin_names("default", "file", "variable", "option");

struct Setting {
  std::string key;                   // "gate.policy"
  std::optional<std::string> value;  // as the configuration file writes it; nothing where there is none
  Origin origin = Origin::by_default;
  std::string where;  // "FILE:12", the name of the variable or of the option; empty for a default
};

/// In the order of the documentation. The host's own facts, such as its name, come from `host`. Without it, because it
/// could not be examined, they have no value where the configuration gives none.
std::vector<Setting> effective_settings(const Options& options, const Settings& settings, const Host* host);

/// Those of [doctor], which are in a table of their own. `settings` knows their lines.
std::vector<Setting> effective_settings(const Options& options, const Settings& settings, const DoctorSettings& doctor);

/// Whether only "set" or "not set" is shown. The setting names a file with a secret, and people paste the secret itself
/// into the wrong line.
bool may_hold_secret(const Setting& setting);
/// "default", or where the value comes from: "/etc/genkey-agent/genkey-agent.toml:12".
std::string origin_text(const Setting& setting);

/// Whether the listener uses the setting. It reads the configuration once, at its start; other commands read it each
/// time.
bool is_for_listener(const Setting& setting);

}  // namespace agent
