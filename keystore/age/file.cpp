// SPDX-License-Identifier: ISC
#include "keystore/age/file.h"

#include <algorithm>

#include "keystore/age/armor.h"
#include "keystore/age/payload.h"
#include "keystore/approved_algorithms.h"

namespace keystore::age {

namespace {

using platform::Bytes;
using platform::BytesView;
using platform::ErrorKind;
using platform::fail;
using platform::Result;
using platform::SecretBytes;

// The format tells readers to skip stanzas of unknown kinds. Other programs add such stanzas on purpose.
Result<void> check_stanza(const Stanza& stanza) {
  if (stanza.kind() == x25519_kind) return check_x25519(stanza);
  if (stanza.kind() == scrypt_kind) return check_scrypt(stanza);
  if (stanza.kind() == ssh_kind) return check_ssh(stanza);
  if (stanza.kind() == piv_kind) return check_piv(stanza);
  return {};
}

Result<void> check_stanzas(const std::vector<Stanza>& stanzas) {
  for (const Stanza& stanza : stanzas) {
    // The format's rule: a person who opens a file with a passphrase expects it to come from somebody who knows the
    // passphrase. A second recipient could change the file unnoticed.
    if (stanza.kind() == scrypt_kind && stanzas.size() > 1) {
      return bad_header("a passphrase is not its only recipient, as it must be");
    }
    TRY(check_stanza(stanza));
  }
  return {};
}

// All stanzas of known kinds are checked, so that a damaged file gets one answer from every identity and from
// inspect().
Result<Header> read_checked_header(BytesView file) {
  Header header = TRY(read_header(file));
  TRY(check_stanzas(header.stanzas));
  return header;
}

// `decoded` keeps the bytes of an armored file.
Result<BytesView> without_armor(BytesView file, Bytes& decoded) {
  // Checked before the armor is decoded, because decoding takes memory.
  if (file.size() > limits::file) return fail(ErrorKind::bad_backup, "the file is larger than any backup should be");
  if (!is_armored(file)) return file;
  decoded = TRY(decode_armor(file));
  return decoded;
}

// No value means that the stanza is for another identity, and the next stanza is tried.
Result<std::optional<FileKey>> try_identity(const Stanza& stanza, const X25519Identity& identity) {
  if (stanza.kind() != x25519_kind) return std::optional<FileKey>();
  return identity.unwrap(stanza);
}

Result<std::optional<FileKey>> try_identity(const Stanza& stanza, const SshIdentity& identity) {
  if (stanza.kind() != ssh_kind) return std::optional<FileKey>();
  return identity.unwrap(stanza);
}

Result<std::optional<FileKey>> try_identity(const Stanza& stanza, const Passphrase& passphrase) {
  if (stanza.kind() != scrypt_kind) return std::optional<FileKey>();
  return unwrap(stanza, passphrase);
}

// Tells the user what would open the file. For a YubiKey it also names the program, because this program cannot open
// such a file.
std::string explained(const std::string& kind) {
  if (kind == scrypt_kind) return "a passphrase";
  if (kind == piv_kind) return "a YubiKey (piv-p256, which 'age -d' with age-plugin-yubikey opens)";
  if (kind == "mlkem768x25519" || kind == "mlkem768p256tag")
    return "a post-quantum key (" + kind + ", not supported yet)";
  return kind;
}

// Each kind is named once, because a backup for twenty people would make an unreadable sentence.
std::string kinds_of(const std::vector<Stanza>& stanzas) {
  std::vector<std::string> kinds;
  for (const Stanza& stanza : stanzas) {
    if (std::ranges::find(kinds, explained(stanza.kind())) == kinds.end()) kinds.push_back(explained(stanza.kind()));
  }
  std::string text;
  for (const std::string& kind : kinds) text += (text.empty() ? "" : ", ") + kind;
  return text;
}

// The common case gets a sentence of its own: a file for a passphrase and a wrong passphrase.
tl::unexpected<platform::Error> no_match(const std::vector<Stanza>& stanzas, std::span<const Identity> identities) {
  const bool guessed =
      // A stanza for a passphrase is always the only one.
      stanzas.front().kind() == scrypt_kind && std::ranges::any_of(identities, [](const Identity& identity) {
        return std::holds_alternative<Passphrase>(identity);
      });
  if (guessed) return fail(ErrorKind::wrong_identity, "the passphrase is not the one that the backup was made with");
  return fail(ErrorKind::wrong_identity,
              "none of the identities given opens the backup; it was made for: " + kinds_of(stanzas));
}

Result<FileKey> unwrap_any(const std::vector<Stanza>& stanzas, std::span<const Identity> identities) {
  for (const Identity& identity : identities) {
    for (const Stanza& stanza : stanzas) {
      // An error ends the search: the stanza is malformed or memory is short, and another identity would not help.
      auto file_key = TRY(std::visit([&](const auto& kind) { return try_identity(stanza, kind); }, identity));
      if (file_key) return std::move(*file_key);
    }
  }
  return no_match(stanzas, identities);
}

Bytes assemble(const std::vector<Stanza>& stanzas, const SecretBytes& plaintext, const FileKey& file_key, Form form) {
  const std::string header = write_header(stanzas, file_key);
  const Bytes payload = seal_payload(plaintext, file_key);
  Bytes file(header.size() + payload.size());
  std::ranges::copy(payload, std::ranges::copy(platform::view_of(header), file.begin()).out);
  // The MAC and the tags cover the binary form. Armor is only its spelling.
  if (form == Form::binary) return file;
  const std::string armored = encode_armor(file);
  const BytesView text = platform::view_of(armored);
  return {text.begin(), text.end()};
}

// open() has the same limit, so nothing is written that cannot be read back.
Result<void> check_size(const SecretBytes& plaintext) {
  if (plaintext.size() <= limits::plaintext) return {};
  return fail(ErrorKind::usage, "what is to be encrypted is larger than any backup should be");
}

}  // namespace

Result<void> is_allowed() {
  if (!approved_algorithms_only()) return {};
  return fail(ErrorKind::configuration,
              "OpenSSL on this host uses approved algorithms only (FIPS), and age has none: use CMS, with the "
              "certificates of recipients");
}

Result<Bytes> seal(const SecretBytes& plaintext, std::span<const Recipient> recipients, Form form) {
  TRY(is_allowed());
  TRY(check_size(plaintext));
  if (recipients.empty()) return fail(ErrorKind::usage, "there is no recipient to encrypt to");
  if (recipients.size() > limits::stanzas)
    return fail(ErrorKind::usage, "there are more recipients than any backup should have");
  // New for each file, so that the key of one file opens no other.
  const FileKey file_key = new_file_key();
  std::vector<Stanza> stanzas;
  for (const Recipient& recipient : recipients) {
    stanzas.push_back(TRY(std::visit([&](const auto& kind) { return kind.wrap(file_key); }, recipient)));
  }
  return assemble(stanzas, plaintext, file_key, form);
}

Result<Bytes> seal(const SecretBytes& plaintext, const Passphrase& passphrase, Form form, int work_factor) {
  TRY(is_allowed());
  TRY(check_size(plaintext));
  // The limit of reading, so that open() takes every file that is written here.
  if (work_factor < 1 || work_factor > limits::work_factor_read) {
    return fail(ErrorKind::usage,
                "a passphrase's work factor is from 1 to " + std::to_string(limits::work_factor_read));
  }
  const FileKey file_key = new_file_key();
  std::vector<Stanza> stanzas;
  stanzas.push_back(TRY(wrap(file_key, passphrase, work_factor)));
  return assemble(stanzas, plaintext, file_key, form);
}

Result<SecretBytes> open(BytesView file, std::span<const Identity> identities) {
  TRY(is_allowed());
  Bytes decoded;
  const BytesView binary = TRY(without_armor(file, decoded));
  const Header header = TRY(read_checked_header(binary));
  const FileKey file_key = TRY(unwrap_any(header.stanzas, identities));
  // Checked before the payload is opened: the MAC shows that the header is as it was written, with the same recipients.
  if (!has_mac_of(header, file_key)) {
    return fail(ErrorKind::bad_backup, "the MAC of the header is wrong: the header was changed");
  }
  return open_payload(binary.subspan(header.size), file_key);
}

Result<Inspection> inspect(BytesView file) {
  Bytes decoded;
  const BytesView binary = TRY(without_armor(file, decoded));
  const Header header = TRY(read_checked_header(binary));
  // FIPS does not forbid this: an inspection decrypts nothing.
  Inspection inspection;
  inspection.form = is_armored(file) ? Form::armored : Form::binary;
  inspection.plaintext_size = TRY(plaintext_size_of(binary.size() - header.size));
  for (const Stanza& stanza : header.stanzas) inspection.recipients.push_back(stanza.kind());
  return inspection;
}

}  // namespace keystore::age
