#include <algorithm>
#include <array>
#include <ctime>
#include <string>

#include "keystore/age/identity.h"

namespace keystore::age {

namespace {

// RFC 3339, in UTC.
std::string written(std::chrono::sys_seconds moment) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(moment);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

}  // namespace

NewIdentity new_identity(std::chrono::sys_seconds created) {
  const X25519Identity identity = X25519Identity::generate();
  const X25519Recipient recipient = identity.recipient();
  const platform::SecretBytes secret = identity.text();
  const std::string before = "# created: " + written(created) + "\n# public key: " + recipient.text() + "\n";
  platform::SecretBytes file(before.size() + secret.size() + 1);
  auto at = std::ranges::copy(platform::view_of(before), file.reveal_for_writing().begin()).out;
  at = std::ranges::copy(secret.reveal(), at).out;
  *at = std::byte{'\n'};
  return {.file = std::move(file), .recipient = recipient};
}

}  // namespace keystore::age
