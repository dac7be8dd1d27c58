// SPDX-License-Identifier: ISC
#include "agent/transport/identity.h"

#include <array>
#include <cstdint>
#include <cstdio>

#include <openssl/bio.h>
#include <openssl/decoder.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sodium.h>

#include "agent/base/limits.h"
#include "platform/accounts/account.h"
#include "platform/base/text_encoding.h"
#include "platform/files/file.h"
#include "platform/host/machine_seal.h"

namespace agent {

namespace {

using platform::Bytes;
using platform::BytesView;
using platform::ErrorKind;
using platform::fail;
using platform::Path;
using platform::Result;

using Key = std::shared_ptr<EVP_PKEY>;
using Certificate = std::shared_ptr<X509>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free_all)>;

// OpenSSL's own reasons stay out: they name functions of the library, which helps nobody who runs this.
tl::unexpected<platform::Error> openssl_failed(const char* what) {
  return fail(ErrorKind::internal, std::string("OpenSSL cannot ") + what);
}

Bio reader(BytesView bytes) { return {BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())), BIO_free_all}; }

Result<Certificate> self_sign(const Key& key, const std::string& name) {
  Certificate certificate(X509_new(), X509_free);
  X509* x = certificate.get();
  std::array<unsigned char, 16> serial{};
  randombytes_buf(serial.data(), serial.size());
  serial[0] &= 0x7fU;  // an INTEGER is signed, and a serial number is positive (RFC 5280, 4.1.2.2)
  const std::unique_ptr<BIGNUM, decltype(&BN_free)> number(BN_bin2bn(serial.data(), serial.size(), nullptr), BN_free);
  const std::string subject = name.substr(0, 64);  // ub-common-name, RFC 5280
  X509_NAME* names = X509_get_subject_name(x);
  // 99991231235959Z stands for "no date on which it expires" (RFC 5280, 4.1.2.5).
  const bool made =
      X509_set_version(x, X509_VERSION_3) == 1 &&
      BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(x)) != nullptr &&
      ASN1_TIME_set_string(X509_getm_notBefore(x), "19700101000000Z") == 1 &&
      ASN1_TIME_set_string(X509_getm_notAfter(x), "99991231235959Z") == 1 &&
      X509_NAME_add_entry_by_txt(names, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(subject.c_str()),
                                 -1, -1, 0) == 1 &&
      X509_set_issuer_name(x, names) == 1 && X509_set_pubkey(x, key.get()) == 1 &&
      X509_sign(x, key.get(), EVP_sha256()) > 0;
  if (!made) return openssl_failed("make a certificate");
  return certificate;
}

// OpenSSL would ask for the passphrase of an encrypted key on the terminal, where the listener would wait for ever. The
// empty answer makes it fail instead.
int no_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*data*/) { return 0; }

// A damaged private key can still load, together with the public key that the file has beside it. Its signatures then
// fail on the other side, and peers would report that this host is not who it claims to be.
bool is_pair(const Key& key) {
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
      EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr), EVP_PKEY_CTX_free);
  return context && EVP_PKEY_pairwise_check(context.get()) == 1;
}

// A configured private key may be of any type. This program's own one is of a known type, and OpenSSL loads its
// decoders for that type alone, which is a tenth of the CPU time of a `verify` of three peers.
enum class KeyType : std::uint8_t { p256, any };

EVP_PKEY* decode_key(BytesView pem, KeyType type) {
  const Bio bio = reader(pem);
  EVP_PKEY* key = nullptr;
  const std::unique_ptr<OSSL_DECODER_CTX, decltype(&OSSL_DECODER_CTX_free)> decoder(
      OSSL_DECODER_CTX_new_for_pkey(&key, "PEM", nullptr, type == KeyType::p256 ? "EC" : nullptr, EVP_PKEY_KEYPAIR,
                                    nullptr, nullptr),
      OSSL_DECODER_CTX_free);
  const bool decoded = decoder && OSSL_DECODER_CTX_set_pem_password_cb(decoder.get(), no_passphrase, nullptr) == 1 &&
                       OSSL_DECODER_from_bio(decoder.get(), bio.get()) == 1;
  return decoded ? key : nullptr;
}

Result<Key> read_key(BytesView pem, const Path& file, KeyType type) {
  Key key(decode_key(pem, type), EVP_PKEY_free);
  // OpenSSL keeps errors in a queue of the thread. An error that stays there is reported by a later TLS call.
  if (!key) {
    ERR_clear_error();
    return fail(ErrorKind::configuration, file.string() + " holds no private key without a passphrase in PEM");
  }
  if (!is_pair(key)) {
    ERR_clear_error();
    return fail(ErrorKind::configuration,
                "the private key in " + file.string() + " is damaged: it does not belong to its public key");
  }
  return key;
}

Result<Certificate> read_certificate(BytesView pem, const Path& file) {
  const Bio bio = reader(pem);
  Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), X509_free);
  if (!certificate) return fail(ErrorKind::configuration, file.string() + " holds no certificate in PEM");
  return certificate;
}

// Certificate and key may come from different certificate requests. Without this check the handshake fails, with a
// reason nobody understands.
Result<void> check_pair(const Key& key, const Certificate& certificate, const Path& file) {
  if (X509_check_private_key(certificate.get(), key.get()) == 1) return {};
  return fail(ErrorKind::configuration, "the private key in " + file.string() + " is not that of the certificate");
}

}  // namespace

Identity::Identity(Key key, Certificate certificate)
    : key_(std::move(key)), certificate_(std::move(certificate)), spki_(spki_of(*certificate_)), pin_(pin_of(spki_)) {}

Result<Identity> Identity::generate(const std::string& name) {
  Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  if (!key) return openssl_failed("make a P-256 key");
  Certificate certificate = TRY(self_sign(key, name));
  return Identity(std::move(key), std::move(certificate));
}

Result<Identity> Identity::load(const Path& file) {
  auto stored = TRY(platform::read_secret_file(file, limits::certificate_file));
  const platform::SecretBytes pem = TRY(platform::open_seal(std::move(stored.content), file));
  Key key = TRY(read_key(pem.reveal(), file, KeyType::p256));
  Certificate certificate = TRY(read_certificate(pem.reveal(), file));
  TRY(check_pair(key, certificate, file));
  return Identity(std::move(key), std::move(certificate));
}

Result<Identity> Identity::load(const Path& certificate_file, const Path& key_file) {
  // The private key is read with the rules of every secret file. The certificate is public, and people do link it.
  auto stored = TRY(platform::read_secret_file(key_file, limits::certificate_file));
  const auto file = TRY(platform::read_file(certificate_file, limits::certificate_file, platform::Links::follow));
  const auto key_pem = TRY(platform::utf8_text(std::move(stored.content), key_file.string(), ErrorKind::configuration));
  const auto pem =
      TRY(platform::utf8_text(platform::text_of(file.content), certificate_file.string(), ErrorKind::configuration));
  Key key = TRY(read_key(key_pem.reveal(), key_file, KeyType::any));
  Certificate certificate = TRY(read_certificate(platform::view_of(pem), certificate_file));
  TRY(check_pair(key, certificate, key_file));
  return Identity(std::move(key), std::move(certificate));
}

Result<void> Identity::save(const Path& file) const {
  const Bio bio(BIO_new(BIO_s_secmem()), BIO_free_all);  // OpenSSL's secure heap, where it has one
  const bool written =
      bio && PEM_write_bio_PKCS8PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1 &&
      PEM_write_bio_X509(bio.get(), certificate_.get()) == 1;
  if (!written) return openssl_failed("write the identity");
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  const auto sealed = TRY(platform::seal_for_machine(std::as_bytes(std::span(text, static_cast<std::size_t>(size)))));
  return platform::install_file({.path = file,
                                 .content = sealed.reveal(),
                                 .uid = platform::current_user(),
                                 .gid = platform::current_group(),
                                 .mode = 0600,
                                 .existing = platform::NewFile::Existing::replace});
}

Bytes spki_of(const X509& certificate) {
  // The bytes as they stand in the certificate. The parsed key could be encoded in another form,
  // with another pin.
  unsigned char* der = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(&certificate), &der);
  if (size <= 0) return {};
  const std::unique_ptr<unsigned char, void (*)(unsigned char*)> owner(
      der, [](unsigned char* bytes) { OPENSSL_free(bytes); });
  const auto bytes = std::as_bytes(std::span(der, static_cast<std::size_t>(size)));
  return {bytes.begin(), bytes.end()};
}

Pin pin_of(BytesView spki) {
  Pin pin;
  crypto_hash_sha256(reinterpret_cast<unsigned char*>(pin.bytes.data()),
                     reinterpret_cast<const unsigned char*>(spki.data()), spki.size());
  return pin;
}

}  // namespace agent
