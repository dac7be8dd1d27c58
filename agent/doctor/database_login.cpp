// SPDX-License-Identifier: ISC
#include "agent/doctor/database_login.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "agent/base/doctor_limits.h"
#include "platform/base/bytes.h"

namespace agent {

namespace {

std::byte digit_of(char c) {
  const int value = c >= 'a' ? c - 'a' + 10 : c >= 'A' ? c - 'A' + 10 : c - '0';
  return static_cast<std::byte>(value);
}

// read_database_uri() has checked that two digits follow each "%".
platform::SecretBytes unescaped(std::string_view text) {
  const auto escapes = static_cast<std::size_t>(std::ranges::count(text, '%'));
  platform::SecretBytes plain(text.size() - 2 * escapes);
  auto at = plain.reveal_for_writing().begin();
  for (; !text.empty(); ++at) {
    const bool escaped = text.front() == '%';
    *at = escaped ? digit_of(text[1]) << 4 | digit_of(text[2]) : static_cast<std::byte>(text.front());
    text.remove_prefix(escaped ? 3 : 1);
  }
  return plain;
}

// A name or password with a zero byte would be cut. Beyond ASCII, servers and drivers normalise it (RFC 4013).
bool is_plain(const platform::SecretBytes& secret) {
  return std::ranges::all_of(secret.reveal(),
                             [](std::byte each) { return each >= std::byte{' '} && each <= std::byte{'~'}; });
}

std::optional<LoginMechanism> mechanism_of(const std::string& name) {
  if (name.empty()) return LoginMechanism::any_scram;
  if (name == "SCRAM-SHA-1") return LoginMechanism::scram_sha_1;
  if (name == "SCRAM-SHA-256") return LoginMechanism::scram_sha_256;
  return std::nullopt;
}

}  // namespace

std::variant<DatabaseLogin, std::string> login_in(platform::BytesView text, const DatabaseUri& uri, bool encrypted) {
  const auto mechanism = mechanism_of(uri.mechanism);
  if (!mechanism) return "a login by SCRAM: this version has no other";
  if (!uri.has_user) return "a user name and password in mongo.mongoUri";
  if (encrypted) return "a login that is not encrypted: mongo.encryptedCredentials is true";
  std::string_view part = platform::text_of(text);
  part.remove_prefix(part.find("://") + 3);
  part = part.substr(0, part.rfind('@'));
  const auto colon = part.find(':');
  if (colon == std::string_view::npos) return "a password in mongo.mongoUri";
  DatabaseLogin login{unescaped(part.substr(0, colon)), unescaped(part.substr(colon + 1)), uri.source, *mechanism};
  const auto is_good = [](const platform::SecretBytes& each) {
    return !each.empty() && each.size() <= limits::database_password && is_plain(each);
  };
  if (!is_good(login.user) || !is_good(login.password)) return "a user name and password of ASCII characters alone";
  if (login.source.empty()) login.source = uri.database.empty() ? "admin" : uri.database;
  return login;
}

}  // namespace agent
