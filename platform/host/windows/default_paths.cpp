// SPDX-License-Identifier: ISC
#include "platform/host/default_paths.h"

#include <cstdlib>

#include "platform/accounts/windows/object_security.h"
#include "platform/base/windows/system.h"
#include "platform/files/file.h"
#include "platform/host/typed_command.h"

namespace platform {

namespace {

// From the system and not from the environment, which the caller controls: an administrator must not read settings of a
// stranger.
Path known_folder(const KNOWNFOLDERID& id) {
  wchar_t* text = nullptr;
  const bool found = SHGetKnownFolderPath(id, KF_FLAG_DONT_VERIFY, nullptr, &text) == S_OK;
  Path path = found ? Path(text) : Path();
  CoTaskMemFree(text);
  return path;
}

Path common() { return known_folder(FOLDERID_ProgramData) / "genkey-agent"; }
Path personal() { return known_folder(FOLDERID_LocalAppData) / "genkey-agent"; }

}  // namespace

Path default_config_file() { return common() / "genkey-agent.toml"; }
Path default_state_directory() { return common() / "state"; }

Result<void> check_default_paths() {
  const auto facts = facts_of(common());
  constexpr std::uint32_t writable_by_others = 0022;
  // A directory that does not exist yet is made with the right access list.
  if (!facts || windows::is_wine() || (facts->uid == 0 && (facts->mode & writable_by_others) == 0)) return {};
  return fail(ErrorKind::unsafe_path,
              common().string() + " belongs to " + user_name(facts->uid) +
                  ", or others than administrators can write there, so nothing in it is believed; "
                  "an administrator puts it aside and looks through what is in it: " +
                  typed_move(common().string(), common().string() + ".untrusted"));
}

Path personal_config_directory() { return personal(); }
Path personal_state_directory() { return personal() / "state"; }
// LocalSystem by its SID, because its name is translated. Only it can read the key, so the listener, which must read
// the key once, can have no other account. It gives up that account's privileges instead (become()).
std::string_view agent_account_name() { return "S-1-5-18"; }
std::string_view trial_account_name() { return agent_account_name(); }

}  // namespace platform
