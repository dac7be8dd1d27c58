// SPDX-License-Identifier: ISC
// One login to one member of a replica set, and what the set's configuration and status say: a part of
// program_request.h. This is the only message that holds the login.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "agent/doctor/database_messages.h"

namespace agent {

enum class LoginMechanism : std::uint8_t {
  any_scram,  // the better one of those that the server offers
  scram_sha_1,
  scram_sha_256,
};

struct DatabaseLogin {
  platform::SecretBytes user;  // ASCII, as the password is
  platform::SecretBytes password;
  std::string source;  // the database that has the user
  LoginMechanism mechanism = LoginMechanism::any_scram;
};

struct LoginRequest {
  Address host;
  bool tls = false;
  DatabaseTls files;
  DatabaseLogin login;
};

struct LoginReply {
  LoginEnd end = LoginEnd::failed;  // refused, failed or done
  bool denied = false;              // the user lacks a role for what was asked
  std::vector<ConfiguredMember> members;
  std::optional<bool> defaults_set;
};

void write(FieldWriter& out, const LoginRequest& request);
/// False: a value is beyond its limit, or is not what it should be.
bool read(FieldReader& in, LoginRequest& request);
void write(FieldWriter& out, const LoginReply& reply);
bool read(FieldReader& in, LoginReply& reply);

}  // namespace agent
