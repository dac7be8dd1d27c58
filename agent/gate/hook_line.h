// SPDX-License-Identifier: ISC
// The hook: one line at the end of conf/mms.conf, which every way to start Ops Manager sources as shell.
//
// The shell itself decides by the verb, which may follow options. So a broken agent can keep nobody from stopping Ops
// Manager or asking for its status. The line is POSIX shell, uses nothing that may be unset, and calls `genkey-agent
// hook run` with the key file that this very start would read (platform/ops_manager/sourced_conf.cpp recognises that
// call). It does not promise that the line is reached; platform/ops_manager/hook_reach.h finds that out. Pure: bytes
// in, bytes out. Line ends of Windows are accepted.
#pragma once

#include <string>
#include <string_view>

#include "platform/base/path.h"
#include "platform/base/result.h"

namespace agent {

struct HookCall {
  platform::Path program;  // absolute
  std::string options;     // quoted for the shell, each with a blank before it
  bool required = false;   // refuse to start if the program is gone
};
/// Without a line end. usage when a path has a control character, which cannot stand in one line.
platform::Result<std::string> hook_line(const HookCall& call);

bool has_hook(std::string_view text);
/// `text` without any hook of ours and with `line` as its last line. configuration, naming `origin`, when its last line
/// is continued. Whether something else is open at its end, a quote for example, only a shell can tell
/// (platform::check_end_of_conf).
platform::Result<std::string> with_hook(std::string_view text, const std::string& line, std::string_view origin);
/// The text as it was before the hook came, byte for byte.
std::string without_hook(std::string_view text);

}  // namespace agent
