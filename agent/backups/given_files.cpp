// SPDX-License-Identifier: ISC
#include "agent/backups/given_files.h"

#include "platform/files/file.h"
#include "platform/processes/terminal.h"

namespace agent {

using keystore::Passphrase;
using platform::Result;
using platform::SecretBytes;

bool wants_passphrase(const Options& options) { return options.passphrase || options.passphrase_fd; }

Result<Passphrase> ask_passphrase(std::string_view prompt) {
  // One byte more than the limit is read, so that create() refuses a long passphrase instead of using a part of it.
  return Passphrase::create(TRY(platform::ask_hidden_line(prompt, Passphrase::longest + 1)));
}

Result<SecretBytes> read_passphrase_line(int descriptor) {
  // More bytes than a passphrase has, for the end of the line and an editor's mark.
  return of_the_input(platform::read_secret_stream(descriptor, Passphrase::longest + 5));
}

}  // namespace agent
