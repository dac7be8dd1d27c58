// SPDX-License-Identifier: ISC
#include "keystore/key/gen_key.h"

#include <string>

#include "platform/base/bytes.h"

namespace keystore {

using platform::ErrorKind;
using platform::Result;
using platform::SecretBytes;

Result<GenKey> GenKey::create(SecretBytes bytes) {
  // The sentence has the length and nothing else: a rejected key may be somebody's key.
  if (bytes.size() != size) {
    return platform::fail(ErrorKind::invalid_key,
                          "a key is exactly 24 bytes; these are " + std::to_string(bytes.size()));
  }
  return GenKey(std::move(bytes));
}

GenKey GenKey::generate() {
  // 24 random bytes are weak with negligible probability. The loop is here so that no caller has to handle it.
  for (;;) {
    SecretBytes bytes(size);
    platform::fill_random(bytes.reveal_for_writing());
    GenKey key(std::move(bytes));
    if (!weakness_of(key)) return key;
  }
}

std::optional<Weakness> weakness_of(const GenKey& key) { return weakness_in(key.reveal()); }

}  // namespace keystore
