// Looking through a directory that may be somebody else's.
#pragma once

#include <cstddef>

#include <boost/filesystem/directory.hpp>

#include "platform/base/path.h"

namespace platform {

/// The first `limit` names in it, in no order; none where it cannot be read.
template <class Visit>
void each_entry(const Path& directory, std::size_t limit, Visit visit) {
  boost::system::error_code error;
  boost::filesystem::directory_iterator entry(directory, error);
  for (; !error && limit > 0 && entry != boost::filesystem::directory_iterator(); entry.increment(error), --limit) {
    visit(entry->path());
  }
}

}  // namespace platform
