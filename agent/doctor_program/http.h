// SPDX-License-Identifier: ISC
// One GET through libcurl, over a connection of its own: no proxy, no cookies, no decoding, no redirect, everything
// bounded.
#pragma once

#include <chrono>
#include <string>

#include "agent/doctor/program_request.h"

namespace agent::doctor_program {

struct Exchange {
  HttpAnswer answer;  // without path, elsewhere and asset
  std::string location;
  std::string body;
};

/// For HTTP digest, the only way in which a login is ever sent. Null: there is none.
struct DigestLogin {
  const platform::SecretBytes* user = nullptr;
  const platform::SecretBytes* password = nullptr;
};

/// `path` may have a query if the request has no nonce.
Exchange exchange_with(const HttpOrigin& origin, const HttpGet& get, const std::string& path, const std::string& ca,
                       std::chrono::milliseconds time, const DigestLogin& login = {});

}  // namespace agent::doctor_program
