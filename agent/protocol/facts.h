// SPDX-License-Identifier: ISC
// What a host reports about its Ops Manager: names with values, for comparing hosts. protocol.md lists the names. Never
// a password, a digest of one, a user name or a line of a log.
//
// A name is 1 to 64 characters of [A-Za-z0-9._], a value up to 1024 characters of printable ASCII. A missing name means
// that nobody knows; an empty value means that there is nothing.
#pragma once

#include <functional>
#include <map>
#include <string>

namespace agent {

using Facts = std::map<std::string, std::string, std::less<>>;

}  // namespace agent
