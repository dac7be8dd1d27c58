// SPDX-License-Identifier: ISC
// The one rule about what an error may repeat of a value that was refused. People paste secrets into the wrong line,
// and what an error says ends in terminals, logs and tickets of a help desk.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace agent {

/// What the text is, if it has the form of a secret, with its article: "a ticket", "an age identity". Blanks, line ends
/// and capitals around or in it make no difference. A passphrase has no form; see may_repeat().
std::optional<std::string_view> secret_form(std::string_view text);

/// Whether an error may repeat this refused value: it is short, consists of letters, digits and the marks of names and
/// addresses, and no part of it is long or mixed enough to be a key. So a mistyped word or host name is shown.
bool may_repeat(std::string_view text);

/// The text in quotes if it may be repeated, else "this text".
std::string repeated(std::string_view text);

}  // namespace agent
