// SPDX-License-Identifier: ISC
// The login in mongo.mongoUri: whether doctor can use it, and the user part as the server wants it.
#pragma once

#include <string>
#include <variant>

#include "agent/doctor/database_uri.h"
#include "agent/doctor/login_messages.h"

namespace agent {

/// The login, or what is missing for one, as a person can provide it. `text` is what `uri` was read from.
std::variant<DatabaseLogin, std::string> login_in(platform::BytesView text, const DatabaseUri& uri, bool encrypted);

}  // namespace agent
