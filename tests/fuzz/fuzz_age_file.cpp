// SPDX-License-Identifier: ISC
// A backup comes from a store that others can write to, so any bytes may come instead of an age file.
#include "keystore/age/file.h"
#include "keystore/age/payload.h"
#include "tests/fuzz/fuzz.h"

namespace {

namespace age = keystore::age;
using platform::BytesView;

// An identity of this target only. Some files of the corpus are encrypted to it, so that the fuzzer gets past the
// header.
constexpr std::string_view identity_text = "AGE-SECRET-KEY-1XKQ75XR97759PUQPWCAGV9AZD0TA23KVF0CMXJ2NGAY7EMGTC7YQ2MD0GV";

const std::vector<age::Identity>& identities() {
  static const std::vector<age::Identity> all = [] {
    std::vector<age::Identity> only;
    only.emplace_back(*age::X25519Identity::parse(platform::view_of(identity_text)));
    return only;
  }();
  return all;
}

// There is one way to write a header. If two texts gave one header, its MAC would not protect the text.
void read_header(BytesView file) {
  const auto header = age::read_header(file);
  if (!header) return;
  tests::require(header->size <= file.size() && header->size <= age::limits::header);
  const std::string again = age::write_header(header->stanzas, age::new_file_key());
  tests::require(again.starts_with(header->authenticated) && again.size() == header->size);
}

void open_payload(BytesView payload) {
  const auto size = age::plaintext_size_of(payload.size());
  const auto plaintext = age::open_payload(payload, age::FileKey(platform::SecretBytes(age::file_key_size)));
  if (plaintext) tests::require(size && *size == plaintext->size());
}

void open(BytesView file) {
  const auto inspection = age::inspect(file);
  const auto plaintext = age::open(file, identities());
  if (plaintext) tests::require(inspection && inspection->plaintext_size == plaintext->size());
  if (!inspection) tests::require(inspection.error().kind == platform::ErrorKind::bad_backup);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const BytesView input = platform::view_of(tests::text_of(data, size));
  read_header(input);
  open_payload(input);
  open(input);
  return 0;
}
