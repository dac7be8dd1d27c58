// SPDX-License-Identifier: ISC
// The record and its public part: our own files, which a disk may have damaged.
#include "keystore/host_key/record.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = tests::text_of(data, size);
  if (const auto record = keystore::decode_record(text)) {
    tests::require(record->generation >= 1 && record->generation <= keystore::largest_generation);
    const auto again = keystore::decode_record(keystore::encode(*record));
    tests::require(again && *again == *record);
    const auto open = keystore::decode_public_record(keystore::encode_public(*record));
    tests::require(open && open->claim.fleet == record->fleet && open->epoch == record->epoch);
  }
  if (const auto open = keystore::decode_public_record(text)) tests::require(open->claim.generation >= 1);
  return 0;
}
