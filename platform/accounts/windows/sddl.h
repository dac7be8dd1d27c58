// SPDX-License-Identifier: ISC
// Security descriptors as text, in SDDL (MS-DTYP 2.5.1), for messages and tests. Pure, the same on every system.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform/accounts/windows/security_descriptor.h"

namespace platform::windows {

/// "O:BAD:P(A;;FA;;;SY)". Nothing when SDDL cannot express one of the entries.
std::optional<std::string> sddl_of(const SecurityDescriptor& descriptor);
/// Nothing for a text that is not SDDL, or that says more than a SecurityDescriptor holds.
std::optional<SecurityDescriptor> parse_sddl(std::string_view text);

}  // namespace platform::windows
