// SPDX-License-Identifier: ISC
// What a host reports about its Ops Manager: names with values, for comparing hosts. protocol.md lists the names. Never
// a password, a digest of one, a user name or a line of a log.
//
// A name is 1 to 64 characters of [A-Za-z0-9._], a value up to 1024 characters of printable ASCII. A missing name means
// that nobody knows; an empty value means that there is nothing.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "agent/base/byte_fields.h"

namespace agent {

using Facts = std::map<std::string, std::string, std::less<>>;

bool is_fact(std::string_view name, std::string_view value);
/// Whether they fit into one message, with all names and values as above.
bool are_valid(const Facts& facts);
/// Without what a message has no room for: names and values that are not as above, and the last names of too many.
Facts within_limits(const Facts& facts);
/// Null if the name is missing.
const std::string* fact_in(const Facts& facts, std::string_view name);

/// The count, then names and values, sorted. They must be valid.
void write(ByteWriter& out, const Facts& facts);
/// Nothing unless they are valid, sorted and each once.
std::optional<Facts> read_facts(ByteReader& in);

}  // namespace agent
