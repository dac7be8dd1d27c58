// SPDX-License-Identifier: ISC
// Writing and reading the fields of our formats: big-endian numbers, counted bytes. For public bytes only:
// agent/base/secret_fields.h writes secrets.
//
// Input comes from strangers. Reading never runs past the end: after the first field that does not fit, every field
// reads as empty and complete() is false. So a decoder reads all fields in a row and asks finished() once at the end.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "platform/base/bytes.h"

namespace agent {

class ByteWriter {
 public:
  template <std::unsigned_integral Number>
  ByteWriter& number(Number value) {
    for (std::size_t at = sizeof value; at-- > 0;) out_.push_back(static_cast<std::byte>(value >> (8 * at)));
    return *this;
  }
  ByteWriter& raw(platform::BytesView bytes) {
    out_.insert(out_.end(), bytes.begin(), bytes.end());
    return *this;
  }
  /// A 16-bit size, then the bytes. The caller ensures that they fit: all texts are bounded in agent/base/limits.h.
  ByteWriter& counted(platform::BytesView bytes) { return number(static_cast<std::uint16_t>(bytes.size())).raw(bytes); }
  ByteWriter& counted(std::string_view text) { return counted(platform::view_of(text)); }

  [[nodiscard]] const platform::Bytes& bytes() const { return out_; }
  [[nodiscard]] platform::Bytes take() { return std::move(out_); }

 private:
  platform::Bytes out_;
};

class ByteReader {
 public:
  explicit ByteReader(platform::BytesView bytes) : rest_(bytes) {}

  template <std::unsigned_integral Number>
  Number number() {
    Number value = 0;
    for (const std::byte byte : raw(sizeof value))
      value = static_cast<Number>((value << 8U) | std::to_integer<Number>(byte));
    return value;
  }
  /// A view into the input, which must outlive it.
  platform::BytesView raw(std::size_t size) {
    if (size > rest_.size()) {
      complete_ = false;
      rest_ = {};  // otherwise a later, shorter field could still be read
    }
    const platform::BytesView taken = rest_.first(complete_ ? size : 0);
    rest_ = rest_.subspan(taken.size());
    return taken;
  }
  template <std::size_t N>
  void fill(std::array<std::byte, N>& out) {
    const platform::BytesView taken = raw(N);
    for (std::size_t at = 0; at < taken.size(); ++at) out.at(at) = taken[at];
  }
  platform::BytesView counted() { return raw(number<std::uint16_t>()); }
  std::string counted_text() { return std::string(platform::text_of(counted())); }

  /// For people: every byte that is not printable ASCII reads as "?", because escape sequences could steer a terminal.
  std::string counted_printable() {
    std::string text = counted_text();
    std::ranges::replace_if(
        text, [](char c) { return c < ' ' || c > '~'; }, '?');
    return text;
  }

  [[nodiscard]] platform::BytesView rest() const { return rest_; }
  /// Every field was there, and nothing is left over.
  [[nodiscard]] bool finished() const { return complete_ && rest_.empty(); }
  [[nodiscard]] bool complete() const { return complete_; }

 private:
  platform::BytesView rest_;
  bool complete_ = true;
};

}  // namespace agent
