// SPDX-License-Identifier: ISC
// One step on the way from the root to a file. Pure data.
#pragma once

#include "platform/base/path.h"
#include "platform/files/file.h"
#include "platform/files/posix/access_list.h"

namespace platform {

/// A directory or link on the way to a file.
struct PathStep {
  Path path;  // with the links before it resolved
  FileFacts facts;
  AccessList access_list = {};
};

}  // namespace platform
