// SPDX-License-Identifier: ISC
#include "agent/doctor/mounted_storage.h"

#include "agent/doctor/comparison.h"
#include "agent/doctor/fact_list.h"

namespace agent {

namespace {

struct Mount {
  std::string_view file_system;
  std::string_view source;
  std::string_view point;
};

// "nfs4 nas1:/om /head". Only the last of the three may have blanks in it.
std::optional<Mount> mount_in(std::string_view text) {
  const auto first = text.find(' ');
  const auto second = first == std::string_view::npos ? first : text.find(' ', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  return Mount{text.substr(0, first), text.substr(first + 1, second - first - 1), text.substr(second + 1)};
}

bool holds(std::string_view point, std::string_view path) {
  if (point == "/") return true;
  return path.starts_with(point) && (path.size() == point.size() || path[point.size()] == '/');
}

}  // namespace

std::string without_end_slash(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return std::string(path);
}

std::optional<std::string> storage_of(const HostEvidence& host, std::string_view path) {
  const std::string* const mounts = fact_of(host, "mounts");
  if (mounts == nullptr) return std::nullopt;
  const std::string plain = without_end_slash(path);
  std::string storage(local_storage);
  std::size_t longest = 0;
  for (const std::string& text : words_of(*mounts)) {
    const auto mount = mount_in(text);
    if (!mount) return std::nullopt;
    if (mount->point.size() < longest || !holds(mount->point, plain)) continue;
    longest = mount->point.size();
    const std::string_view below =
        mount->point == "/" ? std::string_view(plain) : std::string_view(plain).substr(longest);
    storage = std::string(mount->file_system) + " " + without_end_slash(mount->source) + std::string(below);
  }
  return storage;
}

}  // namespace agent
