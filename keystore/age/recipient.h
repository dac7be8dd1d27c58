// SPDX-License-Identifier: ISC
// Whom an age file can be encrypted to, as the configuration, options and files name them.
#pragma once

#include <variant>
#include <vector>

#include "keystore/age/piv.h"
#include "keystore/age/ssh.h"
#include "keystore/age/x25519.h"

namespace keystore::age {

using Recipient = std::variant<X25519Recipient, SshRecipient, PivRecipient>;

/// age1..., age1yubikey1... or a line of an ssh public key. usage for anything else. An identity that was pasted by
/// mistake is not repeated in the sentence, because it is secret.
platform::Result<Recipient> parse_recipient(std::string_view text);

/// As parse_recipient() reads it, without a comment.
std::string to_text(const Recipient& recipient);

/// One recipient on each line; empty lines and lines that begin with # are skipped. usage, with the number of the line,
/// when one is wrong, and when there is none.
platform::Result<std::vector<Recipient>> parse_recipients_file(std::string_view text);

}  // namespace keystore::age
