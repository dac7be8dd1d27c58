// SPDX-License-Identifier: ISC
// What is taken from the headers of an answer: signs of a cache, names of cookies, and digests of what a server makes
// anew each time.
#pragma once

#include <string>
#include <string_view>

#include "agent/doctor/program_request.h"

namespace agent::doctor_program {

class Headers {
 public:
  /// One line, with or without its end. A status line begins a new answer: what came before was an interim one.
  void take(std::string_view line);

  /// Sets hit, cookies and witness, but for the body's digest.
  void describe(HttpAnswer& answer) const;
  [[nodiscard]] const std::string& location() const { return location_; }

 private:
  void take_field(std::string_view name, std::string_view value);

  HttpAnswer taken_;
  std::string set_cookies_;
  std::string location_;
};

/// In hex; empty for no bytes.
std::string digest_of(std::string_view text);

}  // namespace agent::doctor_program
