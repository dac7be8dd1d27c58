// SPDX-License-Identifier: ISC
// Signs requests to an S3 store with AWS Signature Version 4. Source: Amazon's reference, "Authenticating Requests (AWS
// Signature Version 4)".
//
// libcurl can sign since 7.75, but correctly only since 7.87: the version in RHEL 9 leaves out headers that S3 wants
// signed. It also keeps the secret in ordinary memory. So requests are signed here, with OpenSSL's HMAC.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/base/bytes.h"
#include "platform/base/clock.h"
#include "platform/base/secret_bytes.h"

namespace agent::backup_program {

/// What a request is signed with.
struct Credentials {
  std::string access_key;
  platform::SecretBytes secret_key;
  platform::SecretBytes session_token;  // empty for credentials that do not expire
};

using Headers = std::vector<std::pair<std::string, std::string>>;  // names in lower case
using Query = std::vector<std::pair<std::string, std::string>>;    // not yet encoded

struct Signable {
  std::string method;
  std::string path;  // encoded, "/bucket/key"
  Query query;
  Headers headers;  // all of them are signed; must have host and x-amz-content-sha256
  platform::Time time;
  std::string region;
};

/// Encodes all but RFC 3986's unreserved characters; with `slashes`, leaves '/' too.
std::string percent_encode(std::string_view text, bool slashes = false);
/// Sorted and encoded, for the signature and the URL alike.
std::string canonical_query(Query query);
std::string sha256_hex(platform::BytesView bytes);
/// "20130524T000000Z", for the header x-amz-date.
std::string amazon_time(platform::Time time);

/// The value of the header "authorization". Throws std::runtime_error when OpenSSL has no HMAC with SHA-256.
std::string authorization(const Signable& request, const Credentials& credentials);

}  // namespace agent::backup_program
