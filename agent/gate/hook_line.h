// The hook: one line at the end of conf/mms.conf, which every way to start Ops Manager sources as shell.
//
// The shell itself decides by the verb, which may follow options, so that nothing wrong with the agent can keep anybody
// from stopping Ops Manager or asking for its status. The line is POSIX shell, uses nothing that may be unset, and
// calls `genkey-agent hook run` with the key file that this very start would read
// (platform/ops_manager/sourced_conf.cpp recognises that call). Whether the line is reached is
// platform/ops_manager/hook_reach.h's to find out. Pure: bytes in, bytes out; a line that ends as Windows ends lines is
// found as well.
#pragma once

#include <string>
#include <string_view>

#include "platform/base/path.h"
#include "platform/base/result.h"

namespace agent {

struct HookCall {
  platform::Path program;  // absolute
  std::string options;     // as typed in a shell, each with a blank before it
  bool required = false;   // refuse to start where the program is not there
};
/// Without a line end. usage when something of it cannot stand in one line.
platform::Result<std::string> hook_line(const HookCall& call);

bool has_hook(std::string_view text);
/// `text` with `line` as its last one and no other of ours. configuration, naming `origin`, when its last line is
/// continued; whatever else may be open at its end, only a shell can tell (platform::check_end_of_conf).
platform::Result<std::string> with_hook(std::string_view text, const std::string& line, std::string_view origin);
/// As it was before, byte for byte.
std::string without_hook(std::string_view text);

}  // namespace agent
