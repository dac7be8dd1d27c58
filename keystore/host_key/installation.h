// SPDX-License-Identifier: ISC
// Every way in which the key of one host may change.
//
// An installation writes the pending record, puts aside a key that it displaces, writes the key, and renames the
// pending record. After a failure, a kill or a power cut the state is the old one, or finish_interrupted() completes
// the new one without asking anybody. A key that is in place without any record would look like a stranger's key and
// could be displaced.
//
// Functions that change something expect the caller to hold the lock. Besides what they name, their failures are those
// of platform/files/file.h.
#pragma once

#include "keystore/host_key/host_key.h"
#include "keystore/key/gen_key.h"
#include "platform/base/path.h"
#include "platform/base/result.h"

namespace keystore {

/// Where displaced files are kept, readable by root only. Durably created when it is missing.
platform::Result<platform::Path> displaced_directory(const KeyFiles& files);

/// Completes an installation that was interrupted, or forgets it if its key did not arrive, with the copy that it had
/// put aside. Removes temporary names that were left behind, among them a second name of the key, and syncs what may
/// not be durable yet. Leaves everything if it cannot know whether the key arrived. Under the lock.
platform::Result<void> finish_interrupted(const KeyFiles& files);

/// Whether finish_interrupted() may have something to finish. Needs no lock; true also while another command installs.
bool is_interrupted(const KeyFiles& files);

/// Fails with exists when there is any key file by then, with mount_absent when the recorded network mount is not
/// there, and with unreadable_record, denied or busy when the record of before cannot be read.
platform::Result<void> install(const KeyFiles& files, const GenKey& key, const Record& record);

/// Keeps a copy of the present key file, whatever it holds, and replaces the file by `key`. Gives the path of the copy.
/// Fails as install() does, and with exists when the key file is not the one of `present` any more.
platform::Result<platform::Path> displace(const KeyFiles& files, const Holding& present, const GenKey& key,
                                          const Record& record);

}  // namespace keystore
