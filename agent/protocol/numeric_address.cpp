// SPDX-License-Identifier: ISC
#include "agent/protocol/numeric_address.h"

#include <boost/asio/ip/address.hpp>

namespace agent {

bool is_numeric(const Address& address) {
  // The listener asks the same function when it binds.
  boost::system::error_code error;
  boost::asio::ip::make_address(address.host, error);
  return !error;
}

}  // namespace agent
