#include "agent/backups/store.h"

#include <algorithm>

#include "agent/backups/s3_credentials.h"
#include "agent/base/limits.h"
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

Result<BackupReply> ask(const BackupProgram& program, const BackupRequest& request, std::chrono::milliseconds time) {
  const platform::Program child{program.file, backup_program_name, program.account, secret_variables()};
  const platform::ProgramLimits bounds{limits::backup_message, time + limits::child_grace};
  const auto reply = TRY(platform::run_program(child, encode(request), bounds));
  return decode_backup_reply(reply.reveal());
}

/// The reply of the kind that fits the request.
template <class Reply>
Result<Reply> expect(Result<BackupReply> reply) {
  if (!reply) return tl::unexpected(std::move(reply).error());
  if (auto* expected = std::get_if<Reply>(&*reply)) return std::move(*expected);
  return fail(ErrorKind::internal, "the backup program answered another question");
}

template <class Reply>
Result<Reply> ask_bucket(const BackupStore& store, StoreAct act, std::string name = "", BytesView content = {}) {
  StoreRequest request{.act = act, .bucket = std::get<S3Bucket>(store.destination), .patience = store.patience};
  request.credentials = TRY(standard_credentials());
  request.name = std::move(name);
  request.content.assign(content.begin(), content.end());
  return expect<Reply>(ask(store.program, BackupRequest(std::move(request)), store.patience));
}

std::optional<BackupDirectory> directory_of(const BackupStore& store) {
  const auto* path = std::get_if<Path>(&store.destination);
  if (path == nullptr) return std::nullopt;
  return BackupDirectory{*path, store.known_mount};
}

}  // namespace

Result<BackupProgram> find_backup_program(const platform::Account& account) {
  const Path file = TRY(platform::find_program(backup_program_name));
  return BackupProgram{file, account};
}

Result<std::optional<std::string>> put_backup(const BackupStore& store, const BackupName& name, BytesView content) {
  if (content.size() > keystore::largest_backup)
    return fail(ErrorKind::io, "a backup of " + std::to_string(content.size()) + " bytes is too large to store");
  if (const auto directory = directory_of(store)) return keystore::put(*directory, name, content);
  TRY(ask_bucket<Stored>(store, StoreAct::put, name.text(), content));
  return std::nullopt;
}

Result<Bytes> get_backup(const BackupStore& store, const BackupName& name) {
  if (const auto directory = directory_of(store)) return keystore::get(*directory, name);
  auto fetched = TRY(ask_bucket<Fetched>(store, StoreAct::get, name.text()));
  return std::move(fetched.content);
}

Result<std::vector<BackupCopy>> list_backups(const BackupStore& store) {
  if (const auto directory = directory_of(store)) return keystore::list(*directory);
  std::vector<BackupCopy> copies;
  const auto listed = TRY(ask_bucket<Listed>(store, StoreAct::list));
  for (const StoredObject& object : listed.objects) {
    if (auto name = keystore::parse_backup_name(object.name))
      copies.push_back({std::move(*name), object.size, object.stored});
  }
  std::ranges::sort(copies, {}, [](const BackupCopy& copy) { return copy.name.text(); });
  return copies;
}

Result<Removal> remove_backup(const BackupStore& store, const BackupName& name) {
  if (const auto directory = directory_of(store)) {
    TRY(keystore::remove(*directory, name));
    return Removal::gone;
  }
  const auto removed = TRY(ask_bucket<RemovedObject>(store, StoreAct::remove, name.text()));
  return removed.former_version_stays ? Removal::former_version_stays : Removal::gone;
}

Result<platform::SecretBytes> pack_files(const BackupProgram& program, std::vector<NamedContent> files) {
  auto packed = TRY(expect<Packed>(ask(program, PackRequest{std::move(files)}, limits::archive_time)));
  return std::move(packed.tar);
}

Result<std::vector<NamedContent>> unpack_files(const BackupProgram& program, platform::SecretBytes tar,
                                               const std::vector<std::string>& expected) {
  auto unpacked = TRY(expect<Unpacked>(ask(program, UnpackRequest{std::move(tar), expected}, limits::archive_time)));
  return std::move(unpacked.files);
}

}  // namespace agent
