// The names in a directory that may belong to somebody else, and may be huge.
#pragma once

#include <cstddef>

#include <boost/filesystem/directory.hpp>

#include "platform/base/path.h"

namespace platform {

/// Visits the first `limit` names, in no order. Visits none when the directory cannot be read.
template <class Visit>
void each_entry(const Path& directory, std::size_t limit, Visit visit) {
  boost::system::error_code error;
  boost::filesystem::directory_iterator entry(directory, error);
  for (; !error && limit > 0 && entry != boost::filesystem::directory_iterator(); entry.increment(error), --limit) {
    visit(entry->path());
  }
}

}  // namespace platform
