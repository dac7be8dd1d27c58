// SPDX-License-Identifier: ISC
#include "tests/support/posix/memory_disk.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "platform/base/posix/errno_error.h"

namespace tests {

using platform::FileFacts;
using platform::Path;
using platform::Result;

// A failing call changes nothing, except that a failing close still closes, as on Linux. A call without power neither
// acts nor counts.
template <class Act>
auto MemoryDisk::call(const std::string& name, Act act) -> decltype(act()) {
  if (!powered_) return -EIO;
  ++calls_;
  ++counts_[name];
  const bool first_of_its_kind = name == failing_first_.first && counts_[name] == 1;
  const bool fails = calls_ == failing_.first || first_of_its_kind;
  const int error = first_of_its_kind ? failing_first_.second : failing_.second;
  const auto outcome = fails && name != "close" ? -error : act();
  // After the call, so that each call's own effect is among the outcomes.
  if (calls_ == last_call_) powered_ = false;
  return fails ? -error : outcome;
}

void MemoryDisk::store(const std::string& name, const StoredFile& file) {
  const InodeOwner inode = make_inode();
  inode->now = inode->synced = file;
  directory_[name] = synced_directory_[name] = inode;
}

MemoryDisk::Names MemoryDisk::names() const {
  Names names;
  for (const auto& [name, inode] : directory_) names[name] = inode->now;
  return names;
}

int MemoryDisk::count_of(const std::string& call) const {
  const auto count = counts_.find(call);
  return count == counts_.end() ? 0 : count->second;
}

std::vector<MemoryDisk::Names> MemoryDisk::after_power_loss() const {
  std::vector<Names> outcomes;
  // Every subset of the unsynced changes: a disk may write them in any order.
  const std::size_t choices = std::size_t{1} << unsynced_.size();
  for (std::size_t kept = 0; kept < choices; ++kept) {
    Directory survivors = synced_directory_;
    for (std::size_t index = 0; index < unsynced_.size(); ++index) {
      if ((kept >> index & 1U) != 0) apply(unsynced_[index], survivors);
    }
    // File systems order names and contents differently, so both are tried with every choice of names.
    for (const bool contents_kept : {false, true}) {
      Names& names = outcomes.emplace_back();
      for (const auto& [name, inode] : survivors) names[name] = contents_kept ? inode->now : inode->synced;
    }
  }
  return outcomes;
}

Result<int> MemoryDisk::open_directory(const Path& path) {
  const int number = call("open_directory", [&] { return give(nullptr); });
  if (number < 0) return platform::posix::fail_errno("cannot open", path, -number);
  return number;
}

int MemoryDisk::open_unnamed(int) {
  return call("open_unnamed", [&] { return abilities_.nameless_files ? give(make_inode()) : -EOPNOTSUPP; });
}

int MemoryDisk::create(int, const char* name) {
  return call("create", [&] {
    if (directory_.contains(name)) return -EEXIST;
    const InodeOwner inode = make_inode();
    change({{name, inode}});
    return give(inode);
  });
}

int MemoryDisk::facts(int, const char* name, FileFacts& facts) {
  return call("facts", [&] {
    const auto found = directory_.find(name);
    if (found == directory_.end()) return -ENOENT;
    facts = {.uid = found->second->now.uid, .size = found->second->now.content.size(), .inode = found->second->number};
    return 0;
  });
}

ssize_t MemoryDisk::write(int file, const std::byte* data, std::size_t size) {
  return call("write", [&]() -> ssize_t {
    // Short writes are legal, and callers must continue after them.
    const std::size_t taken = std::min(size, longest_write_);
    inode_of(file).now.content.insert(inode_of(file).now.content.end(), data, data + taken);
    return static_cast<ssize_t>(taken);
  });
}

int MemoryDisk::change_owner(int file, platform::UserId uid, platform::GroupId gid) {
  return call("change_owner", [&] {
    inode_of(file).now.uid = uid;
    inode_of(file).now.gid = gid;
    return 0;
  });
}

int MemoryDisk::change_mode(int file, std::uint32_t mode) {
  return call("change_mode", [&] {
    inode_of(file).now.mode = mode;
    return 0;
  });
}

int MemoryDisk::sync(int file_or_directory) {
  return call("sync", [&] {
    if (const InodeOwner& inode = open_.at(file_or_directory)) {
      inode->synced = inode->now;
    } else {
      synced_directory_ = directory_;
      unsynced_.clear();
    }
    return 0;
  });
}

int MemoryDisk::link_unnamed(int file, int, const char* name) {
  return call("link_unnamed", [&] {
    if (directory_.contains(name)) return -EEXIST;
    change({{name, open_.at(file)}});
    return 0;
  });
}

int MemoryDisk::link(int, const char* from, const char* to) {
  return call("link", [&] {
    if (!directory_.contains(from)) return -ENOENT;
    if (directory_.contains(to)) return -EEXIST;
    change({{to, directory_[from]}});
    return 0;
  });
}

int MemoryDisk::rename_new(int, const char* from, const char* to) {
  return call("rename_new", [&] {
    if (!abilities_.rename_new) return -EOPNOTSUPP;
    if (!directory_.contains(from)) return -ENOENT;
    if (directory_.contains(to)) return -EEXIST;
    change({{to, directory_[from]}, {from, nullptr}});
    return 0;
  });
}

int MemoryDisk::rename(int, const char* from, const char* to) {
  return call("rename", [&] {
    if (!directory_.contains(from)) return -ENOENT;
    change({{to, directory_[from]}, {from, nullptr}});
    return 0;
  });
}

int MemoryDisk::unlink(int, const char* name) {
  return call("unlink", [&] {
    if (!directory_.contains(name)) return -ENOENT;
    change({{name, nullptr}});
    return 0;
  });
}

int MemoryDisk::close(int file_or_directory) {
  return call("close", [&] {
    open_.erase(file_or_directory);
    return 0;
  });
}

void MemoryDisk::change(Change change) {
  apply(change, directory_);
  // A rename is one change: no file system that this models keeps half of it.
  unsynced_.push_back(std::move(change));
}

void MemoryDisk::apply(const Change& change, Directory& directory) {
  for (const auto& [name, inode] : change) {
    if (inode) {
      directory[name] = inode;
    } else {
      directory.erase(name);
    }
  }
}

int MemoryDisk::give(const InodeOwner& inode) {
  open_[next_number_] = inode;
  return next_number_++;
}

MemoryDisk::InodeOwner MemoryDisk::make_inode() {
  auto inode = std::make_shared<Inode>();
  inode->number = next_inode_++;
  return inode;
}

}  // namespace tests
