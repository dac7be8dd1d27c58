// SPDX-License-Identifier: ISC
#include "keystore/age/header.h"

#include <algorithm>
#include <optional>

#include "keystore/age/base64.h"
#include "keystore/age/limits.h"

namespace keystore::age {

namespace {

using platform::Result;

constexpr std::string_view version_line = "age-encryption.org/v1";
constexpr std::string_view any_version = "age-encryption.org/";
constexpr std::string_view stanza_mark = "-> ";
constexpr std::string_view end_mark = "---";
constexpr std::size_t columns = 64;

// Lines of the header, without their line feed.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}

  [[nodiscard]] std::size_t position() const { return at_; }

  // bad_backup when the line has no end: the file is truncated, or the header goes beyond the limit.
  Result<std::string_view> next() {
    const std::size_t end = text_.find('\n', at_);
    if (end == std::string_view::npos) {
      return bad_header(text_.size() < limits::header ? "it ends in the middle" : "it is larger than any should be");
    }
    const std::string_view line = text_.substr(at_, end - at_);
    at_ = end + 1;
    return line;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

// The format allows visible ASCII only. Kinds are shown in messages, where other characters could steer a terminal.
bool is_argument(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

Result<std::vector<std::string>> read_arguments(std::string_view line) {
  std::vector<std::string> arguments;
  while (true) {
    // One space separates. Two in a row make an empty argument, which is refused, so a stanza has one spelling.
    const std::size_t space = line.find(' ');
    const std::string_view argument = line.substr(0, space);
    if (!is_argument(argument)) return bad_header("a stanza has an invalid argument");
    arguments.emplace_back(argument);
    if (space == std::string_view::npos) return arguments;
    line.remove_prefix(space + 1);
  }
}

// A body is a run of lines of 64 columns. It ends with a shorter line, which may be empty. 64 columns stand for whole
// bytes, so each line is decoded on its own.
Result<platform::Bytes> read_body(Lines& lines) {
  platform::Bytes body;
  while (true) {
    const std::string_view line = TRY(lines.next());
    if (line.size() > columns) return bad_header("a line of a stanza is too long");
    const auto decoded = decode_base64(line);
    if (!decoded) return bad_header("a line of a stanza is not canonical base64");
    body.insert(body.end(), decoded->begin(), decoded->end());
    if (line.size() < columns) return body;
  }
}

Result<Stanza> read_stanza(std::string_view line, Lines& lines) {
  Stanza stanza;
  stanza.arguments = TRY(read_arguments(line.substr(stanza_mark.size())));
  stanza.body = TRY(read_body(lines));
  return stanza;
}

Result<HeaderMac> read_mac(std::string_view line) {
  // The space belongs to this line but not to the text under the MAC, which ends with the dashes.
  const bool marked = line.starts_with("--- ");
  const auto mac = marked ? decode_base64_of<std::tuple_size_v<HeaderMac>>(line.substr(4)) : std::nullopt;
  if (!mac) return bad_header("its last line holds no MAC");
  return *mac;
}

Result<std::string_view> read_version(Lines& lines) {
  const auto line = lines.next();
  if (line && *line == version_line) return *line;
  // A file of a later version of the format may be intact, so it gets a sentence of its own.
  if (line && line->starts_with(any_version)) return bad_header("it is of another version of the format");
  return bad_header("it does not begin as that of an age file");
}

std::string wrapped(std::string_view text) {
  std::string lines;
  // A full last line is followed by an empty one, because only a shorter line ends a body.
  for (; text.size() >= columns; text.remove_prefix(columns)) lines.append(text.substr(0, columns)) += '\n';
  return lines.append(text) += '\n';
}

std::string write(const Stanza& stanza) {
  std::string text = "->";
  for (const std::string& argument : stanza.arguments) (text += ' ') += argument;
  return (text += '\n') += wrapped(encode_base64(stanza.body));
}

// The format gives this key an empty salt. The label keeps it apart from the key of the payload.
HeaderMac mac_with(std::string_view authenticated, const FileKey& file_key) {
  return mac_of(platform::view_of(authenticated), derive(file_key.bytes(), {}, "header"));
}

}  // namespace

tl::unexpected<platform::Error> bad_header(std::string_view what) {
  return platform::fail(platform::ErrorKind::bad_backup, "the header is damaged: " + std::string(what));
}

Result<Header> read_header(platform::BytesView file) {
  // Only this much is looked at, so a file without a header costs little.
  const std::string_view text = platform::text_of(file.first(std::min(file.size(), limits::header)));
  Lines lines(text);
  TRY(read_version(lines));
  Header header;
  while (true) {
    const std::size_t begin = lines.position();
    const std::string_view line = TRY(lines.next());
    if (line.starts_with(end_mark)) {
      header.mac = TRY(read_mac(line));
      header.authenticated = text.substr(0, begin + end_mark.size());
      break;
    }
    if (!line.starts_with(stanza_mark)) return bad_header("a line begins neither a stanza nor the end");
    // Each stanza costs work before anything is authenticated.
    if (header.stanzas.size() == limits::stanzas) return bad_header("it has more recipients than any should have");
    header.stanzas.push_back(TRY(read_stanza(line, lines)));
  }
  // The format demands a recipient. Other code relies on the first stanza.
  if (header.stanzas.empty()) return bad_header("it names no recipient");
  header.size = lines.position();
  return header;
}

std::string write_header(const std::vector<Stanza>& stanzas, const FileKey& file_key) {
  std::string text = std::string(version_line) + '\n';
  for (const Stanza& stanza : stanzas) text += write(stanza);
  text += end_mark;
  return text + ' ' + encode_base64(mac_with(text, file_key)) + '\n';
}

bool has_mac_of(const Header& header, const FileKey& file_key) {
  // A comparison that stops early would tell a forger how many bytes of a MAC are right.
  return platform::equal_in_constant_time(header.mac, mac_with(header.authenticated, file_key));
}

Result<WrappedKey> wrapped_key_of(const Stanza& stanza) {
  WrappedKey wrapped{};
  // A longer body can be made to open with many keys, and its sender could learn by trial which of them is in use.
  if (stanza.body.size() != wrapped.size()) return bad_header("a wrapped key has another length");
  std::ranges::copy(stanza.body, wrapped.begin());
  return wrapped;
}

platform::Bytes body_of(const WrappedKey& wrapped) { return {wrapped.begin(), wrapped.end()}; }

}  // namespace keystore::age
