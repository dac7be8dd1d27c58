#include "agent/gate/hook_line.h"

#include <algorithm>

#include "platform/host/shell.h"
#include "platform/ops_manager/mms_conf.h"

namespace agent {

namespace {

using platform::ErrorKind;
using platform::fail;
using platform::Result;

constexpr std::string_view beginning = "case \"${1:-}\" in start|restart|start_mms|start_backup_daemon|run) ";
constexpr std::string_view mark = " # genkey-agent hook";
// Where the last line had no end before: removing the hook takes the end away again.
constexpr std::string_view after_open_line = ", after a line without an end";

struct Line {
  std::string_view text;   // without its end
  std::string_view whole;  // with it
};

Line next_line(std::string_view rest) {
  const auto end = rest.find('\n');
  const std::string_view whole = rest.substr(0, end == std::string_view::npos ? end : end + 1);
  std::string_view text = whole;
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return {text, whole};
}

bool was_open(std::string_view line) { return line.ends_with(std::string(mark) + std::string(after_open_line)); }

bool is_hook(std::string_view line) {
  return line.starts_with("case \"${1:-}\" in start|") && (line.ends_with(mark) || was_open(line));
}

// A backslash would join our line to the last one, unless that is a comment.
bool is_continued(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  const std::string_view last = text.substr(text.rfind('\n') + 1);
  const auto first = last.find_first_not_of(" \t");
  if (first != std::string_view::npos && last[first] == '#') return false;
  const auto backslashes = last.size() - (last.find_last_not_of('\\') + 1);
  return backslashes % 2 == 1;
}

// What an assignment at the end would do tells whether a line there runs: our reader of the file knows.
bool runs_at_end(std::string_view text) {
  constexpr std::string_view probe = "/genkey-agent/probe";
  std::string probed(text);
  if (!probed.empty() && !probed.ends_with('\n')) probed += '\n';
  probed += "ENC_KEY_PATH=" + std::string(probe) + "\nMMS_USER=probe\n";
  const auto conf = platform::parse_mms_conf(probed, "");
  return conf && conf->enc_key_path == probe && !is_continued(text);
}

}  // namespace

Result<std::string> hook_line(const HookCall& call) {
  const std::string program = platform::shell_quoted(call.program.string());
  std::string line = std::string(beginning) + "if [ -x " + program + " ]; then " + program + " hook run" +
                     call.options + " ${ENC_KEY_PATH:+\"--key-file=$ENC_KEY_PATH\"} || exit 1; ";
  if (call.required) {
    const std::string why = "genkey-agent: " + call.program.string() +
                            " is not there, and Ops Manager must not start without it; mend it: install genkey-agent, "
                            "or delete its line from mms.conf";
    line += "else echo " + platform::shell_quoted(why) + " >&2; exit 1; ";
  }
  line += "fi ;; esac" + std::string(mark);
  const auto is_control = [](unsigned char c) { return c < ' ' || c == 0x7f; };
  if (std::ranges::any_of(line, is_control))
    return fail(ErrorKind::usage, "a path with a control character cannot stand in mms.conf");
  return line;
}

bool has_hook(std::string_view text) {
  while (!text.empty()) {
    const Line line = next_line(text);
    if (is_hook(line.text)) return true;
    text.remove_prefix(line.whole.size());
  }
  return false;
}

std::string without_hook(std::string_view text) {
  std::string kept;
  bool opens_last = false;
  while (!text.empty()) {
    const Line line = next_line(text);
    text.remove_prefix(line.whole.size());
    if (!is_hook(line.text)) {
      kept += line.whole;
    } else if (text.empty()) {
      opens_last = was_open(line.text);
    }
  }
  if (opens_last && kept.ends_with('\n')) kept.pop_back();
  return kept;
}

Result<std::string> with_hook(std::string_view text, const std::string& line, std::string_view origin) {
  std::string whole = without_hook(text);
  if (!runs_at_end(whole)) {
    return fail(ErrorKind::configuration, std::string(origin) +
                                              ": a quote, bracket, condition, here-document or line that is continued "
                                              "is still open at its end, so that a line after it might not run");
  }
  const bool open = !whole.empty() && !whole.ends_with('\n');
  if (open) whole += '\n';
  return whole + line + (open ? std::string(after_open_line) : "") + "\n";
}

}  // namespace agent
