// SPDX-License-Identifier: ISC
#include "tests/adversary/arguments.h"

#include <algorithm>
#include <stdexcept>

#include "platform/base/bytes.h"

namespace adversary {

Arguments::Arguments(int count, const char* const* words) {
  for (int at = 0; at < count; at += 2) {
    if (at + 1 >= count) throw std::runtime_error(std::string(words[at]) + " wants a value");
    options_[words[at]] = words[at + 1];
  }
}

std::string Arguments::text(const std::string& option, const std::string& otherwise) const {
  const auto found = options_.find(option);
  return found == options_.end() ? otherwise : found->second;
}

std::size_t Arguments::number(const std::string& option, std::size_t otherwise) const {
  const auto found = options_.find(option);
  return found == options_.end() ? otherwise : std::stoul(found->second);
}

agent::Address Arguments::address(const std::string& option) const {
  auto address = agent::parse_address(text(option));
  if (!address) throw std::runtime_error(option + ": " + address.error().message);
  return *address;
}

agent::Identity Arguments::identity() const {
  const std::string file = text("--identity");
  auto identity = file.empty() ? agent::Identity::generate("adversary") : agent::Identity::load(platform::Path(file));
  if (!identity) throw std::runtime_error(identity.error().message);
  return std::move(*identity);
}

agent::Claim Arguments::claim() const {
  agent::Claim claim{.generation = static_cast<std::uint32_t>(number("--generation", 1)),
                     .standing = static_cast<keystore::Standing>(number("--standing", 2)),
                     .name = text("--name", "liar"),
                     .address = text("--claimed-address", "liar.example.com:27424")};
  const auto fleet = platform::hex_decode(text("--fleet"));
  if (fleet && fleet->size() == claim.fleet.bytes.size()) std::ranges::copy(*fleet, claim.fleet.bytes.begin());
  return claim;
}

}  // namespace adversary
