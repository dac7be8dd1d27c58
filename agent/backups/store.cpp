// SPDX-License-Identifier: ISC
#include "agent/backups/store.h"

#include <algorithm>
#include <functional>

#include "agent/backups/s3_credentials.h"
#include "agent/base/limits.h"
#include "agent/base/wait_line.h"
#include "keystore/backup/directory.h"
#include "platform/files/file.h"
#include "platform/processes/child_program.h"

namespace agent {

namespace {

using keystore::BackupCopy;
using keystore::BackupDirectory;
using keystore::BackupName;
using platform::Bytes;
using platform::BytesView;
using platform::ErrorKind;
using platform::fail;
using platform::Path;
using platform::Result;

// The backup program bounds its own work by `time`. It is killed only a little later, so that its own error arrives
// first.
Result<BackupReply> ask(const BackupProgram& program, const BackupRequest& request, std::chrono::milliseconds time,
                        const std::function<void()>& waiting = nullptr) {
  // The secrets are in the request, so they are taken out of the environment that the program inherits.
  const platform::Program child{program.file, backup_program_name, program.account, secret_variables()};
  const platform::ProgramLimits bounds{limits::backup_message, time + limits::child_grace};
  const auto reply = TRY(platform::run_program(child, encode(request), bounds, waiting));
  return decode_backup_reply(reply.reveal());
}

// A reply of another kind means that the two programs are not of one version, or a fault of ours.
template <class Reply>
Result<Reply> expect(Result<BackupReply> reply) {
  if (!reply) return tl::unexpected(std::move(reply).error());
  if (auto* expected = std::get_if<Reply>(&*reply)) return std::move(*expected);
  return fail(ErrorKind::internal, "the backup program answered another question");
}

template <class Reply>
Result<Reply> ask(const BackupStore& store, const S3Bucket& bucket, StoreAct act, std::string name = "",
                  BytesView content = {}) {
  S3Request request{.act = act, .bucket = bucket, .patience = store.patience};
  // Read for each request, so that credentials that were renewed in the file meanwhile are used.
  request.credentials = TRY(standard_credentials());
  request.name = std::move(name);
  request.content.assign(content.begin(), content.end());
  WaitLine line(WaitLine::Clock::now() + store.patience, store.quiet);
  const auto waiting = [&] { line.show("waiting for " + bucket.text()); };
  return expect<Reply>(ask(store.program, BackupRequest(std::move(request)), store.patience, waiting));
}

// The four operations, for each kind of destination. A new kind does not compile before it has all four.

BackupDirectory open(const BackupStore& store, const Directory& directory) {
  // A directory is written by this process, because nothing has to be parsed for that.
  return {.path = directory.path, .known_mount = store.known_mount};
}

Result<std::optional<std::string>> put(const BackupStore& store, const Directory& directory, const BackupName& name,
                                       BytesView content) {
  return keystore::put(open(store, directory), name, content);
}

Result<std::optional<std::string>> put(const BackupStore& store, const S3Bucket& bucket, const BackupName& name,
                                       BytesView content) {
  // A bucket has no mount that could be missing the next time.
  TRY(ask<Stored>(store, bucket, StoreAct::put, name.text(), content));
  return std::nullopt;
}

Result<Bytes> get(const BackupStore& store, const Directory& directory, const BackupName& name) {
  return keystore::get(open(store, directory), name);
}

Result<Bytes> get(const BackupStore& store, const S3Bucket& bucket, const BackupName& name) {
  auto fetched = TRY(ask<Fetched>(store, bucket, StoreAct::get, name.text()));
  return std::move(fetched.content);
}

Result<std::vector<BackupCopy>> list(const BackupStore& store, const Directory& directory) {
  return keystore::list(open(store, directory));
}

Result<std::vector<BackupCopy>> list(const BackupStore& store, const S3Bucket& bucket) {
  std::vector<BackupCopy> copies;
  const auto listed = TRY(ask<Listed>(store, bucket, StoreAct::list));
  for (const StoredObject& object : listed.objects) {
    // Other objects may have the same prefix. They are left out, so that they are never pruned.
    if (auto name = keystore::parse_backup_name(object.name))
      copies.push_back({std::move(*name), object.size, object.stored});
  }
  // Stores differ in the order of their listings. Sorted, the same copies always give the same output.
  std::ranges::sort(copies, {}, [](const BackupCopy& copy) { return copy.name.text(); });
  return copies;
}

Result<Removal> remove(const BackupStore& store, const Directory& directory, const BackupName& name) {
  TRY(keystore::remove(open(store, directory), name));
  // A directory keeps no former versions.
  return Removal::gone;
}

Result<Removal> remove(const BackupStore& store, const S3Bucket& bucket, const BackupName& name) {
  const auto removed = TRY(ask<RemovedObject>(store, bucket, StoreAct::remove, name.text()));
  return removed.former_version_stays ? Removal::former_version_stays : Removal::gone;
}

}  // namespace

Result<BackupProgram> find_backup_program(const platform::Account& account) {
  const Path file = TRY(platform::find_program(backup_program_name));
  return BackupProgram{file, account};
}

Result<std::optional<std::string>> put_backup(const BackupStore& store, const BackupName& name, BytesView content) {
  // Refused before it is stored, because a larger copy could not be read back from a directory or a file.
  if (content.size() > keystore::largest_backup)
    return fail(ErrorKind::io, "a backup of " + std::to_string(content.size()) + " bytes is too large to store");
  return std::visit([&](const auto& kind) { return put(store, kind, name, content); }, store.destination);
}

Result<Bytes> get_backup(const BackupStore& store, const BackupName& name) {
  return std::visit([&](const auto& kind) { return get(store, kind, name); }, store.destination);
}

Result<std::vector<BackupCopy>> list_backups(const BackupStore& store) {
  return std::visit([&](const auto& kind) { return list(store, kind); }, store.destination);
}

Result<Removal> remove_backup(const BackupStore& store, const BackupName& name) {
  return std::visit([&](const auto& kind) { return remove(store, kind, name); }, store.destination);
}

Result<void> check_start(const BackupProgram& program) {
  // An empty archive is the smallest piece of work that it has.
  TRY(pack_files(program, {}));
  return {};
}

Result<platform::SecretBytes> pack_files(const BackupProgram& program, std::vector<NamedContent> files) {
  // No network is involved, so a short fixed time is enough.
  auto packed = TRY(expect<Packed>(ask(program, PackRequest{std::move(files)}, limits::archive_time)));
  return std::move(packed.tar);
}

Result<std::vector<NamedContent>> unpack_files(const BackupProgram& program, platform::SecretBytes tar,
                                               const std::vector<std::string>& expected) {
  auto unpacked = TRY(expect<Unpacked>(ask(program, UnpackRequest{std::move(tar), expected}, limits::archive_time)));
  return std::move(unpacked.files);
}

}  // namespace agent
