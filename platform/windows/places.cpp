#include "platform/places.h"

#include <cstdlib>

#include "platform/windows/system.h"

#include <shlobj.h>

namespace platform {

namespace {

// From the system, not from the environment, which whoever starts the program chooses.
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
Path personal_config_directory() { return personal(); }
Path personal_state_directory() { return personal() / "state"; }
// LocalSystem, under whatever name this Windows' language has for it: it alone reads the key, so the listener, which
// must read it once, can have no other account. It gives up that account's privileges instead (become()).
std::string_view agent_account_name() { return "S-1-5-18"; }
std::string_view trial_account_name() { return agent_account_name(); }

}  // namespace platform
