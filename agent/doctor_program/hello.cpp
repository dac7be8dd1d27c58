// SPDX-License-Identifier: ISC
#include "agent/doctor_program/hello.h"

#include <chrono>
#include <optional>

#include "agent/base/doctor_limits.h"
#include "agent/doctor_program/hello_reply.h"
#include "agent/doctor_program/mongo_client.h"
#include "agent/doctor_program/mongo_connection.h"
#include "agent/doctor_program/round_trip.h"
#include "platform/base/ascii.h"

namespace agent::doctor_program {

namespace {

using Clock = std::chrono::steady_clock;

// An answer that libmongoc could not use.
DatabaseEnd end_of(mongoc_client_t* client, Clock::time_point start) {
  std::size_t count = 0;
  mongoc_server_description_t** const servers = mongoc_client_get_server_descriptions(client, &count);
  bool newer = false;
  for (std::size_t at = 0; at < count; ++at)
    newer = newer || demands_newer(*mongoc_server_description_hello_response(servers[at]));
  mongoc_server_descriptions_destroy_all(servers, count);
  if (newer) return DatabaseEnd::too_new;
  return Clock::now() - start >= limits::database_time ? DatabaseEnd::silent : DatabaseEnd::broken;
}

// Asks once more. Nothing: it did not answer, and `end` says how.
std::optional<std::chrono::microseconds> ask_again(mongoc_client_t* client, const mongoc_server_description_t* server,
                                                   HelloAnswer& answer, DatabaseEnd& end) {
  const bool newer = knows_hello(*mongoc_server_description_hello_response(server));
  bson_t command = BSON_INITIALIZER;
  bson_append_int32(&command, newer ? "hello" : "isMaster", -1, 1);
  bson_t reply;
  bson_error_t error{};
  const auto start = Clock::now();
  const bool done = mongoc_client_command_simple_with_server_id(client, "admin", &command, nullptr,
                                                                mongoc_server_description_id(server), &reply, &error);
  const auto taken = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start);
  if (done) take_hello(reply, answer);
  bson_destroy(&reply);
  bson_destroy(&command);
  end = done ? DatabaseEnd::answered : taken >= limits::database_time ? DatabaseEnd::silent : DatabaseEnd::broken;
  return done ? std::optional(taken) : std::nullopt;
}

// The first answer came with the connection. Those after it show how long the way takes.
DatabaseEnd measure(mongoc_client_t* client, const mongoc_server_description_t* server, HelloAnswer& answer) {
  DatabaseEnd end = DatabaseEnd::broken;
  const auto taken = least_round_trip([&] { return ask_again(client, server, answer, end); });
  if (taken) answer.round_trip = *taken;
  return end;
}

}  // namespace

void start_mongo() {
  // Its messages quote what servers and settings say.
  mongoc_log_set_handler(nullptr, nullptr);
  mongoc_init();
}

HelloAnswer ask_hello(const Address& host, const DatabaseTls* tls) {
  HelloAnswer answer;
  std::optional<MongoTls> files;
  if (tls != nullptr) files.emplace(*tls);
  MongoConnection connection(host, files ? &*files : nullptr, limits::database_time);
  const auto client = client_for(host, nullptr);
  connection.serve(client.get());
  const auto start = Clock::now();
  bson_error_t error{};
  const MongoOwner<mongoc_server_description_t> server(
      mongoc_client_select_server(client.get(), false, nullptr, &error));
  answer.end = connection.end();
  if (answer.end == DatabaseEnd::answered)
    answer.end = server ? measure(client.get(), server.get(), answer) : end_of(client.get(), start);
  // A server that demands a certificate of its clients ends the connection after the handshake (TLS 1.3).
  if (tls != nullptr && !server && answer.end == DatabaseEnd::broken) answer.end = DatabaseEnd::no_tls;
  answer.address = connection.address();
  return answer;
}

DatabaseAnswers hosts_behind(const std::string& name) {
  DatabaseAnswers found;
  bson_error_t error{};
  const MongoOwner<mongoc_uri_t> uri(mongoc_uri_new_with_error(("mongodb+srv://" + name + "/").c_str(), &error));
  // It looks the name up; nothing is connected yet.
  const MongoOwner<mongoc_client_t> client(uri ? mongoc_client_new_from_uri(uri.get()) : nullptr);
  const mongoc_uri_t* const known = client ? mongoc_client_get_uri(client.get()) : nullptr;
  const char* const set = known == nullptr ? nullptr : mongoc_uri_get_replica_set(known);
  if (set != nullptr) found.set = set;
  const mongoc_host_list_t* each = known == nullptr ? nullptr : mongoc_uri_get_hosts(known);
  for (; each != nullptr && found.answers.size() < limits::database_members; each = each->next) {
    const Address host{platform::lower(each->host), each->port};
    found.answers.push_back({.asked = host.text(), .listed = true});
  }
  if (found.answers.empty())
    found.answers.push_back({.asked = platform::lower(name), .listed = true, .end = DatabaseEnd::no_name});
  return found;
}

}  // namespace agent::doctor_program
