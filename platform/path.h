#pragma once

#include <boost/filesystem/path.hpp>

namespace platform {

using Path = boost::filesystem::path;

}  // namespace platform
