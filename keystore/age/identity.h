// SPDX-License-Identifier: ISC
// What opens an age file: the secret halves of recipients, and passphrases.
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

/// Reads an identity file as age-keygen writes it, or an ssh private key as ssh-keygen writes it. usage for anything
/// else, with the number of the line and never its text. The sentence tells what to do about an encrypted file and an
/// identity of a plugin. A success has at least one identity.
platform::Result<std::vector<Identity>> parse_identities(const platform::SecretBytes& file);

/// A new identity file, in age-keygen's format, and the recipient that belongs to it.
struct NewIdentity {
  platform::SecretBytes file;
  X25519Recipient recipient;
};
NewIdentity new_identity(platform::Time created);

}  // namespace keystore::age
