// SPDX-License-Identifier: ISC
#include "keystore/cms/message.h"

#include <algorithm>

// cms.h declares its functions for PEM only after pem.h.
// clang-format off
#include <openssl/pem.h>
#include <openssl/cms.h>
// clang-format on

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

namespace keystore::cms {

namespace {

using platform::Bytes;
using platform::BytesView;
using platform::ErrorKind;
using platform::fail;
using platform::Result;
using platform::SecretBytes;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free_all)>;
using Message = std::unique_ptr<CMS_ContentInfo, decltype(&CMS_ContentInfo_free)>;

constexpr std::string_view pem_begin = "-----BEGIN CMS-----";

// The address of an empty view may be null, which OpenSSL does not accept.
Bio reader(BytesView bytes) {
  return {BIO_new_mem_buf(bytes.empty() ? "" : static_cast<const void*>(bytes.data()), static_cast<int>(bytes.size())),
          BIO_free_all};
}

Bytes written(BIO* bio) {
  const char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  const BytesView bytes = std::as_bytes(std::span(data, static_cast<std::size_t>(size)));
  return {bytes.begin(), bytes.end()};
}

// OpenSSL's errors stay in a queue of the thread. They are cleared, so that no later call reads them as its own.
tl::unexpected<platform::Error> bad_message(std::string_view what) {
  ERR_clear_error();
  return fail(ErrorKind::bad_backup, "the CMS message is damaged: " + std::string(what));
}

tl::unexpected<platform::Error> openssl_cannot(std::string_view what) {
  ERR_clear_error();
  return fail(ErrorKind::internal, "OpenSSL cannot " + std::string(what));
}

// Sets how the content's key is wrapped for this recipient. OpenSSL's defaults are SHA-1 and the older RSA padding.
bool set_algorithms(CMS_RecipientInfo* recipient) {
  EVP_PKEY_CTX* context = CMS_RecipientInfo_get0_pkey_ctx(recipient);
  if (CMS_RecipientInfo_type(recipient) == CMS_RECIPINFO_AGREE) {
    return EVP_PKEY_CTX_set_ecdh_kdf_md(context, EVP_sha256()) > 0;
  }
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) > 0 &&
         EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha256()) > 0 &&
         EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) > 0;
}

bool add_recipient(CMS_ContentInfo& message, const Certificate& certificate) {
  // CMS_KEY_PARAM leaves the wrapping open until set_algorithms() has run.
  CMS_RecipientInfo* recipient = CMS_add1_recipient_cert(&message, certificate.get(), CMS_KEY_PARAM);
  return recipient != nullptr && set_algorithms(recipient);
}

Result<Bytes> encode(CMS_ContentInfo& message, Form form) {
  const Bio out(BIO_new(BIO_s_mem()), BIO_free_all);
  const bool done =
      out && (form == Form::der ? i2d_CMS_bio(out.get(), &message) == 1 : PEM_write_bio_CMS(out.get(), &message) == 1);
  if (!done) return openssl_cannot("write a CMS message");
  return written(out.get());
}

bool is_pem(BytesView file) { return platform::text_of(file).starts_with(pem_begin); }

// Null unless the file is exactly one message. Bytes behind a message would not be authenticated.
Message decode(BytesView file) {
  const Bio in = reader(file);
  Message message(is_pem(file) ? PEM_read_bio_CMS(in.get(), nullptr, nullptr, nullptr) : d2i_CMS_bio(in.get(), nullptr),
                  CMS_ContentInfo_free);
  if (BIO_pending(in.get()) > 0) message.reset();
  return message;
}

Result<Message> read_message(BytesView file) {
  if (file.size() > limits::file) return bad_message("it is larger than any backup should be");
  Message message = decode(file);
  if (!message) return bad_message("it is not a complete CMS message");
  // Other kinds of CMS may be encrypted without being authenticated: a change could go unnoticed.
  if (OBJ_obj2nid(CMS_get0_type(message.get())) != NID_id_smime_ct_authEnvelopedData) {
    return bad_message("it is not encrypted and authenticated");
  }
  return message;
}

// Whether the key unwraps the content's key. The first call only sets the flag. Without the flag OpenSSL would go on
// with a random key, and a wrong key would look like a changed message.
bool unwrap_content_key(CMS_ContentInfo& message, const PrivateKey& key) {
  const bool unwrapped = CMS_decrypt(&message, nullptr, nullptr, nullptr, nullptr, CMS_DEBUG_DECRYPT) == 1 &&
                         CMS_decrypt_set1_pkey(&message, key.get(), nullptr) == 1;
  ERR_clear_error();
  return unwrapped;
}

// OpenSSL writes the plaintext before it has checked the tag. So the plaintext goes into memory that is wiped when it
// is freed.
Result<SecretBytes> decrypt(CMS_ContentInfo& message, const PrivateKey& key) {
  if (!unwrap_content_key(message, key)) {
    return fail(ErrorKind::wrong_identity, "the private key is not that of one of the backup's recipients");
  }
  const Bio out(BIO_new(BIO_s_secmem()), BIO_free_all);
  // CMS_BINARY keeps OpenSSL from converting the ends of lines.
  if (CMS_decrypt(&message, nullptr, nullptr, nullptr, out.get(), CMS_BINARY) != 1) {
    return bad_message("its content was changed");
  }
  const char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  SecretBytes plaintext(static_cast<std::size_t>(size));
  std::ranges::copy(std::as_bytes(std::span(data, plaintext.size())), plaintext.reveal_for_writing().begin());
  return plaintext;
}

}  // namespace

Result<Bytes> seal(const SecretBytes& plaintext, std::span<const Certificate> recipients, Form form) {
  if (recipients.empty()) return fail(ErrorKind::usage, "there is no certificate to encrypt to");
  // open() limits the file to what these two numbers allow. A larger backup could not be read back.
  if (recipients.size() > limits::recipients || plaintext.size() > limits::plaintext) {
    return fail(ErrorKind::usage,
                "there are more recipients, or there is more to encrypt, than any backup should have");
  }
  const Message message(CMS_AuthEnvelopedData_create(EVP_aes_256_gcm()), CMS_ContentInfo_free);
  if (!message || CMS_set_detached(message.get(), 0) != 1) return openssl_cannot("make a CMS message");
  for (const Certificate& certificate : recipients) {
    if (!add_recipient(*message, certificate)) return openssl_cannot("encrypt to '" + certificate.subject() + "'");
  }
  // Read where it lies, so that no copy of the plaintext is made here.
  const Bio in = reader(plaintext.reveal());
  if (CMS_final(message.get(), in.get(), nullptr, CMS_BINARY) != 1) return openssl_cannot("encrypt a CMS message");
  return encode(*message, form);
}

Result<SecretBytes> open(BytesView file, const PrivateKey& key) {
  const Message message = TRY(read_message(file));
  return decrypt(*message, key);
}

bool is_cms(BytesView file) {
  // DER begins with a sequence. The length of a message with an encrypted key never fits into one byte. No age file
  // begins with this byte: it begins with a letter, a dash or white space.
  const bool sequence = file.size() > 2 && file[0] == std::byte{0x30} && (file[1] & std::byte{0x80}) != std::byte{0};
  return sequence || is_pem(file);
}

Result<Inspection> inspect(BytesView file) {
  const Message message = TRY(read_message(file));
  Inspection inspection;
  inspection.form = is_pem(file) ? Form::pem : Form::der;
  STACK_OF(CMS_RecipientInfo)* recipients = CMS_get0_RecipientInfos(message.get());
  for (int at = 0; at < sk_CMS_RecipientInfo_num(recipients); ++at) {
    const int type = CMS_RecipientInfo_type(sk_CMS_RecipientInfo_value(recipients, at));
    // Other programs can also encrypt to a passphrase or a shared key. These kinds are only named.
    inspection.recipients.emplace_back(type == CMS_RECIPINFO_AGREE   ? "ECDH"
                                       : type == CMS_RECIPINFO_TRANS ? "RSA"
                                                                     : "other");
  }
  return inspection;
}

}  // namespace keystore::cms
