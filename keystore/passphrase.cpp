#include "keystore/passphrase.h"

#include <string>

namespace keystore {

platform::Result<Passphrase> Passphrase::create(platform::SecretBytes bytes) {
  if (bytes.empty()) return platform::fail(platform::ErrorKind::usage, "the passphrase is empty");
  if (bytes.size() <= longest) return Passphrase(std::move(bytes));
  return platform::fail(platform::ErrorKind::usage,
                        "the passphrase has more than " + std::to_string(longest) + " bytes");
}

}  // namespace keystore
