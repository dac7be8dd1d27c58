// SPDX-License-Identifier: ISC
#include "agent/base/public_note.h"

#include "platform/accounts/account.h"

namespace agent {

platform::Result<void> save_public_note(const platform::Path& path, std::string_view text) {
  return platform::install_file({.path = path,
                                 .content = platform::view_of(text),
                                 .uid = platform::current_user(),
                                 .gid = platform::current_group(),
                                 .mode = 0644,
                                 .existing = platform::NewFile::Existing::replace});
}

}  // namespace agent
