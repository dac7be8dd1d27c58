// SPDX-License-Identifier: ISC
#include "tests/windows/selftest/judgements.h"

#include <iostream>

#include "platform/accounts/windows/object_security.h"

namespace selftest {

void Judgements::judge(const std::string& name, bool good, const std::string& seen) {
  ++(good ? passed_ : failed_);
  std::cout << (good ? "passed  " : "FAILED  ") << name << '\n';
  if (!good) std::cout << seen << std::endl;
}

void Judgements::judge_kept(const std::string& name, bool good, const std::string& seen) {
  if (platform::windows::is_wine()) return leave_out(name, "wine keeps no access lists");
  judge(name, good, seen);
}

void Judgements::leave_out(const std::string& name, const std::string& reason) {
  ++left_out_;
  std::cout << "not judged here  " << name << " (" << reason << ")\n";
}

}  // namespace selftest
