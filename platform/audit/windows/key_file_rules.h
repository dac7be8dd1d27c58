// SPDX-License-Identifier: ISC
// The rules for a key file and the directories above it: from facts to findings. Pure, the same on every system, so
// that Linux tests them too.
#pragma once

#include "platform/audit/audit.h"
#include "platform/audit/windows/key_path_facts.h"

namespace platform::windows {

KeyFileAudit check_key_file(const KeyPathFacts& facts, const Onlookers& onlookers);

}  // namespace platform::windows
