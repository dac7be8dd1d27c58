// SPDX-License-Identifier: ISC
#include "agent/backup_program/run.h"

#include <curl/curl.h>
#include <exception>
#include <iostream>

#include "agent/backup_program/s3_store.h"
#include "agent/backup_program/tar.h"
#include "agent/backups/program_request.h"
#include "agent/base/limits.h"
#include "platform/processes/child_program.h"
#include "platform/processes/hardening.h"

namespace agent::backup_program {

namespace {

using platform::ErrorKind;
using platform::Result;

Result<BackupReply> act(const S3Request& request) { return ask_store(request); }

Result<BackupReply> act(const PackRequest& request) {
  auto tar = TRY(pack(request.files));
  return BackupReply(Packed{std::move(tar)});
}

// Anyone who can write to a store can put a tar there. So the tar is parsed here, away from the key.
Result<BackupReply> act(const UnpackRequest& request) {
  auto files = TRY(unpack(request.tar.reveal(), request.expected));
  return BackupReply(Unpacked{std::move(files)});
}

Result<BackupReply> answer(const platform::SecretBytes& message) {
  const auto request = decode_backup_request(message.reveal());
  // Both programs come from one package, so this is a fault of ours.
  if (!request) return fail(ErrorKind::internal, "the backup program does not understand what it is asked");
  return std::visit([](const auto& each) { return act(each); }, *request);
}

Result<void> answer_one_request() {
  // Before anything is read: a crash must not leave credentials in a core file.
  TRY(platform::harden_process());
  const auto message = TRY(platform::receive_request(limits::backup_message));
  // Not needed for archives, but it is quick, and must be done before any use of libcurl.
  if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return fail(ErrorKind::internal, "libcurl does not start");
  // An error of the work is a reply as well. Only a failure to talk ends the program with 1.
  return platform::send_reply(encode(answer(message)));
}

}  // namespace

int run() {
  try {
    const auto done = answer_one_request();
    if (!done) std::cerr << "genkey-agent-backup: " << done.error().message << "\n";
    return done ? 0 : 1;
    // Failures of the network and bad archives are replies. An exception means lack of memory, a libcurl or libarchive
    // built without a needed part, or a fault of ours.
  } catch (const std::exception& error) {
    std::cerr << "genkey-agent-backup: this should not happen: " << error.what() << "\n";
    return 1;
  }
}

}  // namespace agent::backup_program
