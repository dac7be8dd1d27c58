#include "agent/config/backup_destination.h"

#include <algorithm>

#include "agent/protocol/claim.h"

namespace agent {

namespace {

using platform::ErrorKind;
using platform::Path;
using platform::Result;

constexpr std::string_view file_scheme = "file://";
constexpr std::string_view s3_scheme = "s3://";
constexpr std::size_t shortest_bucket = 3;  // Amazon's rule, which the others keep
constexpr std::size_t longest_bucket = 63;
constexpr std::size_t longest_prefix = 512;

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

bool is_prefix(std::string_view prefix) {
  const bool plain = consists_of(prefix, std::string(capitals) + "/._-") && prefix.size() <= longest_prefix;
  return plain && !prefix.starts_with('/') && prefix.find("//") == std::string_view::npos &&
         ("/" + std::string(prefix) + "/").find("/../") == std::string::npos;
}

bool is_loopback(std::string_view authority) {
  const auto colon = authority.ends_with(']') ? std::string_view::npos : authority.rfind(':');
  const std::string_view host = authority.substr(0, colon);
  const bool numbers = host.find_first_not_of("0123456789.") == std::string_view::npos;
  return host == "localhost" || host == "[::1]" || (host.starts_with("127.") && numbers);
}

bool is_endpoint(std::string_view text) {
  const bool tls = text.starts_with("https://");
  const auto slashes = text.find("://");
  if (slashes == std::string_view::npos || (!tls && !text.starts_with("http://"))) return false;
  const std::string_view authority = text.substr(slashes + 3);
  return !authority.empty() && is_plain_address(authority) && (tls || is_loopback(authority));
}

// One "key=value" of what stands behind the question mark.
bool read_option(std::string_view option, S3Bucket& out) {
  const auto equals = option.find('=');
  if (equals == std::string_view::npos) return false;
  const std::string_view key = option.substr(0, equals);
  const std::string_view value = option.substr(equals + 1);
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

tl::unexpected<platform::Error> wrong(std::string_view text, std::string_view expected) {
  return fail(ErrorKind::configuration,
              "\"" + std::string(text) + "\" is no destination for backups: expected " + std::string(expected));
}

Result<BackupDestination> parse_directory(std::string_view text) {
  const std::string place(text.substr(file_scheme.size()));
  // In file:///C:/x the third slash is not part of the path.
  const Path path = Path(place).is_absolute() || !place.starts_with('/') ? Path(place) : Path(place.substr(1));
  Path plain = platform::normal(path);
  const bool is_below_root = plain.is_absolute() && plain.has_relative_path() && !platform::problem_of_path(plain);
  if (!is_below_root || place.find('\0') != std::string::npos)
    return wrong(text, "file:// and the absolute path of a directory below the root");
  return BackupDestination(std::move(plain));
}

Result<BackupDestination> parse_bucket(std::string_view text) {
  const std::string_view body = text.substr(s3_scheme.size());
  const std::string_view place = body.substr(0, body.find('?'));
  S3Bucket found;
  found.bucket = place.substr(0, place.find('/'));
  if (found.bucket.size() < place.size()) found.prefix = place.substr(found.bucket.size() + 1);
  if (!is_bucket(found.bucket)) return wrong(text, "a bucket of 3 to 63 small letters, digits, dots and dashes");
  if (!is_prefix(found.prefix)) return wrong(text, "a prefix of letters, digits and ._-/");
  if (found.prefix.ends_with('/')) found.prefix.pop_back();
  if (place.size() < body.size() && !read_options(body.substr(place.size() + 1), found)) {
    return wrong(text,
                 "options endpoint=https://HOST[:PORT] (http:// on loopback only), region=, profile= and ca=/FILE");
  }
  return BackupDestination(std::move(found));
}

}  // namespace

// Amazon wants the bucket in the host's name; a dot in it would not match the certificate's wildcard.
std::string S3Bucket::base() const {
  if (!endpoint.empty()) return endpoint;
  const std::string host = "s3." + region + ".amazonaws.com";
  return "https://" + (bucket.find('.') == std::string::npos ? bucket + "." + host : host);
}

std::string S3Bucket::root() const {
  const bool in_host = endpoint.empty() && bucket.find('.') == std::string::npos;
  return in_host ? "/" : "/" + bucket + "/";
}

Result<BackupDestination> parse_destination(std::string_view text) {
  if (text.starts_with(file_scheme)) return parse_directory(text);
  if (text.starts_with(s3_scheme)) return parse_bucket(text);
  return wrong(text, "file:///DIRECTORY or s3://BUCKET/PREFIX");
}

std::string text_of(const BackupDestination& destination) {
  if (const auto* directory = std::get_if<Path>(&destination)) {
    const std::string path = directory->generic_string();
    return std::string(file_scheme) + (path.starts_with('/') ? "" : "/") + path;
  }
  const auto& s3 = std::get<S3Bucket>(destination);
  std::string options;
  const auto add = [&options](const char* key, const std::string& value) {
    if (!value.empty()) options += (options.empty() ? "?" : "&") + std::string(key) + "=" + value;
  };
  add("endpoint", s3.endpoint);
  if (s3.region != S3Bucket().region) add("region", s3.region);
  add("profile", s3.profile);
  add("ca", s3.ca.value_or(""));
  return std::string(s3_scheme) + s3.bucket + (s3.prefix.empty() ? "" : "/" + s3.prefix) + options;
}

}  // namespace agent
