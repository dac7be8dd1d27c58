// SPDX-License-Identifier: ISC
// Input from outside to the backup program, and from it to the agent: a store's XML, a credentials file, the metadata
// service's JSON, requests and replies; also names and destinations of backups.
#include "agent/backup_program/s3_answer.h"
#include "agent/backup_program/s3_credentials.h"
#include "agent/backups/program_request.h"
#include "agent/config/backup_destination.h"
#include "keystore/backup/name.h"
#include "tests/fuzz/fuzz.h"

namespace {

using platform::BytesView;

void read_store(BytesView bytes) {
  const auto refusal = agent::backup_program::read_refusal(bytes);
  tests::require(refusal.code.size() <= 300 && refusal.message.size() <= 300);
  const auto page = agent::backup_program::read_listing(bytes, "om/");
  if (page) tests::require(page->objects.size() <= bytes.size());
}

void require_whole(const std::optional<agent::backup_program::Credentials>& found) {
  if (found) tests::require(!found->access_key.empty() && !found->secret_key.empty());
}

void read_credentials(BytesView bytes) {
  require_whole(agent::backup_program::read_credentials_file(bytes, "default"));
  require_whole(agent::backup_program::read_instance_credentials(bytes));
}

void read_messages(BytesView bytes) {
  if (const auto request = agent::decode_backup_request(bytes)) {
    const auto message = agent::encode(*request);
    const auto again = agent::decode_backup_request(message.reveal());
    tests::require(again && agent::encode(*again).equals(message));
  }
  if (const auto reply = agent::decode_backup_reply(bytes)) {
    const auto message = agent::encode(reply);
    tests::require(agent::encode(agent::decode_backup_reply(message.reveal())).equals(message));
  }
}

void read_names(std::string_view text) {
  if (const auto name = keystore::parse_backup_name(text)) tests::require(name->text() == text);
  if (const auto destination = agent::parse_destination(text)) {
    const auto again = agent::parse_destination(agent::text_of(*destination));
    tests::require(again && *again == *destination);
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const BytesView bytes = std::as_bytes(std::span(data, size));
  read_store(bytes);
  read_credentials(bytes);
  read_messages(bytes);
  read_names(tests::text_of(data, size));
  return 0;
}
