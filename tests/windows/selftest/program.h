// SPDX-License-Identifier: ISC
// genkey-agent.exe as a person types it, with a key file and a state directory of the test's own.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/base/path.h"
#include "platform/base/windows/handle.h"
#include "tests/windows/selftest/tally.h"

namespace selftest {

struct Outcome {
  int code = -1;
  std::string said;  // on both streams

  [[nodiscard]] bool says(const std::string& words) const { return said.find(words) != std::string::npos; }
  [[nodiscard]] bool is_good() const { return code == 0 || code == 10; }
  [[nodiscard]] std::string text() const { return "exit " + std::to_string(code) + "\n" + said; }
};

class Program {
 public:
  /// `directory` holds its configuration and its output. Nothing of an installed genkey-agent is used.
  Program(platform::Path file, platform::Path directory);

  [[nodiscard]] Outcome run(const std::string& words) const;
  /// The same program with this key file and state directory instead.
  [[nodiscard]] Program on(const platform::Path& key_file, const std::string& state) const;

  [[nodiscard]] const platform::Path& key_file() const { return key_file_; }
  [[nodiscard]] platform::Path state() const { return directory_ / state_; }

 private:
  platform::Path file_;
  platform::Path directory_;
  platform::Path key_file_;
  std::string state_ = "state";
};

/// Checks for exit code 0, or 10, which means that something else on this host needs attention.
void check_good(Tally& tally, const std::string& name, const Outcome& outcome);

}  // namespace selftest
