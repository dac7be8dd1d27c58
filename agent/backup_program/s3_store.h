// One request to an S3 store, tried until it is answered or the patience is over.
//
// What fails on the way, or on the store's side (5xx, 429), is tried again after a pause that doubles, with jitter. A
// put says If-None-Match: *, so nothing is overwritten; one that was stored though its reply was lost is refused at the
// next try (412), and then what is stored is compared with what was to be: the same bytes are a success.
#pragma once

#include "agent/backups/program_request.h"
#include "platform/base/result.h"

namespace agent::backup_program {

/// store_silent, store_untrusted, store_refuses, store_clock, store_full, store_locked, exists, not_found, or
/// configuration for a bucket that is not there or is elsewhere.
platform::Result<BackupReply> ask_store(const S3Request& request);

}  // namespace agent::backup_program
