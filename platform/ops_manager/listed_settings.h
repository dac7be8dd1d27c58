// SPDX-License-Identifier: ISC
// The settings of conf/conf-mms.properties that may be compared with those of other hosts. Only values of listed names
// come out, and none that could hold a secret: of those the presence alone.
//
// The file is read as Java reads it (java_properties.h). A line that is absent says nothing about Ops Manager: settings
// that people make in its user interface are in its database.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "platform/base/path.h"
#include "platform/base/result.h"
#include "platform/base/secret_bytes.h"

namespace platform {

inline constexpr std::size_t properties_size = 256 * std::size_t{1024};
inline constexpr std::size_t longest_setting = 1024;

struct ListedSettings {
  std::map<std::string, std::string, std::less<>> values;  // printable ASCII, without blanks at the ends; never empty
  /// Names that are set and have no value here: it may hold a secret, is too long, or is not printable ASCII.
  std::set<std::string, std::less<>> withheld;
  /// mongo.mongoUri, which often holds a password.
  std::optional<SecretBytes> database;
};

/// Pure. configuration where Java would not read the file.
Result<ListedSettings> parse_listed_settings(std::string_view text);

/// Nothing when there is no such file. unsafe_file when it is too long, or a link that does not belong to root: the
/// service's account could otherwise have root read any file. Messages name the file and hold nothing of its text.
Result<std::optional<ListedSettings>> read_listed_settings(const Path& file);

}  // namespace platform
