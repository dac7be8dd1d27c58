// SPDX-License-Identifier: ISC
// A directory in memory in place of the disk. It counts calls, fails the nth, or loses power after the nth.
//
// After a loss of power a test can look at every choice of what had reached the disk: each change of a name that was
// not synced is lost or kept by itself, and so is the content of all files that were not synced. It does not model the
// loss of a part of a file: a file that was not synced comes back empty, owned by root and 0600.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/bytes.h"
#include "platform/files/posix/disk_calls.h"

namespace tests {

struct StoredFile {
  platform::Bytes content;
  platform::UserId uid = 0;
  platform::GroupId gid = 0;
  std::uint32_t mode = 0600;

  bool operator==(const StoredFile&) const = default;
};

/// What the file system can do: tests run with and without each, as on NFS.
struct DiskAbilities {
  bool nameless_files = true;  // O_TMPFILE
  bool rename_new = true;      // RENAME_NOREPLACE
};

class MemoryDisk final : public platform::DiskCalls {
 public:
  using Names = std::map<std::string, StoredFile>;

  explicit MemoryDisk(DiskAbilities abilities) : abilities_(abilities) {}

  void store(const std::string& name, const StoredFile& file);
  void fail_call(std::size_t number, int error) { failing_ = {number, error}; }
  void fail_first(const std::string& call, int error) { failing_first_ = {call, error}; }
  void lose_power_after_call(std::size_t number) { last_call_ = number; }
  void write_at_most(std::size_t bytes) { longest_write_ = bytes; }

  [[nodiscard]] bool has_lost_power() const { return !powered_; }
  [[nodiscard]] bool has_failed() const { return calls_ >= failing_.first; }
  [[nodiscard]] Names names() const;
  [[nodiscard]] std::size_t open_files() const { return open_.size(); }
  [[nodiscard]] std::size_t total_calls() const { return calls_; }
  [[nodiscard]] int count_of(const std::string& call) const;
  /// Every directory that may be found after the power came back, with all names that survived.
  [[nodiscard]] std::vector<Names> after_power_loss() const;

  platform::Result<int> open_directory(const platform::Path& path) override;
  int open_unnamed(int directory) override;
  int create(int directory, const char* name) override;
  int facts(int directory, const char* name, platform::FileFacts& facts) override;
  ssize_t write(int file, const std::byte* data, std::size_t size) override;
  int change_owner(int file, platform::UserId uid, platform::GroupId gid) override;
  int change_mode(int file, std::uint32_t mode) override;
  int sync(int file_or_directory) override;
  int link_unnamed(int file, int directory, const char* name) override;
  int link(int directory, const char* from, const char* to) override;
  int rename_new(int directory, const char* from, const char* to) override;
  int rename(int directory, const char* from, const char* to) override;
  int unlink(int directory, const char* name) override;
  int close(int file_or_directory) override;

 private:
  struct Inode {
    StoredFile now;
    StoredFile synced;
    std::uint64_t number = 0;
  };
  using InodeOwner = std::shared_ptr<Inode>;
  using Directory = std::map<std::string, InodeOwner>;
  using Change = std::vector<std::pair<std::string, InodeOwner>>;  // one step of the journal; null removes the name

  template <class Act>
  auto call(const std::string& name, Act act) -> decltype(act());
  void change(Change change);
  int give(const InodeOwner& inode);
  InodeOwner make_inode();
  Inode& inode_of(int file) { return *open_.at(file); }
  static void apply(const Change& change, Directory& directory);

  DiskAbilities abilities_;
  std::size_t calls_ = 0;
  std::pair<std::size_t, int> failing_ = {SIZE_MAX, 0};
  std::pair<std::string, int> failing_first_;
  std::size_t last_call_ = SIZE_MAX;
  std::size_t longest_write_ = SIZE_MAX;
  bool powered_ = true;
  std::map<std::string, int> counts_;

  std::map<int, InodeOwner> open_;  // a directory has no inode
  int next_number_ = 100;
  std::uint64_t next_inode_ = 1;
  Directory directory_;
  Directory synced_directory_;
  std::vector<Change> unsynced_;
};

}  // namespace tests
