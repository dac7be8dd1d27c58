// SPDX-License-Identifier: ISC
#include <algorithm>

#include <nlohmann/json.hpp>

#include "agent/backup_program/s3_credentials.h"

namespace agent::backup_program {

namespace {

using nlohmann::json;
using platform::SecretBytes;

const std::string* text_in(const json& object, const char* member) {
  const auto found = object.find(member);
  return found == object.end() ? nullptr : found->get_ptr<const std::string*>();
}

// The parsed JSON is in ordinary memory, which the library does not wipe. The keys of an instance expire within hours,
// and this process ends after one request.
SecretBytes secret_in(const json& object, const char* member) {
  const std::string* text = text_in(object, member);
  SecretBytes secret(text == nullptr ? 0 : text->size());
  if (text != nullptr) std::ranges::copy(platform::view_of(*text), secret.reveal_for_writing().begin());
  return secret;
}

}  // namespace

std::optional<Credentials> read_instance_credentials(platform::BytesView answer) {
  // The last argument makes errors a value: the answer comes from the network and may be anything.
  const json object = json::parse(platform::text_of(answer), nullptr, false);
  if (!object.is_object()) return std::nullopt;
  const std::string* access_key = text_in(object, "AccessKeyId");
  Credentials found{access_key == nullptr ? "" : *access_key, secret_in(object, "SecretAccessKey"),
                    secret_in(object, "Token")};
  // An error of the service may be JSON as well, but has no keys in it.
  if (found.access_key.empty() || found.secret_key.empty()) return std::nullopt;
  return found;
}

}  // namespace agent::backup_program
