// SPDX-License-Identifier: ISC
#include "platform/audit/audit.h"

#include <algorithm>

#include <boost/filesystem/operations.hpp>

#include "platform/accounts/windows/access.h"
#include "platform/accounts/windows/object_security.h"
#include "platform/accounts/windows/sid_lookup.h"
#include "platform/audit/windows/key_file_rules.h"
#include "platform/audit/windows/key_path_facts.h"
#include "platform/audit/windows/own_file_rules.h"
#include "platform/base/windows/system_error.h"
#include "platform/base/windows/text.h"
#include "platform/files/each_entry.h"
#include "platform/files/mounts.h"
#include "platform/files/windows/directory.h"

namespace platform {

namespace windows {

namespace {

constexpr std::size_t max_entries = 10'000;  // of one directory: a temporary directory may hold any number of files
constexpr std::size_t max_homes = 1'000;
constexpr DWORD stream_list_room = 64 * 1024;

void add_if_regular(const Path& path, std::vector<PathStep>& files) {
  // open_name() opens a link itself, so a link that a stranger planted leads nowhere.
  const auto handle = open_name(path, Access::look);
  if (!handle) return;
  const auto facts = facts_from(handle->get(), path);
  if (!facts || facts->type != FileType::regular) return;
  auto descriptor = descriptor_of(handle->get(), path);
  files.push_back({path, false, descriptor ? std::optional(std::move(*descriptor)) : std::nullopt});
}

// gen.key.bak, old-gen.key, and "gen - Copy.key", because Explorer puts its word before the extension.
bool looks_like_copy(const std::string& other, const Path& key) {
  const bool same_kind = other.starts_with(key.stem().string()) && other.ends_with(key.extension().string());
  return other.find(key.string()) != std::string::npos || same_kind;
}

std::vector<PathStep> copies_beside(const Path& directory, const Path& key) {
  std::vector<PathStep> copies;
  each_entry(directory, max_entries, [&](const Path& path) {
    const std::string other = path.filename().string();
    if (other != key.string() && looks_like_copy(other, key)) add_if_regular(path, copies);
  });
  // Sorted, so that two reports of one host can be compared.
  std::ranges::sort(copies, {}, [](const PathStep& copy) { return copy.path.string(); });
  return copies;
}

// A stream's name may contain control characters, which must not reach a terminal.
std::string printable(std::wstring_view name) {
  std::wstring shown(name);
  std::ranges::replace_if(
      shown, [](wchar_t c) { return c < L' ' || c == L'\x7f'; }, L'?');
  return narrow(shown);
}

// Explorer and "dir" do not show alternate streams, and a copy of the file takes them along. "::$DATA" is the content
// itself.
std::vector<std::string> alternate_streams(HANDLE file) {
  std::vector<std::byte> room(stream_list_room);
  if (GetFileInformationByHandleEx(file, FileStreamInfo, room.data(), stream_list_room) == 0) {
    // Other file systems have no streams, and wine cannot list them.
    if (GetLastError() != ERROR_MORE_DATA) return {};
    return {"(too many to be listed)"};
  }
  std::vector<std::string> names;
  for (const std::byte* at = room.data();;) {
    const auto& entry = *reinterpret_cast<const FILE_STREAM_INFO*>(at);
    std::string name = printable({entry.StreamName, entry.StreamNameLength / sizeof(wchar_t)});
    if (name != "::$DATA") names.push_back(std::move(name));
    if (entry.NextEntryOffset == 0) return names;
    at += entry.NextEntryOffset;
  }
}

Result<void> examine(KeyPathFacts& facts) {
  // Absolute and in the long form, so that every directory above can be held open by its name.
  const Path plain = TRY(plain_path(facts.key_file));
  const HeldPath way = TRY(hold_directory(plain.parent_path(), &facts.above));
  facts.stray_copies = copies_beside(plain.parent_path(), plain.filename());
  const Handle file = TRY(open_name(plain, Access::look));
  facts.file = TRY(facts_from(file.get(), plain));
  facts.descriptor = TRY(descriptor_of(file.get(), plain));
  FILE_BASIC_INFO basic{};
  // The attribute keeps the key from being replaced, and its access list does not show that.
  facts.is_read_only = GetFileInformationByHandleEx(file.get(), FileBasicInfo, &basic, sizeof basic) != 0 &&
                       (basic.FileAttributes & FILE_ATTRIBUTE_READONLY) != 0;
  // The handle that is already open, because the name could be another file by now.
  facts.streams = alternate_streams(file.get());
  return {};
}

std::vector<Path> usual_directories_of_copies(const Path& root) {
  boost::system::error_code error;
  // Where people and editors leave copies: temporary directories, and the folders of each user that are in daily use.
  std::vector<Path> directories = {boost::filesystem::temp_directory_path(error), root / "Windows" / "Temp",
                                   root / "Temp", root / "Tmp"};
  each_entry(root / "Users", max_homes, [&](const Path& home) {
    for (const char* folder : {"", "Desktop", "Documents", "Downloads", "AppData/Local/Temp"})
      directories.push_back(home / folder);
  });
  return directories;
}

// This part touches the disk. It follows no link that a stranger could have made.
KeyPathFacts gather_facts(const Path& key_file, const std::vector<Path>& other_candidates) {
  KeyPathFacts facts;
  facts.key_file = key_file;
  const auto examined = examine(facts);
  if (!examined && examined.error().kind != ErrorKind::not_found) facts.blocked = examined.error();
  if (const auto mount = network_mount_of(key_file)) facts.network = *mount;
  for (const Path& other : other_candidates) {
    if (facts_of(other)) facts.other_candidates.push_back(other);
  }
  return facts;
}

Onlookers onlookers_for(const Account& service) {
  // The number 0 stands for Administrators too, but the service runs as SYSTEM.
  const Sid sid = service.uid == 0 ? system_sid() : sid_of(service.uid);
  return {.service = service.name,
          .service_sid = sid,
          .service_groups = groups_of(sid),
          .caller = own_sid(),
          .name_of = [](const Sid& other) { return windows::name_of(other); }};
}

}  // namespace

}  // namespace windows

using windows::Access;

KeyFileAudit audit_key_file(const Path& key_file, const Account& service, const std::vector<Path>& other_candidates) {
  return windows::check_key_file(windows::gather_facts(key_file, other_candidates), windows::onlookers_for(service));
}

std::vector<Finding> audit_own_files(const std::vector<OwnFile>& files) {
  std::vector<Finding> findings;
  for (const OwnFile& file : files) {
    const auto handle = windows::open_name(file.path, Access::look);
    if (!handle) continue;
    const auto facts = windows::facts_from(handle->get(), file.path);
    auto found = windows::descriptor_of(handle->get(), file.path);
    if (!facts || !found) continue;
    const windows::Sid user = windows::sid_of(file.uid);
    // The same translation that installs our files, so that a file as installed has no findings.
    const auto right = windows::descriptor_for(
        {.user = user,
         .group = user,
         .mode = file.most_open,
         .node = facts->type == FileType::directory ? windows::Node::directory : windows::Node::file,
         .holder = windows::holder_of_new_files()});
    auto onlookers = windows::onlookers_for({.name = user_name(file.uid), .uid = file.uid});
    for (Finding& finding : windows::check_own_file({file, right, *facts, std::move(*found)}, onlookers))
      findings.push_back(std::move(finding));
  }
  return findings;
}

std::vector<Finding> find_forgotten_copies(const Path& key_file, const Path& root) {
  const Path name = key_file.filename();
  std::vector<windows::PathStep> copies;
  for (const Path& directory : windows::usual_directories_of_copies(root)) {
    // copies_beside() leaves out the exact name, which is the key in its own directory but a copy anywhere else.
    if (directory / name != key_file) windows::add_if_regular(directory / name, copies);
    if (directory == key_file.parent_path()) continue;  // the audit of the key file has seen these
    for (windows::PathStep& copy : windows::copies_beside(directory, name)) copies.push_back(std::move(copy));
  }
  const auto onlookers = windows::onlookers_for(current_account());
  std::vector<Finding> findings;
  for (const windows::PathStep& copy : copies) findings.push_back(windows::stray_copy(copy, key_file, onlookers));
  return findings;
}

}  // namespace platform
