// Where backups go, as the setting "destinations" of [backup] names it:
//
//   file:///var/backups/genkey-agent
//   s3://BUCKET[/PREFIX][?endpoint=https://HOST[:PORT]][&region=REGION][&profile=PROFILE][&ca=FILE]
//
// The default endpoint is Amazon's for the region, the default region us-east-1. `profile` is a section of the shared
// credentials file. `ca` is the absolute path of certificates in PEM, for a store with a CA of its own. An endpoint
// without TLS is accepted on loopback only. A destination holds no secret, and nothing in it is percent-decoded.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "platform/base/path.h"
#include "platform/base/result.h"

namespace agent {

/// The kinds of destinations. Each says how it is written, reads and writes itself, and takes off the last part of its
/// path, which may be the name of a copy. What is done with copies at each kind stands in agent/backups/store.cpp.
struct Directory {
  static constexpr std::string_view scheme = "file://";
  static constexpr std::string_view form = "file:///DIRECTORY";

  platform::Path path;

  static platform::Result<Directory> parse(std::string_view text);
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::string last_part() const { return path.filename().string(); }
  void remove_last_part() { path = path.parent_path(); }
  bool operator==(const Directory&) const = default;
};

struct S3Bucket {
  static constexpr std::string_view scheme = "s3://";
  static constexpr std::string_view form = "s3://BUCKET/PREFIX";

  std::string bucket;
  std::string prefix;    // no slash at either end; may be empty
  std::string endpoint;  // "https://host:port", never with a path; empty: Amazon's
  std::string region = "us-east-1";
  std::string profile;            // empty: AWS_PROFILE, or "default"
  std::optional<std::string> ca;  // a file

  /// The address of the bucket itself, and the path that stands before each object's name: "https://host", "/bucket/".
  [[nodiscard]] std::string base() const;
  [[nodiscard]] std::string root() const;

  static platform::Result<S3Bucket> parse(std::string_view text);
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::string last_part() const;
  void remove_last_part();
  bool operator==(const S3Bucket&) const = default;
};

using BackupDestination = std::variant<Directory, S3Bucket>;

/// How destinations are written, for messages: "file:///DIRECTORY or s3://BUCKET/PREFIX".
std::string destination_forms();
/// Whether it begins with the scheme of a destination, and so cannot be meant as a path.
bool has_destination_scheme(std::string_view text);
/// configuration, in a sentence that names the destination.
platform::Result<BackupDestination> parse_destination(std::string_view text);
/// Reads back as the same destination. It is what the notes and reports call it.
std::string text_of(const BackupDestination& destination);

}  // namespace agent
