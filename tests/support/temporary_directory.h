// SPDX-License-Identifier: ISC
// A directory that is removed at the end of its test, with everything in it.
#pragma once

#include <boost/filesystem/operations.hpp>

#include "platform/base/path.h"

namespace tests {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    // If /tmp is a link, paths that the program resolves would differ from the test's.
    path_ = boost::filesystem::canonical(boost::filesystem::temp_directory_path()) /
            boost::filesystem::unique_path("genkey-agent-test-%%%%-%%%%-%%%%");
    boost::filesystem::create_directory(path_);
    // Without regard to the umask: the program refuses directories that others can write.
    boost::filesystem::permissions(path_, boost::filesystem::owner_all);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() {
    boost::system::error_code ignored;
    boost::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] const platform::Path& path() const { return path_; }

 private:
  platform::Path path_;
};

}  // namespace tests
