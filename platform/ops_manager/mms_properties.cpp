// SPDX-License-Identifier: ISC
#include "platform/ops_manager/mms_properties.h"

#include <array>

#include "platform/ops_manager/java_properties.h"
#include "platform/ops_manager/truth.h"

namespace platform {

Result<MmsProperties> parse_mms_properties(std::string_view text) {
  constexpr std::array<std::u16string_view, 2> names = {u"mongo.encryptedCredentials", u"mms.preflight.run"};
  const auto values = TRY(java_properties(text, names));
  MmsProperties properties;
  properties.encrypted_credentials = values[0] && is_true(*values[0]);
  properties.preflight_off = values[1] && switches_preflight_off(*values[1]);
  return properties;
}

}  // namespace platform
