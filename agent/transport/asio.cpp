// Asio's bodies, compiled once: BOOST_ASIO_SEPARATE_COMPILATION in the top CMakeLists.txt leaves only their
// declarations in every file that includes Asio, which saves seconds in each. There is nothing of our own here.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
