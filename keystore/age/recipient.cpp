// SPDX-License-Identifier: ISC
#include "keystore/age/recipient.h"

#include <algorithm>
#include <string>

#include "keystore/age/limits.h"
#include "keystore/age/lines.h"

namespace keystore::age {

namespace {

using platform::Error;
using platform::ErrorKind;
using platform::fail;
using platform::Result;

template <class Kind>
Result<Recipient> as_recipient(Result<Kind> parsed) {
  if (!parsed) return tl::unexpected(std::move(parsed).error());
  return Recipient(*parsed);
}

// Wherever it stands and in whatever case: it is pasted with blanks and quotes around it.
bool is_identity(std::string_view text) {
  std::string capitals(text);
  // By bytes and not by toupper(), whose answer depends on the locale.
  std::ranges::transform(capitals, capitals.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c & ~0x20) : c; });
  return capitals.find("AGE-SECRET-KEY-") != std::string::npos || capitals.find("AGE-PLUGIN-") != std::string::npos;
}

// A file may have many recipients, so the sentence names the line that is wrong.
Error at_line(std::size_t number, const Error& error) {
  return {error.kind, "line " + std::to_string(number) + " of the recipients: " + error.message};
}

}  // namespace

// No error here repeats the text: it may be an identity with a stray character.
Result<Recipient> parse_recipient(std::string_view text) {
  if (text.size() > limits::line) return fail(ErrorKind::usage, "a recipient is longer than any should be");
  if (is_identity(text)) {
    return fail(ErrorKind::usage, "a recipient is an identity, which is secret: give the age1... that belongs to it");
  }
  if (text.starts_with("age1yubikey1")) return as_recipient(PivRecipient::parse(text));
  // These are valid in newer versions of age. "Mistyped" would send the user looking for an error.
  if (text.starts_with("age1pq1") || text.starts_with("age1tagpq1")) {
    return fail(ErrorKind::usage, "post-quantum recipients are not supported yet: give an age1... of kind X25519");
  }
  // Recipients of plugins are "age1NAME1...". Behind the first 1 an X25519 recipient has no other, because bech32's
  // alphabet lacks it.
  if (text.starts_with("age1") && text.find('1', 4) != std::string_view::npos) {
    return fail(ErrorKind::usage,
                "this recipient is of a plugin that is not supported; of those only age1yubikey1... is");
  }
  if (text.starts_with("age1")) return as_recipient(X25519Recipient::parse(text));
  // Kinds that cannot be used are passed on too, because the parser of ssh keys says how to make one that can.
  if (text.starts_with("ssh-") || text.starts_with("ecdsa-") || text.starts_with("sk-")) {
    return as_recipient(SshRecipient::parse(text));
  }
  return fail(ErrorKind::usage, "this is not a recipient; a recipient begins with age1, age1yubikey1 or ssh-ed25519");
}

// Without an ssh key's comment, which says nothing about who can open a copy.
std::string to_text(const Recipient& recipient) {
  return std::visit([](const auto& kind) { return kind.text(); }, recipient);
}

Result<std::vector<Recipient>> parse_recipients_file(std::string_view text) {
  if (text.size() > limits::text_file)
    return fail(ErrorKind::usage, "a file of recipients is larger than any should be");
  std::vector<Recipient> recipients;
  Result<void> done;
  for_each_entry(text, [&](std::string_view line, std::size_t number) {
    // One bad line refuses the file: a recipient that was skipped could not open the backup, and nobody would notice.
    auto recipient = parse_recipient(line);
    if (recipient) {
      recipients.push_back(*std::move(recipient));
    } else {
      done = tl::unexpected(at_line(number, recipient.error()));
    }
    return done.has_value();
  });
  TRY(std::move(done));
  if (recipients.empty()) return fail(ErrorKind::usage, "a file of recipients names none");
  return recipients;
}

}  // namespace keystore::age
