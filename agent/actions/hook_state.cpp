// SPDX-License-Identifier: ISC
#include "agent/actions/hook_state.h"

#include "agent/base/limits.h"
#include "agent/gate/hook_line.h"
#include "agent/gate/notes.h"
#include "platform/base/bytes.h"
#include "platform/files/file.h"
#include "platform/ops_manager/hook_reach.h"

namespace agent {

using platform::ErrorKind;
using platform::Path;

HookPart hook_part_of(const Host& host, const Path& conf, bool present) {
  HookPart part{.file = conf, .present = present};
  if (!present) return part;
  platform::Installation installation = host.installation;
  // The line is in force only for the key file that this host really uses, which an option may have named.
  installation.key_file = host.files.key_file;
  auto reach = platform::reach_of_hook(installation, host.options.root.value_or("/"));
  part.in_force = reach.in_force;
  part.problem = std::move(reach.problem);
  return part;
}

std::optional<HookPart> hook_part(const Host& host) {
  const auto note = load_hook_note(host.files.state_directory);
  // A hook that was never installed cannot be missing.
  if (!note) return std::nullopt;
  // If the installation is gone, the note still says where the line should be.
  const Path conf = platform::mms_conf_file(host.installation).value_or(note->file);
  const auto file = platform::read_file(conf, limits::mms_conf, platform::Links::follow);
  // A user who may not read the file cannot know. Status then does not claim that the hook is gone.
  const bool unknown = !file && file.error().kind == ErrorKind::denied;
  return hook_part_of(host, conf, unknown || (file && has_hook(platform::text_of(file->content))));
}

std::string what_stops(const HookPart& hook) {
  return "the hook in " + hook.file.string() + " is not in force: " + hook.problem;
}

}  // namespace agent
