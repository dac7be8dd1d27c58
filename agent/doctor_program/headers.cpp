// SPDX-License-Identifier: ISC
#include "agent/doctor_program/headers.h"

#include <algorithm>
#include <array>

#include <sodium.h>

#include "agent/base/doctor_limits.h"
#include "agent/doctor_program/page.h"
#include "platform/base/ascii.h"
#include "platform/base/bytes.h"

namespace agent::doctor_program {

namespace {

constexpr std::string_view blanks = " \t\r\n";

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// "hit" as a word of its own: "HIT", "HIT from proxy1", "TCP_HIT", and "MISS" or "no-hit" otherwise. With
// "TCP_REFRESH_HIT" a host was asked whether the content is still the same.
bool says_hit(std::string_view value) {
  const std::string small = platform::lower(value);
  if (small.find("refresh") != std::string::npos) return false;
  for (auto at = small.find("hit"); at != std::string::npos; at = small.find("hit", at + 1)) {
    const char before = at == 0 ? ' ' : small[at - 1];
    const char behind = at + 3 < small.size() ? small[at + 3] : ' ';
    const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
    if (!is_letter(before) && before != '-' && !is_letter(behind)) return true;
  }
  return false;
}

// RFC 9211: each cache names itself, then its parameters, of which "hit" is one.
bool is_cache_status_hit(std::string_view value) {
  for (auto at = value.find(';'); at != std::string_view::npos; at = value.find(';', at + 1)) {
    const std::string_view parameter = value.substr(at + 1, value.find_first_of(";,", at + 1) - at - 1);
    const std::string_view word = platform::trimmed(parameter, blanks);
    if (word == "hit" || word == "hit=?1") return true;
  }
  return false;
}

// Varnish: the number of this request, and on a hit the number of the one that filled the cache.
bool is_varnish_hit(std::string_view value) {
  const auto blank = value.find(' ');
  return blank != std::string_view::npos && is_number(value.substr(0, blank)) && is_number(value.substr(blank + 1));
}

bool is_hit(std::string_view name, std::string_view value) {
  if (name == "age") return is_number(value) && value.find_first_not_of('0') != std::string_view::npos;
  if (name == "cache-status") return is_cache_status_hit(value);
  if (name == "x-varnish") return is_varnish_hit(value);
  // X-Cache-Lookup is not among them: Squid says HIT there for what it found and did not use.
  return (name == "x-cache" || name == "x-cache-status" || name == "x-proxy-cache") && says_hit(value);
}

// Of "Digest realm="...", nonce="VALUE"". Empty without one.
std::string_view nonce_of(std::string_view challenge) {
  constexpr std::string_view mark = "nonce=\"";
  const auto at = challenge.find(mark);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = challenge.substr(at + mark.size());
  return rest.substr(0, rest.find('"'));
}

}  // namespace

void Headers::take(std::string_view line) {
  if (line.starts_with("HTTP/")) {
    *this = Headers();
    return;
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return;
  take_field(platform::lower(line.substr(0, colon)), platform::trimmed(line.substr(colon + 1), blanks));
}

void Headers::take_field(std::string_view name, std::string_view value) {
  if (taken_.hit.empty() && is_hit(name, value)) taken_.hit = printable(std::string(name).append(": ").append(value));
  if (name == "etag") taken_.witness.etag = digest_of(value);
  if (name == "date") taken_.witness.date = digest_of(value);
  if (name == "www-authenticate") taken_.witness.nonce = digest_of(nonce_of(value));
  if (name == "location") location_ = value;
  if (name != "set-cookie") return;
  set_cookies_.append(value).append("\n");
  const std::string cookie = printable(value.substr(0, value.find('=')));
  const bool known = std::ranges::find(taken_.cookies, cookie) != taken_.cookies.end();
  if (!known && taken_.cookies.size() < limits::http_cookies) taken_.cookies.push_back(cookie);
}

void Headers::describe(HttpAnswer& answer) const {
  answer.hit = taken_.hit;
  answer.cookies = taken_.cookies;
  answer.witness = taken_.witness;
  answer.witness.cookie = digest_of(set_cookies_);
}

std::string digest_of(std::string_view text) {
  if (text.empty()) return "";
  std::array<unsigned char, crypto_generichash_BYTES> digest{};
  const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
  crypto_generichash(digest.data(), digest.size(), bytes, text.size(), nullptr, 0);
  return platform::hex_encode(std::as_bytes(std::span(digest)));
}

}  // namespace agent::doctor_program
