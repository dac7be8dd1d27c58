// SPDX-License-Identifier: ISC
// Counted fields, written straight into locked memory and read from it: each is a 32-bit size, then the bytes. The
// counterpart of agent/base/byte_fields.h, whose buffers grow and so leave copies behind.
//
// For messages between processes of this package on one host. The format is not stable between versions.
#pragma once

#include <algorithm>
#include <charconv>
#include <concepts>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/byte_fields.h"
#include "platform/base/secret_bytes.h"

namespace agent {

/// Keeps views, so that no secret is copied before joined(). Whatever is added must live until then.
class FieldWriter {
 public:
  FieldWriter& bytes(platform::BytesView field) {
    fields_.push_back(field);
    return *this;
  }
  FieldWriter& secret(const platform::SecretBytes& field);
  FieldWriter& text(std::string_view field) {
    owned_.emplace_back(field);
    return bytes(platform::view_of(owned_.back()));
  }
  template <std::integral Number>
  FieldWriter& number(Number value) {
    return text(std::to_string(value));
  }

  [[nodiscard]] platform::SecretBytes joined() const;

 private:
  std::vector<platform::BytesView> fields_;
  std::deque<std::string> owned_;  // a deque: its elements keep their addresses when it grows
};

/// After the first field that is missing, every field reads as empty. sound() is false then, and also when a field that
/// should be a number is not a number.
class FieldReader {
 public:
  explicit FieldReader(platform::BytesView message) : in_(message) {}

  platform::BytesView bytes() { return in_.raw(in_.number<std::uint32_t>()); }
  platform::SecretBytes secret();
  std::string text() { return std::string(platform::text_of(bytes())); }
  template <std::integral Number>
  Number number() {
    Number value = 0;
    const std::string_view digits = platform::text_of(bytes());
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    numbers_sound_ = numbers_sound_ && error == std::errc() && end == digits.data() + digits.size();
    return value;
  }

  [[nodiscard]] bool more() const { return in_.complete() && !in_.rest().empty(); }
  /// Every field was there, every number was a number, and nothing is left over.
  [[nodiscard]] bool sound() const { return numbers_sound_ && in_.finished(); }

 private:
  ByteReader in_;
  bool numbers_sound_ = true;
};

}  // namespace agent
