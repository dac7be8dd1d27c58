// SPDX-License-Identifier: ISC
// The version of Ops Manager's package, as the system's package manager knows it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform/accounts/account.h"

namespace platform {

/// "8.0.15" of "8.0.15.500.20251118T1711Z-1": a build's own numbers do not tell two versions apart. Nothing when the
/// text does not begin with three numbers. Pure.
std::optional<std::string> version_in(std::string_view text);

/// Asks dpkg, else rpm, as `account` if this is root, confined and without a shell. Nothing without such a package, and
/// on Windows.
std::optional<std::string> version_of_package(const Account& account);

}  // namespace platform
