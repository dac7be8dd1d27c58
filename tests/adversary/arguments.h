// SPDX-License-Identifier: ISC
// The options after the attack's name, each as --option VALUE.
#pragma once

#include <map>
#include <string>

#include "agent/protocol/address.h"
#include "agent/protocol/claim.h"
#include "agent/transport/identity.h"

namespace adversary {

class Arguments {
 public:
  /// Throws std::runtime_error when an option has no value.
  Arguments(int count, const char* const* words);

  [[nodiscard]] std::string text(const std::string& option, const std::string& otherwise = "") const;
  [[nodiscard]] std::size_t number(const std::string& option, std::size_t otherwise) const;
  /// The address to connect to, or to listen on. Throws when the option is missing or is not an address.
  [[nodiscard]] agent::Address address(const std::string& option) const;
  /// The identity in --identity FILE, or a new identity.
  [[nodiscard]] agent::Identity identity() const;
  /// The claim to send: --name, --claimed-address, --standing 0|1|2, --generation N, --fleet HEX.
  [[nodiscard]] agent::Claim claim() const;

 private:
  std::map<std::string, std::string> options_;
};

}  // namespace adversary
