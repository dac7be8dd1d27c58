// SPDX-License-Identifier: ISC
#include "platform/host/host_facts.h"

#include <array>

#include <sodium.h>

#include "platform/base/bytes.h"
#include "platform/files/file.h"

namespace platform {

Result<std::string> instance_id(const Path& directory) {
  const FileFacts facts = TRY(facts_of(directory));
  const std::string boot = TRY(boot_id());
  // Device and inode change when the disk is copied, the boot id when the machine starts. A copy that runs differs in
  // at least one of them. The first line keeps this hash apart from any other use.
  const std::string text =
      "genkey-agent instance v1\n" + boot + "\n" + std::to_string(facts.device) + "\n" + std::to_string(facts.inode);
  std::array<std::byte, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(reinterpret_cast<unsigned char*>(digest.data()),
                     reinterpret_cast<const unsigned char*>(text.data()), text.size());
  return hex_encode(digest);
}

}  // namespace platform
