// SPDX-License-Identifier: ISC
// The rules for a key file and its directories: from facts to findings. Pure, except that the names of accounts are
// looked up for the sentences.
#pragma once

#include "platform/audit/audit.h"
#include "platform/audit/posix/key_path_facts.h"

namespace platform {

KeyFileAudit check_key_file(const KeyPathFacts& facts, const Onlookers& onlookers);

}  // namespace platform
