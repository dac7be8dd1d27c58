// SPDX-License-Identifier: ISC
// The names in a directory that may belong to a stranger, who can fill it with any number of names.
#pragma once

#include <cstddef>

#include <boost/filesystem/directory.hpp>

#include "platform/base/path.h"

namespace platform {

/// Visits at most `limit` names, in no order. Reports no failure: a directory that cannot be read has no names, and an
/// error ends the visit.
template <class Visit>
void each_entry(const Path& directory, std::size_t limit, Visit visit) {
  boost::system::error_code error;
  boost::filesystem::directory_iterator entry(directory, error);
  for (; !error && limit > 0 && entry != boost::filesystem::directory_iterator(); entry.increment(error), --limit) {
    visit(entry->path());
  }
}

}  // namespace platform
