// SPDX-License-Identifier: ISC
#include "agent/base/secret_fields.h"

#include <numeric>

namespace agent {

namespace {

constexpr std::size_t count_size = 4;  // as FieldReader::bytes() reads it

}  // namespace

FieldWriter& FieldWriter::secret(const platform::SecretBytes& field) { return bytes(field.reveal()); }

// The size is known before the first byte is written: a buffer that grows would leave copies of secrets behind.
platform::SecretBytes FieldWriter::joined() const {
  const std::size_t size =
      std::accumulate(fields_.begin(), fields_.end(), std::size_t{0},
                      [](std::size_t sum, platform::BytesView field) { return sum + count_size + field.size(); });
  platform::SecretBytes message(size);
  auto at = message.reveal_for_writing().begin();
  for (const platform::BytesView field : fields_) {
    const auto count = ByteWriter().number(static_cast<std::uint32_t>(field.size())).take();
    at = std::ranges::copy(field, std::ranges::copy(count, at).out).out;
  }
  return message;
}

platform::SecretBytes FieldReader::secret() {
  const platform::BytesView field = bytes();
  platform::SecretBytes copy(field.size());
  std::ranges::copy(field, copy.reveal_for_writing().begin());
  return copy;
}

}  // namespace agent
