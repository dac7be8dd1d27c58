// SPDX-License-Identifier: ISC
#include "agent/doctor/own_access_log.h"

#include <algorithm>
#include <array>

#include "agent/base/doctor_limits.h"
#include "platform/base/clock.h"
#include "platform/files/file.h"
#include "platform/files/file_end.h"
#include "platform/files/listing.h"

namespace agent {

namespace {

using platform::ErrorKind;
using platform::fail;
using platform::FileFacts;
using platform::FileType;
using platform::Path;
using platform::Result;

bool is_recent(const FileFacts& facts, std::chrono::seconds most) {
  const auto written = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::nanoseconds(facts.changed_ns));
  return platform::now().time_since_epoch() - written <= most;
}

// The newest log that was put aside within the last minute. A compressed one would show nothing.
std::optional<Path> predecessor(const Path& directory) {
  const auto listed = platform::list_directory(directory, limits::rotated_logs);
  if (!listed) return std::nullopt;
  std::optional<Path> newest;
  std::int64_t changed = 0;
  for (const platform::ListedFile& file : *listed) {
    const bool fits = file.facts.type == FileType::regular && is_recent(file.facts, limits::log_rotated);
    if (!fits || file.facts.changed_ns < changed || !file.name.starts_with("mms0-access")) continue;
    changed = file.facts.changed_ns;
    newest = directory / file.name;
  }
  return newest;
}

// What shows the query or the agent. A word, because %requestURI shows neither.
constexpr std::array<std::string_view, 6> showing = {"common",      "combined",     "%r",
                                                     "%requestURL", "%queryString", "%i{User-Agent}"};

bool names(std::string_view pattern, std::string_view word) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  for (auto at = pattern.find(word); at != std::string_view::npos; at = pattern.find(word, at + 1)) {
    const auto behind = at + word.size();
    if (behind == pattern.size() || !is_letter(pattern[behind])) return true;
  }
  return false;
}

Result<std::string> end_of(const Path& file) {
  const auto bytes = TRY(platform::read_end_of_file(file, limits::access_log));
  return std::string(platform::text_of(bytes));
}

}  // namespace

Result<Probes> own_probes(const platform::Installation& installation) {
  if (!installation.install_path) return fail(ErrorKind::not_installed, "no installation of Ops Manager is known");
  const Path logs = *installation.install_path / "logs";
  const Path file = logs / "mms0-access.log";
  const FileFacts facts = TRY(platform::facts_of(file));
  std::string text;
  // A failure to read what was put aside only leaves lines out, and doctor notices that they are missing.
  if (const auto earlier = predecessor(logs / "http_access")) text = end_of(*earlier).value_or("");
  if (!text.empty() && !text.ends_with('\n')) text += '\n';
  if (is_recent(facts, limits::probe_life)) text += TRY(end_of(file));
  return probes_in(text);
}

Facts probe_facts(const platform::Installation& installation) {
  const auto probes = own_probes(installation);
  return probes ? facts_of(*probes) : Facts();
}

std::string log_pattern(const platform::Installation& installation) {
  if (!installation.install_path) return "";
  const auto file = platform::read_file(*installation.install_path / "conf" / "logback-access.xml",
                                        limits::logback_file, platform::Links::refuse);
  return file ? explain_pattern(platform::text_of(file->content)) : "";
}

std::string explain_pattern(std::string_view configuration) {
  constexpr std::string_view opening = "<pattern>";
  const auto at = configuration.find(opening);
  if (at == std::string_view::npos) return "";
  const std::string_view rest = configuration.substr(at + opening.size());
  const std::string_view pattern = rest.substr(0, rest.find('<'));
  const bool any = std::ranges::any_of(showing, [&](std::string_view each) { return names(pattern, each); });
  return any ? "" : "the pattern in conf/logback-access.xml shows neither the query nor the header User-Agent";
}

}  // namespace agent
