// SPDX-License-Identifier: ISC
// Reads mongo.mongoUri strictly (MongoDB's "Connection String Format"). Ops Manager's driver may accept more; what is
// refused here is unknown and not wrong.
//
// The text usually holds a password. A raw "@" or "/" in one moves the bounds of all parts, so nothing is read of a URI
// in which they are not certain, and a refusal names the part alone. Pure: bytes in, values out, none of them secret.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "agent/base/names.h"
#include "agent/protocol/address.h"
#include "agent/protocol/facts.h"

namespace agent {

enum class UriPart : std::uint8_t { scheme, user, hosts, database, options };
inline constexpr Names<UriPart> uri_parts("scheme", "user", "hosts", "database", "options");

struct DatabaseUri {
  bool srv = false;            // mongodb+srv: the only host is a name without a port
  std::vector<Address> hosts;  // in lower case
  bool has_user = false;
  std::string database;              // may be empty
  std::string set;                   // of replicaSet; may be empty
  std::optional<bool> tls;           // of tls or ssl
  std::string source;                // of authSource; may be empty
  std::string mechanism;             // of authMechanism, in upper case; may be empty
  std::vector<std::string> options;  // their names in lower case, sorted

  bool operator==(const DatabaseUri&) const = default;
};

/// Or the part that is not as the format demands.
std::variant<DatabaseUri, UriPart> read_database_uri(std::string_view text);

/// What stands beside the URI in conf-mms.properties.
struct DatabaseSettings {
  bool tls = false;        // mongo.ssl
  bool encrypted = false;  // mongo.encryptedCredentials: the user part is ciphertext
};
/// The facts uri.*; of a URI that could not be read, `uri.unreadable` alone.
Facts uri_facts(const std::variant<DatabaseUri, UriPart>& uri, const DatabaseSettings& settings);

}  // namespace agent
