// Signing a request to an S3 store: AWS Signature Version 4, as Amazon's reference "Authenticating Requests
// (AWS Signature Version 4)" has it.
//
// libcurl can sign too. It does so since 7.75 and rightly since 7.87 only: the one of RHEL 9 leaves out the very
// headers that S3 wants signed, and it keeps the secret in ordinary memory. So it is done here, with OpenSSL's HMAC.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/base/bytes.h"
#include "platform/base/clock.h"
#include "platform/base/secret_bytes.h"

namespace agent::backup_program {

/// What a store's credentials come down to.
struct Credentials {
  std::string access_key;
  platform::SecretBytes secret_key;
  platform::SecretBytes session_token;  // empty for lasting credentials
};

using Headers = std::vector<std::pair<std::string, std::string>>;  // names in small letters
using Query = std::vector<std::pair<std::string, std::string>>;    // not yet encoded

struct Signable {
  std::string method;
  std::string path;  // encoded, "/bucket/key"
  Query query;
  Headers headers;  // all of them are signed; host and x-amz-content-sha256 are among them
  platform::Time time;
  std::string region;
};

/// RFC 3986's unreserved characters stay, and '/' where `slashes` says so.
std::string percent_encode(std::string_view text, bool slashes = false);
/// Sorted and encoded: what stands behind the question mark, in the signature and in the request.
std::string canonical_query(Query query);
std::string sha256_hex(platform::BytesView bytes);
/// "20130524T000000Z", as x-amz-date has it.
std::string amazon_time(platform::Time time);

/// The value of the header "authorization". Throws std::runtime_error when OpenSSL has no HMAC with SHA-256.
std::string authorization(const Signable& request, const Credentials& credentials);

}  // namespace agent::backup_program
