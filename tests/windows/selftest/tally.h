// SPDX-License-Identifier: ISC
// The report: a line for each check, and how many checks failed.
#pragma once

#include <string>

namespace selftest {

class Tally {
 public:
  /// `seen` is what was found, and is printed when the check failed.
  void check(const std::string& name, bool good, const std::string& seen);
  /// The same for a check that depends on access lists. It is left out under wine, which keeps none.
  void check_kept(const std::string& name, bool good, const std::string& seen);
  void leave_out(const std::string& name, const std::string& reason);

  [[nodiscard]] int failed() const { return failed_; }
  [[nodiscard]] int passed() const { return passed_; }
  [[nodiscard]] int left_out() const { return left_out_; }

 private:
  int passed_ = 0;
  int failed_ = 0;
  int left_out_ = 0;
};

}  // namespace selftest
