// SPDX-License-Identifier: ISC
// What conf/conf-mms.properties says about the key. The file is in the format of java.util.Properties. Pure: bytes in,
// values out.
//
// It does not read names that are written with escapes such as \u006d, names on continued lines, or lines that end in a
// bare CR: such a property is not seen.
#pragma once

#include <string_view>

namespace platform {

/// The properties of conf-mms.properties that concern the key.
struct MmsProperties {
  bool encrypted_credentials = false;  // mongo.encryptedCredentials=true: bound to the key that encrypted them
  bool preflight_off = false;          // mms.preflight.run=false: Ops Manager itself no longer checks the key
};
/// Never fails. Other lines are skipped, and the last of several lines counts.
MmsProperties parse_mms_properties(std::string_view text);

}  // namespace platform
