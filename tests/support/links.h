// Symbolic links, which wine and an ordinary user of Windows cannot make.
#pragma once

#include <boost/filesystem/operations.hpp>

#include "tests/support/temporary_directory.h"

namespace tests {

inline bool can_make_links() {
  const TemporaryDirectory directory;
  boost::system::error_code error;
  boost::filesystem::create_symlink("target", directory.path() / "link", error);
  return !error;
}

}  // namespace tests
