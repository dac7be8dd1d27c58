// SPDX-License-Identifier: ISC
// What genkey-agent-doctor is asked about databases, and what it answers: a part of program_request.h.
//
// No URI is in them. The program builds libmongoc's URI from these parts, because libmongoc prints part of a text that
// it cannot parse, and takes part of a raw password for the name of a host.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "agent/base/secret_fields.h"
#include "agent/doctor/database_evidence.h"
#include "agent/protocol/address.h"
#include "platform/base/secret_bytes.h"

namespace agent {

/// How TLS is spoken with databases that want it.
struct DatabaseTls {
  std::string ca;                      // certificates in PEM; empty: the system's authorities
  platform::SecretBytes pem;           // certificate and private key of this client in PEM; may be empty
  platform::SecretBytes pem_password;  // of that key; may be empty
};

struct AskedDatabase {
  std::vector<Address> hosts;
  std::string srv;  // a name that the hosts are looked up by, instead of a list
  bool tls = false;
};

/// `hello`, without a login: to the hosts of these databases, and to those that their answers name.
struct DatabaseRequest {
  std::vector<AskedDatabase> databases;
  DatabaseTls tls;
  std::chrono::milliseconds time{0};  // for all of them; hosts that are not asked by then stay not_asked
};

struct DatabaseAnswers {
  std::vector<HelloAnswer> answers;  // the listed hosts first
  std::string set;                   // replicaSet, as the DNS gives it for a name; may be empty
};

/// One for each database, in the same order.
struct DatabaseReply {
  std::vector<DatabaseAnswers> databases;
};

void write(FieldWriter& out, const DatabaseRequest& request);
/// False: a value is beyond its limit, or is not what it should be.
bool read(FieldReader& in, DatabaseRequest& request);
void write(FieldWriter& out, const DatabaseReply& reply);
bool read(FieldReader& in, DatabaseReply& reply);

}  // namespace agent
