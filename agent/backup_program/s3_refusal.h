// SPDX-License-Identifier: ISC
// Turns a store's refusal into an error of ours: a kind, and a sentence that names the destination and quotes the
// store.
#pragma once

#include "agent/backup_program/http.h"
#include "agent/backups/program_request.h"
#include "platform/base/result.h"

namespace agent::backup_program {

tl::unexpected<platform::Error> refusal_of(const HttpReply& reply, const S3Request& request);

}  // namespace agent::backup_program
