// SPDX-License-Identifier: ISC
#include "agent/gate/hook_line.h"

#include <algorithm>

#include "platform/base/shell_word.h"
#include "platform/ops_manager/start_verbs.h"

namespace agent {

namespace {

using platform::ErrorKind;
using platform::fail;
using platform::Result;

// The vendor's script accepts options before its verb, so each word is examined until one of them is a verb. A hook
// that looked only at the first word would miss `--some-option start`.
constexpr std::string_view beginning = "for genkey_agent_word in \"$@\"; do case \"$genkey_agent_word\" in ";
// Named explicitly so that the search ends there: an argument after `stop` that happens to be called `start` must not
// ask the gate.
constexpr std::string_view other_verbs = "stop|stop_mms|stop_backup_daemon|status";
// Former versions wrote lines that took the first word for the verb. They are recognised so that an upgrade replaces
// them.
constexpr std::string_view former_beginning = "case \"${1:-}\" in start|";
constexpr std::string_view mark = " # genkey-agent hook";
// The file's last line had no end, and the hook had to give it one. The mark remembers that, so that removing the hook
// restores the file byte for byte.
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
  // An editor on Windows may have rewritten the file. Without this the hook would not be found, and a second one would
  // be added.
  if (text.ends_with('\r')) text.remove_suffix(1);
  return {text, whole};
}

bool was_open(std::string_view line) { return line.ends_with(std::string(mark) + std::string(after_open_line)); }

bool is_hook(std::string_view line) {
  // Both ends must fit. Somebody's own line that mentions the agent is never removed.
  return (line.starts_with(beginning) || line.starts_with(former_beginning)) &&
         (line.ends_with(mark) || was_open(line));
}

// A backslash at the end would join our line to the last one, which could make it part of a string. In a comment the
// shell ignores it.
bool is_continued(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  const std::string_view last = text.substr(text.rfind('\n') + 1);
  const auto first = last.find_first_not_of(" \t");
  if (first != std::string_view::npos && last[first] == '#') return false;
  const auto backslashes = last.size() - (last.find_last_not_of('\\') + 1);
  // Two backslashes are one escaped backslash and continue nothing.
  return backslashes % 2 == 1;
}

std::string starting_verbs() {
  std::string verbs;
  // One list for the hook and for the check whether the hook is reached. Two lists would differ one day.
  for (const std::string_view verb : platform::start_verbs) {
    if (!verbs.empty()) verbs += '|';
    verbs += verb;
  }
  return verbs;
}

}  // namespace

Result<std::string> hook_line(const HookCall& call) {
  const std::string program = platform::shell_quoted(call.program.string());
  // If the program is gone, the test `-x` lets the start go on: an uninstalled agent must not stop Ops Manager, unless
  // `required` asks for that. `exit` and not `return`, because `return` would only end the sourced file and the start
  // would go on.
  std::string line = std::string(beginning) + starting_verbs() + ") if [ -x " + program + " ]; then " + program +
                     " hook run" + call.options + " ${ENC_KEY_PATH:+\"--key-file=$ENC_KEY_PATH\"} || exit 1; ";
  if (call.required) {
    const std::string why = "genkey-agent: " + call.program.string() +
                            " is missing, and Ops Manager must not start without it; install genkey-agent, or delete "
                            "this line from mms.conf";
    line += "else echo " + platform::shell_quoted(why) + " >&2; exit 1; ";
  }
  line += "fi; break ;; " + std::string(other_verbs) + ") break ;; esac; done" + std::string(mark);
  // A line feed in a path would end the line, and the rest of it would be commands that root runs.
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
  // Only when the hook was the last line. A line that was added behind it since needs the line end.
  if (opens_last && kept.ends_with('\n')) kept.pop_back();
  return kept;
}

Result<std::string> with_hook(std::string_view text, const std::string& line, std::string_view origin) {
  // An old hook goes first, so that a second installation leaves one line and not two.
  std::string whole = without_hook(text);
  if (is_continued(whole)) {
    return fail(ErrorKind::configuration,
                std::string(origin) +
                    ": a line that is continued is still open at its end, so that it would take in "
                    "the line after it");
  }
  const bool open = !whole.empty() && !whole.ends_with('\n');
  if (open) whole += '\n';
  return whole + line + (open ? std::string(after_open_line) : "") + "\n";
}

}  // namespace agent
