// The words after the attack's name: an address where one is needed, then --option VALUE.
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
  /// Where to connect to, or where to listen; throws without one.
  [[nodiscard]] agent::Address address(const std::string& option) const;
  /// Of --identity FILE, or a new one.
  [[nodiscard]] agent::Identity identity() const;
  /// What to say of oneself: --name, --claimed-address, --standing 0|1|2, --generation N, --fleet HEX.
  [[nodiscard]] agent::Claim claim() const;

 private:
  std::map<std::string, std::string> options_;
};

}  // namespace adversary
