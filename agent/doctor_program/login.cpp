// SPDX-License-Identifier: ISC
#include "agent/doctor_program/login.h"

#include <cstdio>
#include <stdexcept>

#include "agent/base/doctor_limits.h"
#include "agent/doctor/program_request.h"
#include "agent/doctor_program/member_replies.h"
#include "agent/doctor_program/mongo_client.h"
#include "agent/doctor_program/mongo_connection.h"
#include "platform/processes/forked_children.h"

namespace agent::doctor_program {

namespace {

constexpr std::uint32_t unauthorized = 13;  // MongoDB's code

enum class Asked : std::uint8_t { answered, refused, denied, failed };

Asked end_of(const bson_error_t& error) {
  if (error.domain == MONGOC_ERROR_CLIENT && error.code == MONGOC_ERROR_CLIENT_AUTHENTICATE) return Asked::refused;
  if (error.domain == MONGOC_ERROR_SERVER && error.code == unauthorized) return Asked::denied;
  return Asked::failed;
}

class Session {
 public:
  explicit Session(const LoginRequest& request) {
    if (request.tls) files_.emplace(request.files);
    connection_.emplace(request.host, files_ ? &*files_ : nullptr, limits::database_time);
    client_ = client_for(request.host, &request.login);
    connection_->serve(client_.get());
    bson_error_t error{};
    server_.reset(mongoc_client_select_server(client_.get(), false, nullptr, &error));
  }

  // The first question logs in. libmongoc would try a refused login again with each further one.
  LoginReply ask() {
    LoginReply reply;
    const Asked first = ask("replSetGetConfig", [&](const bson_t& answer) { reply.members = members_in(answer); });
    reply.denied = first == Asked::denied;
    if (first == Asked::refused) reply.end = LoginEnd::refused;
    if (first != Asked::answered) return reply;
    reply.end = LoginEnd::done;
    const Asked status = ask("replSetGetStatus", [&](const bson_t& answer) { take_status(answer, reply.members); });
    // Not an error when the user may not ask it: nobody knows which of its roles allows it.
    if (status != Asked::failed && status != Asked::refused)
      ask("getDefaultRWConcern", [&](const bson_t& answer) { reply.defaults_set = defaults_set_in(answer); });
    return reply;
  }

 private:
  template <class Take>
  Asked ask(const char* question, const Take& take) {
    if (!server_) return Asked::failed;
    bson_t command = BSON_INITIALIZER;
    bson_append_int32(&command, question, -1, 1);
    bson_t answer;
    bson_error_t error{};
    const bool done = mongoc_client_command_simple_with_server_id(
        client_.get(), "admin", &command, nullptr, mongoc_server_description_id(server_.get()), &answer, &error);
    if (done) take(answer);
    bson_destroy(&answer);
    bson_destroy(&command);
    return done ? Asked::answered : end_of(error);
  }

  std::optional<MongoTls> files_;
  std::optional<MongoConnection> connection_;
  MongoOwner<mongoc_client_t> client_;
  MongoOwner<mongoc_server_description_t> server_;
};

platform::Bytes asked(const LoginRequest& request) {
  // Where libmongoc would write when it runs out of memory.
  if (std::freopen("/dev/null", "w", stderr) == nullptr) throw std::runtime_error("no /dev/null");
  const auto message = encode(platform::Result<DoctorReply>(Session(request).ask()));
  const auto bytes = message.reveal();
  return {bytes.begin(), bytes.end()};
}

}  // namespace

LoginReply log_in(const LoginRequest& request) {
  const platform::ChildrenLimits bounds{
      .said = limits::login_answer, .each = limits::login_time, .all = limits::login_time};
  const auto results = platform::run_in_children(1, bounds, [&](std::size_t) { return asked(request); });
  auto reply = decode_doctor_reply(results.front().said);
  auto* const login = reply ? std::get_if<LoginReply>(&*reply) : nullptr;
  // It may have been tried: nobody may try again.
  return login == nullptr ? LoginReply{} : std::move(*login);
}

}  // namespace agent::doctor_program
