// SPDX-License-Identifier: ISC
#include "platform/audit/windows/icacls.h"

#include "platform/accounts/windows/sid.h"
#include "platform/base/windows/path_rules.h"

namespace platform::windows {

namespace {

using Kind = FindingKind;

// A program that splits its command line reads a backslash before a quote as part of the quote, so "C:\" needs one
// more.
std::string quoted(const std::string& text) { return "\"" + text + (text.ends_with('\\') ? "\\\"" : "\""); }

// /reset removes every explicit entry, /inheritance:r what the directory above gives, and /grant:r adds the right
// entries. The commands stand one after another, because the word that joins commands in cmd is an error in Windows
// PowerShell. A whole drive or share is not ours to close, so a root has no command.
std::optional<std::string> reset_command(const Finding& finding, std::string_view reader) {
  if (is_root(finding.path.string())) return std::nullopt;
  const bool is_directory = finding.type == FileType::directory;
  const std::string path = quoted(finding.path.string());
  const std::string flags = is_directory ? "(OI)(CI)" : "";
  const auto grant = [&](std::string_view sid, const char* rights) {
    return " " + quoted("*" + std::string(sid) + ":" + flags + rights);
  };
  std::string command = "icacls " + path + " /setowner " + quoted("*" + text_of(administrators_sid())) +
                        "; then: icacls " + path + " /reset; then: icacls " + path + " /inheritance:r /grant:r" +
                        grant(text_of(system_sid()), "F") + grant(text_of(administrators_sid()), "F");
  const auto sid = parse_sid(reader);
  // SYSTEM and Administrators have full access already.
  if (sid && !is_administrative(*sid)) command += grant(reader, is_directory ? "RX" : "R");
  return command;
}

}  // namespace

std::optional<std::string> icacls_command(const Finding& finding, std::string_view reader) {
  switch (finding.kind) {
    case Kind::wrong_owner:
    case Kind::service_cannot_read:
    case Kind::readable_by_group:
    case Kind::readable_by_others:
    case Kind::writable_by_others:
    case Kind::executable:
    case Kind::special_bits:
    case Kind::extended_acl:
    case Kind::directory_writable:
    case Kind::directory_owner: return reset_command(finding, reader);
    case Kind::immutable: return "attrib -R " + quoted(finding.path.string());
    case Kind::missing:
    case Kind::not_regular:
    case Kind::several_names:
    case Kind::wrong_size:
    case Kind::link_in_path:
    case Kind::network_file_system:
    case Kind::memory_file_system:
    case Kind::second_candidate:
    case Kind::stray_copy:
    case Kind::alternate_stream: return std::nullopt;
  }
  __builtin_unreachable();
}

}  // namespace platform::windows
