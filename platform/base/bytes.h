// SPDX-License-Identifier: ISC
// Public bytes and their text forms. Secrets are in platform/base/secret_bytes.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace platform {

using Bytes = std::vector<std::byte>;
using BytesView = std::span<const std::byte>;

BytesView view_of(std::string_view text);
/// The text is valid as long as the bytes are, and does not end with a zero byte.
std::string_view text_of(BytesView bytes);

/// Whether every byte is below 0x80. Ask before decoding base64: libsodium 1.0.18 decodes any other byte as the last
/// letter of its alphabet.
bool is_ascii(BytesView text);

std::string hex_encode(BytesView bytes);
/// Takes upper and lower case. Nothing when the text is not pairs of hex digits.
std::optional<Bytes> hex_decode(std::string_view text);

/// RFC 4648 §5, without padding. Decoding gives nothing for padding, white space or any other character.
std::string base64url_encode(BytesView bytes);
std::optional<Bytes> base64url_decode(std::string_view text);

/// Takes random bytes from the operating system, through libsodium, which ends the process if the system has none.
void fill_random(std::span<std::byte> out);

}  // namespace platform
