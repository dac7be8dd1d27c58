// The rules for a key file, its directories, its copies and our own files: from facts to findings. Pure: no call looks
// at the disk. Names of accounts alone are looked up, for the sentences.
#pragma once

#include "platform/audit/audit.h"
#include "platform/audit/posix/key_path_facts.h"

namespace platform {

KeyFileAudit check_key_file(const KeyPathFacts& facts, const Onlookers& onlookers);

}  // namespace platform
