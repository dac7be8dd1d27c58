// SPDX-License-Identifier: ISC
// The rules for files that are not the key: copies of it, and the files of this program. Pure, the same on every
// system.
#pragma once

#include <vector>

#include "platform/accounts/windows/security_descriptor.h"
#include "platform/audit/audit.h"
#include "platform/audit/windows/key_path_facts.h"
#include "platform/files/file.h"

namespace platform::windows {

/// The finding about a file whose name marks it as a copy of the key.
Finding stray_copy(const PathStep& copy, const Path& key_file, const Onlookers& onlookers);

struct OwnFileFacts {
  OwnFile expected;
  SecurityDescriptor right;  // `expected` as a descriptor
  FileFacts facts;
  SecurityDescriptor found;
};

/// Reports an untrusted owner and every right of strangers beyond `right`. Fewer rights are fine.
std::vector<Finding> check_own_file(const OwnFileFacts& facts, const Onlookers& onlookers);

}  // namespace platform::windows
