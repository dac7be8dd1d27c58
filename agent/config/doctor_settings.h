// SPDX-License-Identifier: ISC
// The table [doctor] of the configuration. Only `doctor` and `config` refuse
// what is wrong in it: no mistake here keeps Ops Manager from starting, or this host from answering its peers.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/config/mistake.h"
#include "platform/base/path.h"

namespace agent {

struct Options;

inline constexpr std::size_t most_backing_databases = 16;
inline constexpr std::size_t most_head_directories = 16;
inline constexpr std::size_t most_facilities = 64;
inline constexpr std::size_t most_patterns = 64;       // of one facility
inline constexpr std::chrono::days attested_for{100};  // as long as a drill of the key's backup counts

/// [doctor.ignore]: `HA403 = "no queryable restores here"`. Whether there is such a finding is decided elsewhere.
struct IgnoredFinding {
  std::string id;
  std::string reason;
  std::uint32_t line = 0;  // in the file
};

/// [doctor.attested]: `HA801 = "2026-11-01 restored on a test host"`.
struct AttestedFinding {
  std::string id;
  std::chrono::sys_days date;
  std::string text;  // with the date
  std::uint32_t line = 0;
};

/// [doctor.facilities]: `fra1 = ["*.fra1.example.com", "10.1.0.0/16"]`.
struct Facility {
  std::string name;
  std::vector<std::string> patterns;  // host names, *. and a domain, numeric addresses, networks
};

/// What is wrong has its default.
struct DoctorSettings {
  std::optional<std::string> url;  // to Access Ops Manager, when it is set in the Admin UI
  std::optional<platform::Path> ca;
  std::optional<std::string> facility;  // of this host
  bool database_login = false;
  std::optional<platform::Path> api_key_file;
  std::vector<std::string> backing_databases;  // URIs without a user
  std::vector<platform::Path> head_directories;
  std::vector<IgnoredFinding> ignored;
  std::vector<AttestedFinding> attested;
  std::vector<Facility> facilities;

  std::vector<Mistake> mistakes;
};

/// The table [doctor] of a configuration. Never fails: what is wrong is in DoctorSettings::mistakes. A text that is not
/// TOML has no such table, because that is a mistake of the whole file, which read_settings() finds.
DoctorSettings read_doctor_settings(std::string_view saved, std::string_view origin);
/// That of the configuration file. Empty where the file cannot be read, which read_settings() reports.
DoctorSettings read_doctor_settings(const Options& options);

}  // namespace agent
