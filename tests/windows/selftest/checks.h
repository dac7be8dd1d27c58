// What is tried out. Each part leaves its files in the directory of the test, which goes afterwards.
#pragma once

#include "platform/base/path.h"
#include "tests/windows/selftest/judgements.h"
#include "tests/windows/selftest/program.h"

namespace selftest {

/// Owner and access list through the program's own library and through Windows' calls.
void try_file_system(const platform::Path& directory, Judgements& judgements);
/// A key, its audit and its mending by genkey-agent.exe.
void try_key(const Program& program, Judgements& judgements);
/// A key file in use, names that are no plain files, junctions, long paths. Wants try_key() before.
void try_paths(const Program& program, const platform::Path& directory, Judgements& judgements);

}  // namespace selftest
