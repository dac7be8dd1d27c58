// SPDX-License-Identifier: ISC
// Asio's bodies, compiled once: BOOST_ASIO_SEPARATE_COMPILATION in the top CMakeLists.txt leaves only their
// declarations in every file that includes Asio, which saves seconds in each. This file has no code of this program.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
