// SPDX-License-Identifier: ISC
#include "platform/ops_manager/start_log.h"

#include <algorithm>

#include "platform/base/ascii.h"
#include "platform/base/bytes.h"
#include "platform/files/log_end.h"

namespace platform {

namespace {

// The vendor's words; see the start script and the checks that it calls.
constexpr std::string_view good_words = "Successfully finished pre-flight checks";
constexpr std::string_view second_key_words = "Generating new Ops Manager private key";
constexpr std::string_view mismatch_words = "does not match the gen.key already used";

// "Pre-flight checks failed. Service can not start.", "Preflight check failed.", "Backup Daemon preflight check
// failed."
bool is_refusal(std::string_view line) {
  const std::string small = lower(line);
  return small.find("pre-flight checks failed") != std::string::npos ||
         small.find("preflight check failed") != std::string::npos;
}

bool has(std::string_view line, std::string_view words) { return line.find(words) != std::string_view::npos; }

void end_trouble(LogTrouble& trouble) {
  if (trouble == LogTrouble::after) trouble = LogTrouble::over;
}

Result<std::optional<StartTroubles>> read_start_log(const Path& path) {
  const auto text = read_log_end(path, start_log_read);
  if (!text && text.error().kind == ErrorKind::not_found) return std::nullopt;
  if (!text) return tl::unexpected(text.error());
  return scan_start_log(text_of(*text));
}

}  // namespace

StartTroubles scan_start_log(std::string_view text) {
  StartTroubles troubles;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (has(line, second_key_words)) troubles.second_key = LogTrouble::after;
    if (has(line, mismatch_words)) troubles.mismatch = LogTrouble::after;
    if (is_refusal(line)) troubles.refused = LogTrouble::after;
    if (!has(line, good_words)) continue;
    end_trouble(troubles.second_key);
    end_trouble(troubles.mismatch);
    end_trouble(troubles.refused);
  }
  return troubles;
}

Result<StartLogs> read_start_logs(const Installation& installation) {
  StartLogs logs;
  if (!installation.install_path || installation.layout == Layout::windows) return logs;
  const Path directory = *installation.install_path / "logs";
  logs.web = TRY(read_start_log(directory / "mms0-startup.log"));
  logs.daemon = TRY(read_start_log(directory / "daemon-startup.log"));
  return logs;
}

}  // namespace platform
