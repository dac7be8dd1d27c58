// SPDX-License-Identifier: ISC
#include "keystore/age/identity.h"

#include <algorithm>

#include "keystore/age/lines.h"
#include "keystore/age/ssh_key.h"

namespace keystore::age {

namespace {

using platform::ErrorKind;
using platform::fail;
using platform::Result;
using platform::SecretBytes;

tl::unexpected<platform::Error> refuse(std::string_view why) { return fail(ErrorKind::usage, std::string(why)); }

// Says what the line is instead, if its beginning shows that. The line is never repeated, because it may be a secret
// with a typing error.
tl::unexpected<platform::Error> refuse_line(std::string_view line, std::size_t number) {
  const std::string at = "line " + std::to_string(number) + " of the identity file ";
  if (line.starts_with("AGE-SECRET-KEY-PQ-1")) return refuse(at + "is a post-quantum identity: not supported yet");
  if (line.starts_with("AGE-SECRET-KEY-1")) return refuse(at + "is an identity that is mistyped or incomplete");
  if (line.starts_with("AGE-PLUGIN-")) return refuse(at + "is of a plugin: open the backup with 'age -d' instead");
  if (line.starts_with("age1")) return refuse(at + "is a recipient, which opens nothing; its identity does");
  return refuse(at + "is not an identity");
}

Result<std::vector<Identity>> parse_lines(std::string_view text) {
  std::vector<Identity> identities;
  // The first bad line ends the reading; for_each_entry() stops when it hears false.
  Result<void> done;
  for_each_entry(text, [&](std::string_view line, std::size_t number) {
    auto identity = X25519Identity::parse(platform::view_of(line));
    // An identity that was skipped could be the only one that opens the backup, so one bad line refuses the file.
    if (identity) {
      identities.emplace_back(*std::move(identity));
    } else {
      done = refuse_line(line, number);
    }
    return done.has_value();
  });
  TRY(std::move(done));
  if (identities.empty()) return refuse("the identity file holds no identity");
  return identities;
}

// ssh-keygen writes one key into a file.
Result<std::vector<Identity>> parse_ssh_key(const SecretBytes& file) {
  std::vector<Identity> identities;
  identities.emplace_back(TRY(read_ssh_key(file)));
  return identities;
}

}  // namespace

Result<std::vector<Identity>> parse_identities(const SecretBytes& file) {
  const std::string_view text = platform::text_of(file.reveal());
  // Bounds the work on a file that was named by mistake.
  if (text.size() > limits::text_file) return refuse("the identity file is larger than any should be");
  if (text.starts_with("-----BEGIN OPENSSH PRIVATE KEY-----")) return parse_ssh_key(file);
  if (text.starts_with("-----BEGIN AGE ENCRYPTED FILE-----") || text.starts_with("age-encryption.org/")) {
    return refuse("the identity file is encrypted itself: decrypt it first, with 'age -d'");
  }
  // Keys of other programs get a sentence of their own. Line by line they would be reported as mistyped identities.
  if (text.starts_with("-----BEGIN")) {
    return refuse(
        "the identity file is a private key of another kind: it is age's, or ssh-ed25519 as ssh-keygen "
        "writes it");
  }
  return parse_lines(text);
}

NewIdentity new_identity(platform::Time created) {
  const X25519Identity identity = X25519Identity::generate();
  const X25519Recipient recipient = identity.recipient();
  const SecretBytes secret = identity.text();
  // The comments are those of age-keygen. They let a person see later which recipient a file belongs to.
  const std::string before =
      "# created: " + platform::format_time(created) + "\n# public key: " + recipient.text() + "\n";
  // Put together in locked memory, because the file holds the secret.
  SecretBytes file(before.size() + secret.size() + 1);
  const auto after = std::ranges::copy(platform::view_of(before), file.reveal_for_writing().begin()).out;
  *std::ranges::copy(secret.reveal(), after).out = std::byte{'\n'};
  return {.file = std::move(file), .recipient = recipient};
}

}  // namespace keystore::age
