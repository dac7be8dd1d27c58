// The report: a line for each thing that was judged, and how many were not as they should be.
#pragma once

#include <string>

namespace selftest {

class Judgements {
 public:
  /// `seen` is what was found instead.
  void judge(const std::string& name, bool good, const std::string& seen);
  /// The same where it depends on access lists: wine keeps none, so nothing is judged there.
  void judge_kept(const std::string& name, bool good, const std::string& seen);
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
