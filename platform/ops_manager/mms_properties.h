// What conf/conf-mms.properties says about the key. The file is in Java's properties format. Pure: bytes in, values
// out.
//
// Knows no escapes such as \u006d in names: a property written like that is not seen.
#pragma once

#include <string_view>

namespace platform {

/// The properties of conf-mms.properties that concern the key.
struct MmsProperties {
  bool encrypted_credentials = false;  // mongo.encryptedCredentials=true: bound to the key that encrypted them
  bool preflight_off = false;          // mms.preflight.run=false: Ops Manager itself no longer checks the key
};
/// Never fails: a line that says nothing about these two is skipped, and the last of several lines counts.
MmsProperties parse_mms_properties(std::string_view text);

}  // namespace platform
