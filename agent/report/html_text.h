// SPDX-License-Identifier: ISC
// Text from anywhere, as HTML that shows exactly this text.
#pragma once

#include <string>
#include <string_view>

namespace agent {

/// For the inside of an element and for a quoted attribute. Control characters, and bytes that are not UTF-8, become
/// U+FFFD; a line end stays. Characters that change the direction of the text become U+FFFD, too, because they would
/// show another order than the one that is there.
std::string html_text(std::string_view text);

}  // namespace agent
