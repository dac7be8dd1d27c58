// SPDX-License-Identifier: ISC
// What a backup is called in a store, and which of them a host may remove.
//
//   <fleet>-g<generation>-<host>-<time>-k<key number>[.state].<format>
//   0f1e…32 digits…-g1-om1.example.com-20261122T022917Z-k1.age
//
// The key number counts the keys that this host has had. It tells copies of two keys apart even if the clock was wrong.
// The name is a label and proves nothing. A renamed copy can be restored too, as a key of an unknown fleet.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "keystore/key/key_proof.h"
#include "platform/base/clock.h"

namespace keystore {

struct BackupName {
  enum class Content : std::uint8_t {
    key,
    host_state,  // ".state": a tar of Ops Manager's configuration and our record
  };
  enum class Format : std::uint8_t { age, cms };

  FleetId fleet;
  std::uint32_t generation = 1;
  std::string host;
  platform::Time time;
  std::uint32_t key_number = 1;
  Content content = Content::key;
  Format format = Format::age;

  [[nodiscard]] std::string text() const;
  bool operator==(const BackupName&) const = default;
};

/// Letters, digits, dots, dashes and underscores. The limit leaves room for the rest of a file's name.
inline constexpr std::size_t longest_backup_host = 150;
bool is_backup_host(std::string_view host);

/// Nothing unless text() of the result is exactly `text`. Other names are not ours, and are neither listed nor pruned.
std::optional<BackupName> parse_backup_name(std::string_view text);

/// Those of the stored names that `host` may remove when it keeps `keep` copies: only its own, the oldest first, and
/// never the last copy of a key in one content and format. A `keep` of 0 counts as 1.
std::vector<BackupName> prunable(std::span<const BackupName> stored, std::string_view host, std::size_t keep);

}  // namespace keystore
