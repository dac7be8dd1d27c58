// SPDX-License-Identifier: ISC
// True and false in conf-mms.properties. Pure.
#pragma once

#include <string_view>

namespace platform {

/// White space around the value and the case of its letters do not matter. "true " counts as true: Boolean.parseBoolean
/// would not take it, but Ops Manager may trim the value first, and nobody outside knows. Overlooking encrypted
/// credentials would cost a database.
bool is_true(std::u16string_view value);

/// Whether this value of mms.preflight.run switches off the checks before a start, one of which is that of the key. Any
/// value but true does; an empty one counts as unset.
bool switches_preflight_off(std::u16string_view value);

}  // namespace platform
