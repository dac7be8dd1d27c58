// SPDX-License-Identifier: ISC
#include "keystore/age/payload.h"

#include <algorithm>

#include "keystore/age/header.h"
#include "keystore/age/limits.h"

namespace keystore::age {

namespace {

using platform::BytesView;
using platform::Result;
using platform::SecretBytes;

constexpr std::size_t nonce_size = 16;
constexpr std::size_t chunk_size = 64UL * 1024;
constexpr std::size_t sealed_size = chunk_size + tag_size;

tl::unexpected<platform::Error> bad_payload(std::string_view what) {
  return platform::fail(platform::ErrorKind::bad_backup, "the payload is damaged: " + std::string(what));
}

// The counter of the format has 88 bits. Our limits need less than 32 of them.
Nonce chunk_nonce(std::uint32_t number, bool last) {
  Nonce nonce{};
  for (std::size_t at = 0; at < sizeof number; ++at) nonce.at(10 - at) = static_cast<std::byte>(number >> (8 * at));
  nonce.back() = static_cast<std::byte>(last);
  return nonce;
}

// The nonce of the file makes the key a new one, so the counters of chunks can begin with 0 in every file.
DerivedKey payload_key(BytesView nonce, const FileKey& file_key) { return derive(file_key.bytes(), nonce, "payload"); }

// An empty plaintext has one empty chunk. Without a chunk there would be no tag that proves it is empty.
std::size_t chunks_of(std::size_t plaintext) {
  return std::max<std::size_t>(1, (plaintext + chunk_size - 1) / chunk_size);
}

template <class Byte>
std::span<Byte> piece(std::span<Byte> whole, std::size_t number, std::size_t size) {
  return whole.subspan(number * size, std::min(size, whole.size() - number * size));
}

}  // namespace

Result<std::size_t> plaintext_size_of(std::size_t payload_size) {
  // Without a whole nonce the file was cut near its header, so the message does not speak of a payload.
  if (payload_size < nonce_size) return bad_header("the file ends before its payload begins");
  if (payload_size < nonce_size + tag_size) return bad_payload("it is too short");
  const std::size_t sealed = payload_size - nonce_size;
  const std::size_t chunks = (sealed + sealed_size - 1) / sealed_size;
  const std::size_t last = sealed - (chunks - 1) * sealed_size;
  // An empty last chunk behind others would give one plaintext two forms, so the format forbids it.
  if (last < tag_size || (last == tag_size && chunks > 1)) return bad_payload("it ends in the middle of a chunk");
  const std::size_t plaintext = sealed - chunks * tag_size;
  // Checked here, before open_payload() takes memory for the plaintext.
  if (plaintext > limits::plaintext) return bad_payload("it is larger than any backup should be");
  return plaintext;
}

platform::Bytes seal_payload(const SecretBytes& plaintext, const FileKey& file_key) {
  const std::size_t chunks = chunks_of(plaintext.size());
  platform::Bytes payload(nonce_size + plaintext.size() + chunks * tag_size);
  // Random for each file, as the format demands.
  const auto nonce = std::span(payload).first(nonce_size);
  platform::fill_random(nonce);
  const DerivedKey key = payload_key(nonce, file_key);
  const auto sealed = std::span(payload).subspan(nonce_size);
  for (std::size_t number = 0; number < chunks; ++number) {
    seal_chunk(piece(plaintext.reveal(), number, chunk_size),
               chunk_nonce(static_cast<std::uint32_t>(number), number + 1 == chunks), key,
               piece(sealed, number, sealed_size));
  }
  return payload;
}

Result<SecretBytes> open_payload(BytesView payload, const FileKey& file_key) {
  // All chunks go into one buffer, which is given out only when each of them has been verified.
  SecretBytes plaintext(TRY(plaintext_size_of(payload.size())));
  const DerivedKey key = payload_key(payload.first(nonce_size), file_key);
  const auto sealed = payload.subspan(nonce_size);
  const std::size_t chunks = chunks_of(plaintext.size());
  for (std::size_t number = 0; number < chunks; ++number) {
    // The nonce holds the number of the chunk and whether it is the last. So a file that was cut, or whose chunks were
    // swapped, does not open.
    const Nonce nonce = chunk_nonce(static_cast<std::uint32_t>(number), number + 1 == chunks);
    if (!open_chunk(piece(sealed, number, sealed_size), nonce, key,
                    piece(plaintext.reveal_for_writing(), number, chunk_size))) {
      return bad_payload("chunk " + std::to_string(number + 1) + " of " + std::to_string(chunks) +
                         " was changed, or is not the one that belongs there");
    }
  }
  return plaintext;
}

}  // namespace keystore::age
