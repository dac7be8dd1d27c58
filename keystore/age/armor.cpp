// SPDX-License-Identifier: ISC
#include "keystore/age/armor.h"

#include <algorithm>

#include "keystore/age/base64.h"

namespace keystore::age {

namespace {

using platform::Result;

constexpr std::string_view begin_line = "-----BEGIN AGE ENCRYPTED FILE-----";
constexpr std::string_view end_line = "-----END AGE ENCRYPTED FILE-----";
constexpr std::string_view white_space = " \t\r\n";
// RFC 7468 §2: every line but the last has exactly 64 characters.
constexpr std::size_t columns = 64;

tl::unexpected<platform::Error> bad_armor(std::string_view what) {
  return platform::fail(platform::ErrorKind::bad_backup, "the armor is damaged: " + std::string(what));
}

std::string_view without_white_space_before(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(white_space), text.size()));
}

// Takes the next line without its end, LF or CRLF. A CR without LF stays in the line, where base64 refuses it.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (end != std::string_view::npos && line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// Mail may add white space behind a text, so white space may follow. Anything else could be a second file that the user
// expects to be read.
bool is_end(std::string_view rest) {
  return rest.starts_with(end_line) && without_white_space_before(rest.substr(end_line.size())).empty();
}

// Gives whether the line was full, because only the last may be shorter. The bytes are counted: padding can fill 64
// columns with fewer than 48 bytes.
Result<bool> append_line(std::string_view line, platform::Bytes& file) {
  if (line.empty() || line.size() > columns) return bad_armor("a line is empty or too long");
  const auto decoded = decode_padded_base64(line);
  if (!decoded) return bad_armor("a line is not canonical base64");
  file.insert(file.end(), decoded->begin(), decoded->end());
  return decoded->size() == columns / 4 * 3;
}

}  // namespace

bool is_armored(platform::BytesView file) {
  // Any label counts here, so that a file of another kind is refused in a sentence about its first line.
  return without_white_space_before(platform::text_of(file)).starts_with("-----BEGIN");
}

std::string encode_armor(platform::BytesView file) {
  const std::string encoded = encode_padded_base64(file);
  std::string text = std::string(begin_line) + '\n';
  for (std::size_t at = 0; at < encoded.size(); at += columns) text.append(encoded, at, columns) += '\n';
  return text.append(end_line) += '\n';
}

Result<platform::Bytes> decode_armor(platform::BytesView armored) {
  std::string_view text = without_white_space_before(platform::text_of(armored));
  if (take_line(text) != begin_line) return bad_armor("it does not begin as that of an age file");
  platform::Bytes file;
  // The text is within the limit of a file, which the caller has checked.
  file.reserve(text.size() / 4 * 3);
  bool whole = true;
  while (!is_end(text)) {
    if (text.empty()) return bad_armor("it ends in the middle");
    if (!whole) return bad_armor("something follows the last line");
    whole = TRY(append_line(take_line(text), file));
  }
  return file;
}

}  // namespace keystore::age
