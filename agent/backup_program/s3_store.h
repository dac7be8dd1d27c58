// SPDX-License-Identifier: ISC
// One request to an S3 store, tried again until it is answered or the patience is over.
//
// A failure of the network or of the store (5xx, 429) is followed by a pause that doubles, with jitter, and another
// try. A put is sent with If-None-Match: *, so that it overwrites nothing. If a put was stored but its reply was lost,
// the next try is refused (412). Then the stored object is fetched: the same bytes are a success. So it is after a
// success without the checksum of the object, because a proxy's page is a success to HTTP too.
#pragma once

#include "agent/backups/program_request.h"
#include "platform/base/result.h"

namespace agent::backup_program {

/// Fails with store_silent, store_untrusted, store_refuses, store_unfit, no_store, store_clock, store_full,
/// store_locked, exists, not_found, io, or configuration for a bucket that does not exist or is in another region.
platform::Result<BackupReply> ask_store(const S3Request& request);

}  // namespace agent::backup_program
