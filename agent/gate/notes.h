// SPDX-License-Identifier: ISC
// Two small notes in the state directory, which root writes and everybody may read: the gate's last decision, and where
// the hook's line is. A lost note changes no decision of the gate.
//
//   gate.json   schema "genkey-agent/gate-note/1"
//   hook.json   schema "genkey-agent/hook-note/1"
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/gate/decision.h"
#include "platform/base/clock.h"
#include "platform/base/path.h"
#include "platform/base/result.h"

namespace agent {

struct GateNote {
  platform::Time decided;
  bool allowed = false;
  bool overridden = false;      // by --allow-next-start
  int code = 0;                 // the exit code of the decision
  std::vector<Reason> reasons;  // why it was refused; empty in a note of an earlier version
  bool file_was_wrong = false;  // refused because of this host's own key file, whatever peers said
  bool told = false;            // ensure has said how to start Ops Manager after this refusal
  std::string start;            // which start asked, see agent/gate/current_start.h; empty when nobody can tell
  platform::Path key_file;      // the file that was examined
  std::string stamp;            // its stamp before it was examined; empty when there was no file

  bool operator==(const GateNote&) const = default;
};

struct HookNote {
  platform::Path file;    // the mms.conf
  bool required = false;  // Ops Manager must not start without the agent

  bool operator==(const HookNote&) const = default;
};

std::string encode(const GateNote& note);
std::string encode(const HookNote& note);
/// configuration when the text is not such a note, or a member is out of its range.
platform::Result<GateNote> decode_gate_note(std::string_view text);
platform::Result<HookNote> decode_hook_note(std::string_view text);

/// Nothing when there is no note, or it cannot be read, understood or trusted.
std::optional<GateNote> load_gate_note(const platform::Path& state_directory);
std::optional<HookNote> load_hook_note(const platform::Path& state_directory);
/// Call them with the state lock held. denied when the caller may not write there.
platform::Result<void> save(const GateNote& note, const platform::Path& state_directory);
platform::Result<void> save(const HookNote& note, const platform::Path& state_directory);
platform::Result<void> forget_hook(const platform::Path& state_directory);

}  // namespace agent
