// SPDX-License-Identifier: ISC
// What conf/conf-mms.properties says about the key. The file is read as Java reads it (java_properties.h). Pure: bytes
// in, values out.
#pragma once

#include <optional>
#include <string_view>

#include "platform/base/result.h"

namespace platform {

/// The properties of conf-mms.properties that concern the key.
struct MmsProperties {
  bool encrypted_credentials = false;  // mongo.encryptedCredentials=true: bound to the key that encrypted them
  bool preflight_off = false;          // mms.preflight.run is not true: Ops Manager itself no longer checks the key
  /// Why the file could not be read. Then nothing is known of the other two.
  std::optional<Error> unknown = std::nullopt;
};
/// White space around a value and the case of its letters do not matter. configuration where Java would not read the
/// file.
Result<MmsProperties> parse_mms_properties(std::string_view text);

}  // namespace platform
