// SPDX-License-Identifier: ISC
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

/// The kinds of destinations. Each has the form in which people write it, reads and writes that form, and can add and
/// take off the last part of its path, which may be the name of a copy. agent/backups/store.cpp works with the copies.
struct Directory {
  static constexpr std::string_view scheme = "file://";
  static constexpr std::string_view form = "file:///DIRECTORY";

  platform::Path path;

  static platform::Result<Directory> parse(std::string_view text);
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::string last_part() const { return path.filename().string(); }
  void remove_last_part() { path = path.parent_path(); }
  void add_last_part(const std::string& part) { path /= part; }
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

  /// The address of the bucket's server, and the path in front of each object's name: "https://host", "/bucket/".
  [[nodiscard]] std::string base() const;
  [[nodiscard]] std::string root() const;

  static platform::Result<S3Bucket> parse(std::string_view text);
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::string last_part() const;
  void remove_last_part();
  void add_last_part(const std::string& part) { prefix += (prefix.empty() ? "" : "/") + part; }
  bool operator==(const S3Bucket&) const = default;
};

using BackupDestination = std::variant<Directory, S3Bucket>;

/// How destinations are written, for messages: "file:///DIRECTORY or s3://BUCKET/PREFIX".
std::string destination_forms();
/// Whether the text begins with the scheme of a destination, and so is not meant as a path.
bool has_destination_scheme(std::string_view text);
/// The scheme that was probably meant by a text that has none of them: "s3://" for "s3:bucket" or "S2://bucket".
std::optional<std::string_view> mistyped_scheme(std::string_view text);
/// Fails with configuration, in a sentence that does not repeat the text.
platform::Result<BackupDestination> parse_destination(std::string_view text);
/// Parses as the same destination again. Notes and reports use this text as the destination's name.
std::string text_of(const BackupDestination& destination);
/// A place below it, as a person would type it: that of a copy by its name, or a prefix of a fleet's own.
std::string text_below(BackupDestination destination, const std::string& part);

}  // namespace agent
