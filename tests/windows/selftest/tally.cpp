// SPDX-License-Identifier: ISC
#include "tests/windows/selftest/tally.h"

#include <iostream>

#include "platform/accounts/windows/object_security.h"

namespace selftest {

void Tally::check(const std::string& name, bool good, const std::string& seen) {
  ++(good ? passed_ : failed_);
  std::cout << (good ? "passed  " : "FAILED  ") << name << '\n';
  if (!good) std::cout << seen << std::endl;
}

void Tally::check_kept(const std::string& name, bool good, const std::string& seen) {
  if (platform::windows::is_wine()) return leave_out(name, "wine keeps no access lists");
  check(name, good, seen);
}

void Tally::leave_out(const std::string& name, const std::string& reason) {
  ++left_out_;
  std::cout << "not checked here  " << name << " (" << reason << ")\n";
}

}  // namespace selftest
