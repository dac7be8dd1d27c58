// SPDX-License-Identifier: ISC
// An ssh-ed25519 key as a recipient, converted to its X25519 form.
//
//   -> ssh-ed25519 TAG SHARE   tag = first 4 bytes of SHA-256(ssh key), share as for X25519
//   wrapped file key           key = HKDF(X25519(tweak, X25519(ephemeral secret, converted key)),
//                                         share || converted key, "age-encryption.org/v1/ssh-ed25519")
//                              tweak = HKDF("", ssh key, "age-encryption.org/v1/ssh-ed25519")
//
// "ssh key" is the public key as ssh transmits it: its kind and its 32 bytes, each behind its length (32 bits,
// big-endian). Source: the reference implementation of age; the format is not in the specification.
#pragma once

#include "keystore/age/header.h"

namespace keystore::age {

class SshRecipient {
 public:
  /// A line as in authorized_keys, without options: kind, base64, and a comment, which is not kept. usage for anything
  /// else.
  static platform::Result<SshRecipient> parse(std::string_view line);
  /// Nothing when the 32 bytes are not a public key.
  static std::optional<SshRecipient> of(const Point& ed25519);

  [[nodiscard]] std::string text() const;
  [[nodiscard]] platform::Result<Stanza> wrap(const FileKey& file_key) const;

  /// The tag by which a stanza names this recipient.
  [[nodiscard]] std::string tag() const;
  [[nodiscard]] const Point& point() const { return point_; }
  [[nodiscard]] DerivedKey tweak() const;

  bool operator==(const SshRecipient&) const = default;

 private:
  SshRecipient(const Point& ed25519, const Point& point) : ed25519_(ed25519), point_(point) {}
  [[nodiscard]] platform::Bytes transmitted() const;

  Point ed25519_;
  Point point_;  // converted
};

class SshIdentity {
 public:
  /// `seed` is the private half as ssh stores it, 32 bytes. Nothing when it does not belong to `recipient`.
  static std::optional<SshIdentity> create(const platform::SecretBytes& seed, const SshRecipient& recipient);

  [[nodiscard]] const SshRecipient& recipient() const { return recipient_; }
  /// Nothing when the stanza is for another identity; bad_backup when it is malformed.
  [[nodiscard]] platform::Result<std::optional<FileKey>> unwrap(const Stanza& stanza) const;

 private:
  SshIdentity(Scalar scalar, const SshRecipient& recipient) : scalar_(std::move(scalar)), recipient_(recipient) {}

  Scalar scalar_;
  SshRecipient recipient_;
};

inline constexpr std::string_view ssh_kind = "ssh-ed25519";

/// bad_backup unless the stanza is well-formed.
platform::Result<void> check_ssh(const Stanza& stanza);

}  // namespace keystore::age
