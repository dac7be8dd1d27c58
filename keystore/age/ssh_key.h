// SPDX-License-Identifier: ISC
// Private keys as ssh-keygen writes them: "OPENSSH PRIVATE KEY", of kind ssh-ed25519 and not encrypted.
//
//   "openssh-key-v1" 0 | cipher | key derivation | its options | number of keys (32 bits): 1 | public key |
//   secret part: check (32 bits), the same again, kind, public key, seed || public key, comment, padding 1 2 3 ...
//
// Each field behind its length (32 bits, big-endian). Source: PROTOCOL.key of OpenSSH.
#pragma once

#include "keystore/age/ssh.h"

namespace keystore::age {

/// usage when it is not such a key. For an encrypted key, the sentence tells how to decrypt a copy of it.
platform::Result<SshIdentity> read_ssh_key(const platform::SecretBytes& file);

}  // namespace keystore::age
