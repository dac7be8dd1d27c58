// SPDX-License-Identifier: ISC
// Distinct types for distinct secrets, so that the compiler refuses a file key where a passphrase belongs.
//
// A Secret only owns its bytes and checks nothing about them. As with every platform::SecretBytes, only the files that
// scripts/checks/reveal lists may reveal them.
#pragma once

#include <utility>

#include "platform/base/secret_bytes.h"

namespace keystore {

/// Tag is an empty type, one for each kind of secret. SecretBytes ensures that a secret is neither copied nor printed.
template <class Tag>
class Secret {
 public:
  explicit Secret(platform::SecretBytes bytes) : bytes_(std::move(bytes)) {}

  [[nodiscard]] const platform::SecretBytes& bytes() const { return bytes_; }

 private:
  platform::SecretBytes bytes_;
};

}  // namespace keystore
