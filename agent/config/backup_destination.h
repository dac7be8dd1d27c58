// Where backups go, as [backup] destinations has it:
//
//   file:///var/backups/genkey-agent
//   s3://BUCKET[/PREFIX][?endpoint=https://HOST[:PORT]][&region=REGION][&profile=PROFILE][&ca=FILE]
//
// Without an endpoint it is Amazon's of the region, and without a region us-east-1. `profile` is that of the shared
// credentials file, `ca` an absolute path to certificates in PEM, for a store with a CA of its own. An endpoint without
// TLS is taken on loopback only. Nothing in it is secret, and nothing is percent-decoded.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "platform/base/path.h"
#include "platform/base/result.h"

namespace agent {

struct S3Bucket {
  std::string bucket;
  std::string prefix;    // no slash at either end; may be empty
  std::string endpoint;  // "https://host:port", never with a path; empty: Amazon's
  std::string region = "us-east-1";
  std::string profile;            // empty: AWS_PROFILE, or "default"
  std::optional<std::string> ca;  // a file

  /// The address of the bucket itself, and the path that stands before each object's name: "https://host", "/bucket/".
  [[nodiscard]] std::string base() const;
  [[nodiscard]] std::string root() const;
  bool operator==(const S3Bucket&) const = default;
};

using BackupDestination = std::variant<platform::Path, S3Bucket>;

/// configuration, in a sentence that names the destination.
platform::Result<BackupDestination> parse_destination(std::string_view text);
std::string text_of(const BackupDestination& destination);

}  // namespace agent
