// A directory that goes with its test, whatever stands in it by then.
#pragma once

#include <boost/filesystem/operations.hpp>

#include "platform/base/path.h"

namespace tests {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    // Links above it (macOS-like /tmp) would stand in every path that a test compares.
    path_ = boost::filesystem::canonical(boost::filesystem::temp_directory_path()) /
            boost::filesystem::unique_path("genkey-agent-test-%%%%-%%%%-%%%%");
    boost::filesystem::create_directory(path_);
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
