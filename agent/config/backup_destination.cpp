// SPDX-License-Identifier: ISC
#include "agent/config/backup_destination.h"

#include <algorithm>
#include <type_traits>
#include <vector>

#include "agent/base/nearest_word.h"
#include "agent/protocol/claim.h"

namespace agent {

namespace {

using platform::ErrorKind;
using platform::Path;
using platform::Result;

constexpr std::size_t shortest_bucket = 3;  // Amazon's rule, which the others keep
constexpr std::size_t longest_bucket = 63;
constexpr std::size_t longest_prefix = 512;

// Small letters, digits and some marks. Whatever passes goes into URLs and signed requests without any encoding.
bool consists_of(std::string_view text, std::string_view marks) {
  return std::ranges::all_of(text, [marks](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || marks.find(c) != std::string_view::npos;
  });
}

constexpr std::string_view capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

bool is_bucket(std::string_view name) {
  return name.size() >= shortest_bucket && name.size() <= longest_bucket && consists_of(name, ".-") &&
         name.front() != '.' && name.front() != '-';
}

// Only characters that need no percent-encoding, and no "..", which proxies and stores may resolve.
bool is_prefix(std::string_view prefix) {
  const bool plain = consists_of(prefix, std::string(capitals) + "/._-") && prefix.size() <= longest_prefix;
  return plain && !prefix.starts_with('/') && prefix.find("//") == std::string_view::npos &&
         ("/" + std::string(prefix) + "/").find("/../") == std::string::npos;
}

// The port is cut off at the last colon, unless that is part of an IPv6 address in brackets.
bool is_loopback(std::string_view authority) {
  const auto colon = authority.ends_with(']') ? std::string_view::npos : authority.rfind(':');
  const std::string_view host = authority.substr(0, colon);
  const bool numbers = host.find_first_not_of("0123456789.") == std::string_view::npos;
  return host == "localhost" || host == "[::1]" || (host.starts_with("127.") && numbers);
}

// Without TLS anybody on the way could read which copies there are, and replace them.
bool is_endpoint(std::string_view text) {
  const bool tls = text.starts_with("https://");
  const auto slashes = text.find("://");
  if (slashes == std::string_view::npos || (!tls && !text.starts_with("http://"))) return false;
  const std::string_view authority = text.substr(slashes + 3);
  return !authority.empty() && is_plain_address(authority) && (tls || is_loopback(authority));
}

// One "key=value" of those behind the question mark.
bool read_option(std::string_view option, S3Bucket& out) {
  const auto equals = option.find('=');
  if (equals == std::string_view::npos) return false;
  const std::string_view key = option.substr(0, equals);
  const std::string_view value = option.substr(equals + 1);
  // Each key is followed by its own rule. An unknown key is refused, because it may be a mistyped one.
  if (key == "endpoint") {
    out.endpoint = value;
    return is_endpoint(value);
  }
  if (key == "region") {
    out.region = value;
    return !value.empty() && consists_of(value, "-");
  }
  if (key == "profile") {
    out.profile = value;
    return !value.empty() && is_plain_name(value);
  }
  if (key == "ca") {
    out.ca = value;
    return Path(value).is_absolute();
  }
  return false;
}

bool read_options(std::string_view options, S3Bucket& out) {
  while (!options.empty()) {
    const std::string_view option = options.substr(0, options.find('&'));
    if (!read_option(option, out)) return false;
    options.remove_prefix(std::min(options.size(), option.size() + 1));
  }
  return true;
}

// The text is not repeated: people write credentials into addresses.
tl::unexpected<platform::Error> wrong(std::string_view expected) {
  return fail(ErrorKind::configuration, "this is not a destination for backups; expected " + std::string(expected));
}

// Calls `use` once for each kind, in the variant's order.
template <class Use, class... Kinds>
void for_each_kind(Use use, std::type_identity<std::variant<Kinds...>> /*all*/) {
  (use(std::type_identity<Kinds>()), ...);
}
constexpr std::type_identity<BackupDestination> all_kinds;

}  // namespace

Result<Directory> Directory::parse(std::string_view text) {
  if (!text.starts_with(scheme)) return wrong(form);
  const std::string location(text.substr(scheme.size()));
  // A normal path, because it is compared with others and is the destination's name in notes. The root itself is
  // never meant.
  // file:///C:/backups: on Windows the third slash belongs to the URL and not to the path.
  const bool is_path = Path(location).is_absolute() || !location.starts_with('/');
  Path plain = platform::normal(is_path ? Path(location) : Path(location.substr(1)));
  const bool is_below_root = plain.is_absolute() && plain.has_relative_path() && !platform::problem_of_path(plain);
  // The system's calls would end the path at a zero byte.
  if (!is_below_root || location.find('\0') != std::string::npos)
    return wrong("file:// and the absolute path of a directory below the root");
  return Directory{std::move(plain)};
}

std::string Directory::text() const {
  const std::string plain = path.generic_string();
  return std::string(scheme) + (plain.starts_with('/') ? "" : "/") + plain;
}

Result<S3Bucket> S3Bucket::parse(std::string_view text) {
  if (!text.starts_with(scheme)) return wrong(form);
  const std::string_view body = text.substr(scheme.size());
  const std::string_view path = body.substr(0, body.find('?'));
  S3Bucket found;
  found.bucket = path.substr(0, path.find('/'));
  if (found.bucket.size() < path.size()) found.prefix = path.substr(found.bucket.size() + 1);
  if (!is_bucket(found.bucket)) return wrong("a bucket of 3 to 63 small letters, digits, dots and dashes");
  if (!is_prefix(found.prefix)) return wrong("a prefix of letters, digits and ._-/");
  if (found.prefix.ends_with('/')) found.prefix.pop_back();
  if (path.size() < body.size() && !read_options(body.substr(path.size() + 1), found)) {
    return wrong("options endpoint=https://HOST[:PORT] (http:// on loopback only), region=, profile= and ca=/FILE");
  }
  return found;
}

std::string S3Bucket::text() const {
  std::string options;
  const auto add = [&options](const char* key, const std::string& value) {
    if (!value.empty()) options += (options.empty() ? "?" : "&") + std::string(key) + "=" + value;
  };
  add("endpoint", endpoint);
  // Defaults are left out, so that two spellings of one destination have one name.
  if (region != S3Bucket().region) add("region", region);
  add("profile", profile);
  add("ca", ca.value_or(""));
  return std::string(scheme) + bucket + (prefix.empty() ? "" : "/" + prefix) + options;
}

std::string S3Bucket::last_part() const {
  const auto slash = prefix.rfind('/');
  return prefix.substr(slash == std::string::npos ? 0 : slash + 1);
}

void S3Bucket::remove_last_part() {
  const auto slash = prefix.rfind('/');
  prefix.resize(slash == std::string::npos ? 0 : slash);
}

// Amazon addresses a bucket by its name before the host's. The certificate's wildcard covers one label, so a bucket
// with a dot in its name goes into the path instead, as it does for every other store.
std::string S3Bucket::base() const {
  if (!endpoint.empty()) return endpoint;
  const std::string host = "s3." + region + ".amazonaws.com";
  return "https://" + (bucket.find('.') == std::string::npos ? bucket + "." + host : host);
}

std::string S3Bucket::root() const {
  const bool in_host = endpoint.empty() && bucket.find('.') == std::string::npos;
  return in_host ? "/" : "/" + bucket + "/";
}

std::string destination_forms() {
  std::string forms;
  const auto add = [&]<class Kind>(std::type_identity<Kind>) {
    forms += (forms.empty() ? "" : " or ") + std::string(Kind::form);
  };
  for_each_kind(add, all_kinds);
  return forms;
}

bool has_destination_scheme(std::string_view text) {
  bool found = false;
  for_each_kind([&]<class Kind>(std::type_identity<Kind>) { found = found || text.starts_with(Kind::scheme); },
                all_kinds);
  return found;
}

std::optional<std::string_view> mistyped_scheme(std::string_view text) {
  const auto colon = text.find(':');
  // "C:/copies" is a path.
  constexpr std::size_t shortest = 2;
  if (colon == std::string_view::npos || colon < shortest || has_destination_scheme(text)) return std::nullopt;
  std::vector<std::string_view> schemes;
  for_each_kind([&]<class Kind>(std::type_identity<Kind>) { schemes.push_back(Kind::scheme); }, all_kinds);
  const std::string typed = std::string(text.substr(0, colon)) + "://";
  return nearest_word(typed, schemes);
}

Result<BackupDestination> parse_destination(std::string_view text) {
  Result<BackupDestination> parsed = wrong(destination_forms() + did_you_mean_aside(mistyped_scheme(text)));
  const auto try_kind = [&]<class Kind>(std::type_identity<Kind>) {
    if (text.starts_with(Kind::scheme)) parsed = Kind::parse(text);
  };
  for_each_kind(try_kind, all_kinds);
  return parsed;
}

std::string text_of(const BackupDestination& destination) {
  return std::visit([](const auto& kind) { return kind.text(); }, destination);
}

std::string text_below(BackupDestination destination, const std::string& part) {
  std::visit([&part](auto& kind) { kind.add_last_part(part); }, destination);
  return text_of(destination);
}

}  // namespace agent
