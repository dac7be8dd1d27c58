// SPDX-License-Identifier: ISC
// The parts of the self-test. Each part leaves its files in the directory of the test, which is removed afterwards.
#pragma once

#include "platform/base/path.h"
#include "tests/windows/selftest/program.h"
#include "tests/windows/selftest/tally.h"

namespace selftest {

/// Owner and access list, set by the program's own library and read by Windows' own calls.
void try_file_system(const platform::Path& directory, Tally& tally);
/// A key, its audit and its repair by genkey-agent.exe.
void try_key(const Program& program, Tally& tally);
/// A key file in use, names that are not plain files, junctions, long paths. Needs the key of try_key().
void try_paths(const Program& program, const platform::Path& directory, Tally& tally);

}  // namespace selftest
