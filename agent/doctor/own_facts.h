// SPDX-License-Identifier: ISC
// What the files and processes of this host say about its Ops Manager, by the names of agent/protocol/protocol.md.
//
// Opens no connection. A file that cannot be read leaves its names out: nobody knows them then, and the checks say what
// is missing.
#pragma once

#include "agent/config/host.h"
#include "agent/protocol/facts.h"
#include "platform/base/result.h"

namespace agent {

platform::Result<Facts> own_facts(const Host& host);

}  // namespace agent
