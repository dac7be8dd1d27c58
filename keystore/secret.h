// Distinct types for distinct secrets: a file key is no passphrase, and the compiler knows.
//
// A Secret only owns its bytes. They are revealed where platform::SecretBytes is, in the files that
// scripts/checks/reveal lists.
#pragma once

#include <utility>

#include "platform/base/secret_bytes.h"

namespace keystore {

template <class Tag>
class Secret {
 public:
  explicit Secret(platform::SecretBytes bytes) : bytes_(std::move(bytes)) {}

  [[nodiscard]] const platform::SecretBytes& bytes() const { return bytes_; }

 private:
  platform::SecretBytes bytes_;
};

}  // namespace keystore
