// SPDX-License-Identifier: ISC
#include "agent/backup_program/s3_credentials.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "agent/backup_program/http.h"
#include "platform/base/ascii.h"
#include "platform/base/text_encoding.h"

namespace agent::backup_program {

namespace {

using platform::BytesView;
using platform::ErrorKind;
using platform::fail;
using platform::Result;
using platform::SecretBytes;

constexpr std::chrono::seconds metadata_time{2};  // a link-local address: the service answers at once, or is not there
constexpr std::string_view blanks = " \t\r\n";

SecretBytes secret_of(std::string_view text) {
  SecretBytes secret(text.size());
  std::ranges::copy(platform::view_of(text), secret.reveal_for_writing().begin());
  return secret;
}

std::string_view trimmed(std::string_view text) { return platform::trimmed(text, blanks); }

// Takes the first line off `text`.
std::string_view take_line(std::string_view& text) {
  const auto end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return trimmed(line);
}

void read_setting(std::string_view line, Credentials& out) {
  const auto equals = line.find('=');
  if (equals == std::string_view::npos) return;
  const std::string_view key = trimmed(line.substr(0, equals));
  const std::string_view value = trimmed(line.substr(equals + 1));
  // Other keys are skipped: Amazon's tools keep more than credentials in this file.
  if (key == "aws_access_key_id") out.access_key = value;
  if (key == "aws_secret_access_key") out.secret_key = secret_of(value);
  if (key == "aws_session_token") out.session_token = secret_of(value);
}

// They become parts of HTTP headers, where a line end would begin another header.
Result<void> check_characters(std::string_view value, const char* name) {
  const auto odd = std::ranges::find_if(value, [](char c) { return c < ' ' || c > '~'; });
  if (odd == value.end()) return {};
  return fail(ErrorKind::configuration, std::string(name) + ": character " + std::to_string(odd - value.begin() + 1) +
                                            " cannot be part of credentials; set it again, without line ends and "
                                            "other characters that copying has added");
}

// Amazon's own tools have this variable too. With it, tests and containers stand in for the real service. No proxy is
// used, because the address is local to the machine.
Result<HttpReply> ask_metadata(const char* method, const std::string& path, Headers headers) {
  const char* endpoint = std::getenv("AWS_EC2_METADATA_SERVICE_ENDPOINT");
  std::string url = endpoint == nullptr || *endpoint == '\0' ? "http://169.254.169.254" : endpoint;
  while (url.ends_with('/')) url.pop_back();
  auto reply = TRY(exchange(
      {.method = method, .url = url + path, .headers = std::move(headers), .time = metadata_time, .direct = true}));
  if (reply.status != 200)
    return fail(ErrorKind::store_refuses, "the metadata service says " + std::to_string(reply.status));
  return reply;
}

Result<Credentials> instance_credentials() {
  const std::string roles = "/latest/meta-data/iam/security-credentials/";
  // IMDSv2 demands a token, which only a PUT can get. A web server that is tricked into fetching an address usually
  // cannot send a PUT. A minute is enough for the two requests below.
  auto token = TRY(ask_metadata("PUT", "/latest/api/token", {{"x-aws-ec2-metadata-token-ttl-seconds", "60"}}));
  TRY(check_characters(platform::text_of(token.body), "the metadata service's token"));
  const Headers with_token = {{"x-aws-ec2-metadata-token", std::string(platform::text_of(token.body))}};
  const auto role = TRY(ask_metadata("GET", roles, with_token));
  std::string_view name = platform::text_of(role.body);
  // An instance has one role. Its name comes from the network and becomes part of a path, so it is encoded.
  auto reply = TRY(ask_metadata("GET", roles + percent_encode(take_line(name)), with_token));
  auto found = read_instance_credentials(reply.body);
  // The body holds the keys in ordinary memory.
  platform::wipe(reply.body);
  if (!found) return fail(ErrorKind::store_refuses, "the metadata service gives no credentials");
  return std::move(*found);
}

// A variable of Amazon's tools, for machines where the question would only cost a wait.
bool metadata_is_disabled() {
  const char* disabled = std::getenv("AWS_EC2_METADATA_DISABLED");
  return disabled != nullptr && std::string_view(disabled) == "true";
}

// Names for messages; the values are never in them.
struct CredentialNames {
  const char* access_key;
  const char* secret_key;
  const char* session_token;
};
constexpr CredentialNames in_environment{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"};
constexpr CredentialNames in_file{"aws_access_key_id in the shared credentials file",
                                  "aws_secret_access_key in the shared credentials file",
                                  "aws_session_token in the shared credentials file"};
constexpr CredentialNames in_profile{"the instance profile's AccessKeyId", "the instance profile's SecretAccessKey",
                                     "the instance profile's Token"};

Result<Credentials> checked(Credentials found, const CredentialNames& names) {
  TRY(check_characters(found.access_key, names.access_key));
  TRY(check_characters(platform::text_of(found.secret_key.reveal()), names.secret_key));
  TRY(check_characters(platform::text_of(found.session_token.reveal()), names.session_token));
  return found;
}

// Without blanks and line ends around them, as in the file: `export X="$(cat FILE)"` and its relatives leave them.
Credentials from_environment(const S3Credentials& given) {
  const auto cleaned = [](const SecretBytes& value) { return secret_of(trimmed(platform::text_of(value.reveal()))); };
  return {std::string(trimmed(given.access_key)), cleaned(given.secret_key), cleaned(given.session_token)};
}

}  // namespace

std::optional<Credentials> read_credentials_file(BytesView content, std::string_view profile) {
  std::string_view rest = platform::text_of(content);
  Credentials found;
  bool is_in_profile = false;
  while (!rest.empty()) {
    const std::string_view line = take_line(rest);
    if (line.empty() || line.front() == '#' || line.front() == ';') continue;
    if (line.front() == '[')
      is_in_profile = line.back() == ']' && trimmed(line.substr(1, line.size() - 2)) == profile;
    else if (is_in_profile)
      read_setting(line, found);
  }
  if (found.access_key.empty() || found.secret_key.empty()) return std::nullopt;
  return found;
}

Result<Credentials> choose_credentials(const S3Request& request) {
  const S3Credentials& given = request.credentials;
  // A profile in the destination is a decision of the administrator and beats the environment.
  const bool named = !request.bucket.profile.empty();
  Credentials variables = from_environment(given);
  // Half a pair is a mistake. The next source could have the credentials of another account.
  if (!named && !variables.access_key.empty() != !variables.secret_key.empty())
    return fail(ErrorKind::configuration, "of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY only one is set");
  if (!named && !variables.access_key.empty()) return checked(std::move(variables), in_environment);

  const std::string asked(named ? request.bucket.profile : trimmed(given.profile));
  const std::string profile = asked.empty() ? "default" : asked;
  const auto file = TRY(platform::utf8_text(platform::text_of(given.file.reveal()), "the shared credentials file",
                                            ErrorKind::configuration));
  if (auto found = read_credentials_file(platform::view_of(file), profile)) return checked(std::move(*found), in_file);
  // A profile that somebody asked for and that is missing must not be replaced by the instance's role.
  if (!asked.empty())
    return fail(ErrorKind::store_refuses, "the shared credentials file has no credentials for the profile " + profile);
  if (!metadata_is_disabled()) {
    // A machine outside of Amazon's cloud has no such service, so the service's own failure would mislead.
    if (auto found = instance_credentials()) return checked(std::move(*found), in_profile);
  }
  return fail(
      ErrorKind::store_refuses,
      "there are no credentials for the store: none in the environment, in the shared credentials file, or from "
      "an instance profile");
}

}  // namespace agent::backup_program
