// SPDX-License-Identifier: ISC
// CMS messages come from a store that others can write to; certificates and private keys come from any file that
// somebody named.
#include <algorithm>

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "keystore/cms/message.h"
#include "tests/fuzz/fuzz.h"

namespace {

namespace cms = keystore::cms;
using platform::ErrorKind;

platform::SecretBytes secret_of(std::string_view text) {
  platform::SecretBytes secret(text.size());
  std::ranges::copy(platform::view_of(text), secret.reveal_for_writing().begin());
  return secret;
}

// New in each run, so no message of the corpus can be for it.
const cms::PrivateKey& stranger() {
  static const cms::PrivateKey key = [] {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> made(EVP_EC_gen("P-256"), EVP_PKEY_free);
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> out(BIO_new(BIO_s_mem()), BIO_free_all);
    PEM_write_bio_PrivateKey(out.get(), made.get(), nullptr, nullptr, 0, nullptr, nullptr);
    const char* data = nullptr;
    const long size = BIO_get_mem_data(out.get(), &data);
    return *cms::PrivateKey::parse(secret_of({data, static_cast<std::size_t>(size)}));
  }();
  return key;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = tests::text_of(data, size);
  const auto inspection = cms::inspect(platform::view_of(text));
  const auto plaintext = cms::open(platform::view_of(text), stranger());
  tests::require(!plaintext);
  tests::require(plaintext.error().kind == (inspection ? ErrorKind::wrong_identity : ErrorKind::bad_backup));
  if (const auto certificates = cms::Certificate::parse(text)) tests::require(!certificates->empty());
  (void)cms::PrivateKey::parse(secret_of(text));
  return 0;
}
