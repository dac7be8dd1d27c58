// The rules for a key file, its directories, its copies and our own files: from facts to findings. Pure: no call looks
// at the disk. Names of accounts alone are looked up, for the sentences.
#pragma once

#include <vector>

#include "platform/audit/audit.h"
#include "platform/audit/posix/key_path_facts.h"

namespace platform {

KeyFileAudit check_key_file(const KeyPathFacts& facts, const Onlookers& onlookers);
/// The finding about a file that has the key's name with something before or after it.
Finding stray_copy(const PathStep& copy, const Path& key_file);
std::vector<Finding> check_own_file(const OwnFile& expected, const FileFacts& facts);

}  // namespace platform
