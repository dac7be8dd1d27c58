// SPDX-License-Identifier: ISC
// The fact `heads`: the head directories of the backup daemon on a host, where that host knows them. Pure.
//
// The value is a list of "WORD STORAGE PATH", parted by commas: "writable local /head",
// "unwritable nfs4 nas1:/om/heads /head". WORD is "writable", "unwritable", "unknown" or "absent"; STORAGE is "local",
// "unknown", or a type and a source. A blank, comma or percent sign inside one of them is written as "%20" and so on.
//
// A host without the fact may still have head directories: newer versions of Ops Manager keep them in their database.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace agent {

struct HeadDirectory {
  std::string path;  // absolute
  /// "local", or a network file system and the directory there: "nfs4 nas1:/om/heads". Two heads with one text of the
  /// second kind are one directory, whatever their paths. Nothing when nobody knows.
  std::optional<std::string> storage = std::nullopt;
  /// Whether the account of Ops Manager may write there, by owner, mode and access list. Nothing when it cannot be
  /// decided, as on a file server, whose rules are its own.
  std::optional<bool> writable = std::nullopt;
  bool absent = false;  // there is no such directory, or its file system is not mounted

  bool operator==(const HeadDirectory&) const = default;
};

/// Whether the storage is that of a file server.
bool is_on_network(const HeadDirectory& head);

std::string heads_fact(const std::vector<HeadDirectory>& heads);
/// In the order of the fact. Leaves out what it does not understand: the fact is another host's word.
std::vector<HeadDirectory> read_heads(std::string_view fact);

}  // namespace agent
