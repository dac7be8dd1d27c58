// Who a backup can be encrypted to, as configuration, options and files name them.
#pragma once

#include <variant>
#include <vector>

#include "keystore/age/piv.h"
#include "keystore/age/ssh.h"
#include "keystore/age/x25519.h"

namespace keystore::age {

using Recipient = std::variant<X25519Recipient, SshRecipient, PivRecipient>;

/// age1..., age1yubikey1... or a line of an ssh public key. usage when it is something else; an identity pasted by
/// mistake is refused without being repeated, and post-quantum recipients by name.
platform::Result<Recipient> parse_recipient(std::string_view text);

/// As parse_recipient() reads it, without a comment.
std::string to_text(const Recipient& recipient);

/// One recipient a line; empty lines and those that begin with # are skipped. usage, with the number of the line, when
/// one is wrong or there is none.
platform::Result<std::vector<Recipient>> parse_recipients_file(std::string_view text);

}  // namespace keystore::age
