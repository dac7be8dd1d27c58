// SPDX-License-Identifier: ISC
// Turns a store's refusal into an error of ours: a kind, and a sentence that names the destination and quotes the
// store.
#pragma once

#include "agent/backup_program/http.h"
#include "agent/backups/program_request.h"
#include "platform/base/result.h"

namespace agent::backup_program {

tl::unexpected<platform::Error> refusal_of(const HttpReply& reply, const S3Request& request);
/// no_store: what answered is something else than an S3 store, as a web page or an answer without S3's words shows.
tl::unexpected<platform::Error> no_store(const HttpReply& reply, const S3Request& request);

}  // namespace agent::backup_program
