// SPDX-License-Identifier: ISC
#include "agent/doctor_program/c_secret.h"

#include <algorithm>

namespace agent::doctor_program {

CSecret::CSecret(const platform::SecretBytes& text) : ended_(text.size() + 1) {
  *std::ranges::copy(text.reveal(), ended_.reveal_for_writing().begin()).out = std::byte{0};
}

const char* CSecret::text() const { return reinterpret_cast<const char*>(ended_.reveal().data()); }

}  // namespace agent::doctor_program
