// SPDX-License-Identifier: ISC
#include "keystore/cms/keys.h"

#include <algorithm>
#include <array>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "platform/base/bytes.h"

namespace keystore::cms {

namespace {

using platform::BytesView;
using platform::ErrorKind;
using platform::fail;
using platform::Result;
using platform::SecretBytes;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free_all)>;

// NIST SP 800-131A allows no shorter RSA keys.
constexpr int fewest_rsa_bits = 2048;

// The address of an empty view may be null, which OpenSSL does not accept.
Bio reader(BytesView bytes) {
  return {BIO_new_mem_buf(bytes.empty() ? "" : static_cast<const void*>(bytes.data()), static_cast<int>(bytes.size())),
          BIO_free_all};
}

// OpenSSL names the curve P-256 by its older name.
bool is_p256(const EVP_PKEY& key) {
  std::string group(64, '\0');
  std::size_t size = 0;
  if (EVP_PKEY_get_group_name(&key, group.data(), group.size(), &size) != 1) return false;
  return group.substr(0, size) == "prime256v1";
}

// Used for both halves of a pair, so that a key that is refused as an identity is never encrypted to.
bool can_receive(EVP_PKEY* key) {
  if (key == nullptr) return false;
  if (EVP_PKEY_is_a(key, "RSA") == 1) return EVP_PKEY_get_bits(key) >= fewest_rsa_bits;
  return EVP_PKEY_is_a(key, "EC") == 1 && is_p256(*key);
}

// OpenSSL calls this for the passphrase of an encrypted key. The result 0 makes it fail. Without a callback OpenSSL
// would ask on the terminal itself.
int give_passphrase(char* buffer, int room, int /*writing*/, void* given) {
  const auto* passphrase = static_cast<const Passphrase*>(given);
  if (passphrase == nullptr || passphrase->bytes().size() > static_cast<std::size_t>(room)) return 0;
  const BytesView bytes = passphrase->bytes().reveal();
  std::ranges::copy(bytes, std::as_writable_bytes(std::span(buffer, bytes.size())).begin());
  return static_cast<int>(bytes.size());
}

// OpenSSL's reasons name its own routines. This finds a reason that the user can act on.
tl::unexpected<platform::Error> refuse_key(std::string_view pem, const Passphrase* passphrase) {
  ERR_clear_error();
  if (pem.find("ENCRYPTED") == std::string_view::npos) {
    return fail(ErrorKind::usage, "the file holds no private key in PEM, or not a whole one");
  }
  if (passphrase == nullptr)
    return fail(ErrorKind::usage, "the private key is encrypted, and its passphrase not given");
  return fail(ErrorKind::wrong_identity, "the passphrase is not that of the private key, or the file is damaged");
}

}  // namespace

Result<std::vector<Certificate>> Certificate::parse(std::string_view pem) {
  if (pem.size() > limits::text_file)
    return fail(ErrorKind::usage, "a file of certificates is larger than any should be");
  const Bio in = reader(platform::view_of(pem));
  std::vector<Certificate> certificates;
  while (X509* read = PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr)) {
    Certificate certificate(std::shared_ptr<X509>(read, X509_free));
    // One bad certificate refuses the file: a backup that its owner cannot open would be found out too late.
    if (!can_receive(X509_get0_pubkey(read))) {
      return fail(ErrorKind::usage, "the certificate of '" + certificate.subject() +
                                        "' has no key that can receive a backup: P-256, or RSA of 2048 bits or more");
    }
    certificates.push_back(std::move(certificate));
  }
  // OpenSSL reports the end of the text as an error too. Only this error means that every certificate was read.
  const bool ended = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (!ended || certificates.empty())
    return fail(ErrorKind::usage, "a certificate in PEM is damaged, or there is none");
  return certificates;
}

std::string Certificate::subject() const {
  const Bio out(BIO_new(BIO_s_mem()), BIO_free_all);
  // Letters beyond ASCII stay readable. Control characters are escaped, because they could steer a terminal.
  X509_NAME_print_ex(out.get(), X509_get_subject_name(get()), 0, XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB);
  const char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

// Over all of the DER form, so that a renewed certificate counts as another recipient.
std::string Certificate::digest() const {
  std::array<std::byte, EVP_MAX_MD_SIZE> out{};
  unsigned int size = 0;
  X509_digest(get(), EVP_sha256(), reinterpret_cast<unsigned char*>(out.data()), &size);
  return platform::hex_encode(BytesView(out).first(size));
}

bool is_private_key(const SecretBytes& file) {
  const std::string_view text = platform::text_of(file.reveal());
  // PEM has many labels for private keys: PRIVATE KEY, EC PRIVATE KEY, ENCRYPTED PRIVATE KEY ...
  return text.find("-----BEGIN ") != std::string_view::npos &&
         text.find("PRIVATE KEY-----") != std::string_view::npos &&
         // ssh keys are read by keystore/age.
         text.find("-----BEGIN OPENSSH") == std::string_view::npos;
}

Result<PrivateKey> PrivateKey::parse(const SecretBytes& pem, const Passphrase* passphrase) {
  if (pem.size() > limits::text_file) return fail(ErrorKind::usage, "the private key is larger than any should be");
  const Bio in = reader(pem.reveal());
  std::shared_ptr<EVP_PKEY> key(
      PEM_read_bio_PrivateKey(in.get(), nullptr, give_passphrase, const_cast<Passphrase*>(passphrase)), EVP_PKEY_free);
  if (!key) return refuse_key(platform::text_of(pem.reveal()), passphrase);
  if (!can_receive(key.get()))
    return fail(ErrorKind::usage, "the private key is neither P-256 nor RSA of 2048 bits or more");
  return PrivateKey(std::move(key));
}

}  // namespace keystore::cms
