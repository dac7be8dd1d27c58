// A directory that goes with its test, whatever stands in it by then.
#pragma once

#include <cstdlib>
#include <stdexcept>
#include <string>

#include <boost/filesystem/operations.hpp>

#include "platform/path.h"

namespace tests {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = (boost::filesystem::temp_directory_path() / "genkey-agent-test-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
    // Links above it (macOS-like /tmp) would stand in every path that a test compares.
    path_ = boost::filesystem::canonical(name);
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
