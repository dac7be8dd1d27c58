// SPDX-License-Identifier: ISC
#include "agent/backups/encryption.h"

#include "keystore/age/file.h"
#include "keystore/cms/message.h"
#include "platform/base/text_encoding.h"

namespace agent {

namespace {

namespace age = keystore::age;
namespace cms = keystore::cms;
using platform::Bytes;
using platform::BytesView;
using platform::ErrorKind;
using platform::fail;
using platform::Result;
using platform::SecretBytes;

Result<SecretBytes> open_cms(BytesView content, const std::vector<cms::PrivateKey>& keys) {
  Result<SecretBytes> opened =
      fail(ErrorKind::wrong_identity, "this backup is a CMS message, which a private key in PEM opens: -i KEY.pem");
  // A key that does not fit is not an error yet, because the next key may fit. Any other failure ends the search: the
  // message itself is at fault, for every key.
  for (const cms::PrivateKey& key : keys) {
    opened = cms::open(content, key);
    if (opened || opened.error().kind != ErrorKind::wrong_identity) return opened;
  }
  return opened;
}

}  // namespace

Result<Bytes> seal_backup(const SecretBytes& plaintext, const BackupRecipients& recipients, BackupFormat format,
                          bool armored) {
  if (format == BackupFormat::cms)
    return cms::seal(plaintext, recipients.certificates, armored ? cms::Form::pem : cms::Form::der);
  const auto form = armored ? age::Form::armored : age::Form::binary;
  if (recipients.passphrase) return age::seal(plaintext, *recipients.passphrase, form);
  return age::seal(plaintext, recipients.age, form);
}

Result<SecretBytes> open_backup(BytesView saved, const BackupIdentities& identities) {
  // Of the formats, the armored ones are text that an editor may have saved again. No binary one begins like that.
  const BytesView content =
      platform::view_of(TRY(platform::utf8_text(platform::text_of(saved), "the backup", ErrorKind::bad_backup)));
  // The content decides and not the name, because a copy may have been renamed.
  if (cms::is_cms(content)) return open_cms(content, identities.cms);
  if (identities.age.empty())
    return fail(ErrorKind::wrong_identity,
                "this backup is not a CMS message, and only a key for CMS messages was given");
  return age::open(content, identities.age);
}

}  // namespace agent
