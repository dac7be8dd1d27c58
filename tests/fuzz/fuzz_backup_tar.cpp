// SPDX-License-Identifier: ISC
// The tar of a host's files. Whoever can encrypt to the backup's recipient can write one.
#include <algorithm>

#include "agent/backup_program/tar.h"
#include "agent/base/limits.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<std::string> expected = {"conf-mms.properties", "mms.conf", "record.json"};
  const auto files = agent::backup_program::unpack(std::as_bytes(std::span(data, size)), expected);
  if (!files) return 0;
  std::vector<std::string> seen;
  for (const agent::NamedContent& file : *files) {
    tests::require(std::ranges::find(expected, file.name) != expected.end());
    tests::require(std::ranges::find(seen, file.name) == seen.end());
    tests::require(file.content.size() <= agent::limits::archived_file);
    seen.push_back(file.name);
  }
  const auto packed = agent::backup_program::pack(*files);
  tests::require(packed.has_value());
  const auto again = agent::backup_program::unpack(packed->reveal(), expected);
  tests::require(again && again->size() == files->size());
  for (std::size_t at = 0; at < files->size(); ++at) tests::require((*again)[at].content.equals((*files)[at].content));
  return 0;
}
