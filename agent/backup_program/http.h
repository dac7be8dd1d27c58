// SPDX-License-Identifier: ISC
// One HTTP exchange through libcurl: TLS verified, no redirect followed, everything bounded.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "agent/backup_program/s3_signature.h"
#include "platform/base/bytes.h"
#include "platform/base/result.h"

namespace agent::backup_program {

struct HttpRequest {
  std::string method;
  std::string url;
  Headers headers;
  platform::BytesView body;
  std::optional<std::string> ca;           // a file; instead of the system's certificates
  std::chrono::milliseconds time{60'000};  // for the whole exchange
  bool direct = false;                     // without a proxy
};

struct HttpReply {
  long status = 0;
  platform::Bytes body;
  std::string date;               // the server's clock, in its own words
  std::string type;               // content-type
  std::string checksum;           // x-amz-checksum-sha256
  bool is_delete_marker = false;  // x-amz-delete-marker
};

/// store_untrusted when the certificate does not verify, configuration for a CA file that cannot be used, io for a
/// reply that is too long, and store_silent for every failure that the next try may not have. Any HTTP status is a
/// success.
platform::Result<HttpReply> exchange(const HttpRequest& request);

/// How far `date` is ahead of this host's clock; nothing when it is not a date.
std::optional<std::chrono::seconds> ahead_of_us(const std::string& date);

}  // namespace agent::backup_program
