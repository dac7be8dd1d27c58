// SPDX-License-Identifier: ISC
#include "agent/base/repeatable.h"

#include <algorithm>
#include <array>

#include "platform/base/ascii.h"

namespace agent {

namespace {

constexpr std::size_t longest_repeated = 64;
// Words of a host name are longer than this only where they are words, and not letters mixed with digits.
constexpr std::size_t longest_mixed_part = 11;
constexpr std::size_t longest_part = 24;

constexpr std::size_t hex_key = 48;     // gen.key's 24 bytes
constexpr std::size_t base64_key = 32;  // the same
constexpr std::size_t aws_secret = 40;
constexpr std::size_t aws_key_id = 20;

bool is_small(char c) { return c >= 'a' && c <= 'z'; }
bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return is_small(c) || is_capital(c); }
bool is_of_word(char c) { return is_letter(c) || is_digit(c); }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_base64(char c) { return is_of_word(c) || c == '+' || c == '/' || c == '-' || c == '_'; }

// "://user:password@host". An "@" behind the first slash belongs to the path.
bool has_password(std::string_view url) {
  const auto begin = url.find("://");
  if (begin == std::string_view::npos) return false;
  const std::string_view authority = url.substr(begin + 3, url.find('/', begin + 3) - (begin + 3));
  return authority.find('@') != std::string_view::npos;
}

// Random text has all three kinds of characters; a path or a name of this very length has them hardly ever.
bool is_random(std::string_view text) {
  return std::ranges::all_of(text, is_base64) && std::ranges::any_of(text, is_small) &&
         std::ranges::any_of(text, is_capital) && std::ranges::any_of(text, is_digit) && !text.starts_with('/');
}

bool is_aws_key_id(std::string_view text) {
  return text.size() == aws_key_id && (text.starts_with("AKIA") || text.starts_with("ASIA"));
}

bool is_part_of_a_name(std::string_view part) {
  const bool mixed = std::ranges::any_of(part, is_letter) && std::ranges::any_of(part, is_digit);
  return part.size() <= (mixed ? longest_mixed_part : longest_part);
}

}  // namespace

std::optional<std::string_view> secret_form(std::string_view text) {
  struct Mark {
    std::string_view inside;  // in small letters
    std::string_view form;
  };
  // Wherever they stand: a secret is pasted with what stood around it.
  constexpr std::array marks = {Mark{"gka1_", "a ticket"}, Mark{"age-secret-key-", "an age identity"},
                                Mark{"age-plugin-", "an age identity"}, Mark{"private key-----", "a private key"}};
  const std::string small = platform::lower(text);
  const auto* const mark =
      std::ranges::find_if(marks, [&](const Mark& each) { return small.find(each.inside) != std::string::npos; });
  if (mark != marks.end()) return mark->form;
  if (has_password(text)) return "an address with a password";
  const std::string_view bare = platform::trimmed(text, " \t\r\n\v\f");
  if (bare.size() == hex_key && std::ranges::all_of(bare, is_hex)) return "a key";
  if (bare.size() == base64_key && is_random(bare)) return "a key";
  if ((bare.size() == aws_secret && is_random(bare)) || is_aws_key_id(bare)) return "an access key";
  return std::nullopt;
}

bool may_repeat(std::string_view text) {
  if (text.empty() || text.size() > longest_repeated || secret_form(text)) return false;
  constexpr std::string_view marks = ".:-_[]";
  while (!text.empty()) {
    const auto* const end = std::ranges::find_if_not(text, is_of_word);
    const auto length = static_cast<std::size_t>(end - text.begin());
    if (!is_part_of_a_name(text.substr(0, length))) return false;
    if (end != text.end() && marks.find(*end) == std::string_view::npos) return false;
    text.remove_prefix(std::min(text.size(), length + 1));
  }
  return true;
}

std::string repeated(std::string_view text) { return may_repeat(text) ? "\"" + std::string(text) + "\"" : "this text"; }

}  // namespace agent
