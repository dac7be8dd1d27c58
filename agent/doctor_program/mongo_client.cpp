// SPDX-License-Identifier: ISC
#include "agent/doctor_program/mongo_client.h"

#include <stdexcept>

#include "agent/base/doctor_limits.h"
#include "agent/doctor_program/c_secret.h"

namespace agent::doctor_program {

namespace {

constexpr const char* application = "genkey-agent-doctor";  // in the server's log

const char* mechanism_name(LoginMechanism mechanism) {
  switch (mechanism) {
    case LoginMechanism::any_scram: return nullptr;
    case LoginMechanism::scram_sha_1: return "SCRAM-SHA-1";
    case LoginMechanism::scram_sha_256: return "SCRAM-SHA-256";
  }
  return nullptr;
}

bool set_login(mongoc_uri_t* uri, const DatabaseLogin& login) {
  const CSecret user(login.user);
  const CSecret password(login.password);
  const char* const mechanism = mechanism_name(login.mechanism);
  return mongoc_uri_set_username(uri, user.text()) && mongoc_uri_set_password(uri, password.text()) &&
         mongoc_uri_set_auth_source(uri, login.source.c_str()) &&
         (mechanism == nullptr || mongoc_uri_set_auth_mechanism(uri, mechanism));
}

}  // namespace

MongoOwner<mongoc_client_t> client_for(const Address& host, const DatabaseLogin* login) {
  const std::string name = host.host.find(':') == std::string::npos ? host.host : "[" + host.host + "]";
  const MongoOwner<mongoc_uri_t> uri(mongoc_uri_new_for_host_port(name.c_str(), host.port));
  if (!uri) throw std::runtime_error("libmongoc does not take a host");
  const auto time = static_cast<std::int32_t>(std::chrono::milliseconds(limits::database_time).count());
  bool set = mongoc_uri_set_option_as_bool(uri.get(), MONGOC_URI_DIRECTCONNECTION, true);
  for (const char* option :
       {MONGOC_URI_CONNECTTIMEOUTMS, MONGOC_URI_SERVERSELECTIONTIMEOUTMS, MONGOC_URI_SOCKETTIMEOUTMS})
    set = mongoc_uri_set_option_as_int32(uri.get(), option, time) && set;
  if (login != nullptr) set = set_login(uri.get(), *login) && set;
  MongoOwner<mongoc_client_t> client(mongoc_client_new_from_uri(uri.get()));
  if (!set || !client || !mongoc_client_set_appname(client.get(), application))
    throw std::runtime_error("libmongoc does not take an option");
  mongoc_client_set_error_api(client.get(), MONGOC_ERROR_API_VERSION_2);
  return client;
}

}  // namespace agent::doctor_program
