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
std::string_view text_of(BytesView bytes);

/// libsodium 1.0.18 takes any other byte for the last letter of the base64 alphabet, so that is asked before.
bool is_ascii(BytesView text);

std::string hex_encode(BytesView bytes);
/// Nothing when it is not hex digits in pairs; either case.
std::optional<Bytes> hex_decode(std::string_view text);

/// RFC 4648 §5, without padding.
std::string base64url_encode(BytesView bytes);
std::optional<Bytes> base64url_decode(std::string_view text);

/// From the operating system's generator, through libsodium.
void fill_random(std::span<std::byte> out);

}  // namespace platform
