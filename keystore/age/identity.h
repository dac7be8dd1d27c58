// What opens a backup: the secret halves of recipients, and passphrases.
#pragma once

#include <variant>
#include <vector>

#include "keystore/age/passphrase_stanza.h"
#include "keystore/age/ssh.h"
#include "keystore/age/x25519.h"
#include "platform/base/clock.h"

namespace keystore::age {

using Identity = std::variant<X25519Identity, SshIdentity, Passphrase>;

static_assert(!std::is_copy_constructible_v<Identity>);

/// An identity file as age-keygen writes it, with comments and empty lines, or an ssh private key as ssh-keygen writes
/// it. usage, with the number of the line and never with its text, when it is something else: encrypted ones,
/// identities of plugins and post-quantum ones are refused with the way out. Never gives an empty list.
platform::Result<std::vector<Identity>> parse_identities(const platform::SecretBytes& file);

/// A new identity file, in age-keygen's format, and the recipient that belongs to it.
struct NewIdentity {
  platform::SecretBytes file;
  X25519Recipient recipient;
};
NewIdentity new_identity(platform::Time created);

}  // namespace keystore::age
