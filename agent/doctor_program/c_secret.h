// SPDX-License-Identifier: ISC
// A secret as the C interfaces of libcurl and libmongoc take it: ended with a zero byte, in locked memory. What they
// make of it is theirs, and is not wiped: this program ends after one request.
#pragma once

#include "platform/base/secret_bytes.h"

namespace agent::doctor_program {

class CSecret {
 public:
  explicit CSecret(const platform::SecretBytes& text);

  [[nodiscard]] const char* text() const;

 private:
  platform::SecretBytes ended_;
};

}  // namespace agent::doctor_program
