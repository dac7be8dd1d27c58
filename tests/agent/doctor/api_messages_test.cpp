// SPDX-License-Identifier: ISC
#include "agent/doctor/api_messages.h"

#include <doctest/doctest.h>

#include "agent/base/doctor_limits.h"
#include "agent/doctor/program_request.h"
#include "tests/agent/samples.h"

namespace agent {

namespace {

ApiRequest usual_request() {
  return {.origin = {.tls = true, .host = "127.0.0.1", .port = 8443, .verified = false},
          .user = tests::secret_of("public"),
          .key = tests::secret_of("private"),
          .time = std::chrono::seconds(10)};
}

std::optional<ApiRequest> sent(ApiRequest request) {
  auto decoded = decode_doctor_request(encode(DoctorRequest(std::move(request))).reveal());
  if (!decoded) return std::nullopt;
  return std::get<ApiRequest>(std::move(*decoded));
}

ApiReply usual_reply() {
  ApiReply reply;
  reply.ends.fill(ApiEnd::answered);
  reply.ends.back() = ApiEnd::absent;
  reply.daemons = {
      {.machine = "om1", .head_directory = "/head/", .configured = true, .grooms = true, .labels = {"fra1"}},
      {.machine = "om2", .backups = true, .restores = true, .queryable_restores = true}};
  reply.stores = {{.list = ApiList::oplog_databases,
                   .id = "oplog1",
                   .has_database = true,
                   .hosts = {{"b1", 27017}, {"2001:db8::1", 27018}},
                   .set = "oplog",
                   .database = "db",
                   .tls = true,
                   .write_concern = "W2",
                   .labels = {"fra1", "fra2"}},
                  {.list = ApiList::file_systems, .id = "files", .path = "/data/backups"}};
  reply.projects = 7;
  reply.bound_projects = 2;
  return reply;
}

std::optional<ApiReply> sent(ApiReply reply) {
  const auto decoded = decode_doctor_reply(encode(platform::Result<DoctorReply>(std::move(reply))).reveal());
  if (!decoded) return std::nullopt;
  return std::get<ApiReply>(*decoded);
}

}  // namespace

TEST_CASE("doctor program: a request to the API comes through as it was") {
  const auto got = sent(usual_request());
  REQUIRE(got);
  const ApiRequest was = usual_request();
  CHECK(got->origin == was.origin);
  CHECK(got->user.equals(was.user));
  CHECK(got->key.equals(was.key));
  CHECK(got->time == was.time);
}

TEST_CASE("doctor program: a request to the API without a key, to no host or beyond a limit is refused") {
  ApiRequest keyless = usual_request();
  keyless.key = {};
  CHECK_FALSE(sent(std::move(keyless)));
  ApiRequest nowhere = usual_request();
  nowhere.origin.host = "om1/evil";
  CHECK_FALSE(sent(std::move(nowhere)));
  ApiRequest patient = usual_request();
  patient.time = std::chrono::hours(1);
  CHECK_FALSE(sent(std::move(patient)));
  ApiRequest long_key = usual_request();
  long_key.key = tests::secret_of(std::string(limits::api_key_part + 1, 'x'));
  CHECK_FALSE(sent(std::move(long_key)));
}

TEST_CASE("doctor program: what the API says comes through as it was") {
  const auto got = sent(usual_reply());
  REQUIRE(got);
  const ApiReply was = usual_reply();
  CHECK(got->ends == was.ends);
  CHECK(got->daemons == was.daemons);
  CHECK(got->stores == was.stores);
  CHECK(got->projects == was.projects);
  CHECK(got->bound_projects == was.bound_projects);
}

TEST_CASE("doctor program: a reply of the API with what cannot be shown is refused") {
  const auto refused = [](const auto& change) {
    ApiReply reply = usual_reply();
    change(reply);
    return !sent(std::move(reply));
  };
  CHECK(refused([](ApiReply& reply) { reply.daemons.front().machine = "om1 evil"; }));
  CHECK(refused([](ApiReply& reply) { reply.daemons.front().head_directory = "\x1b[2J"; }));
  CHECK(refused([](ApiReply& reply) { reply.daemons.front().labels = {"\n"}; }));
  CHECK(refused([](ApiReply& reply) { reply.daemons.front().labels.assign(limits::api_labels + 1, "x"); }));
  CHECK(refused([](ApiReply& reply) { reply.stores.front().hosts.front().port = 0; }));
  CHECK(refused([](ApiReply& reply) { reply.stores.front().hosts.clear(); }));
  CHECK(refused([](ApiReply& reply) { reply.stores.front().id = std::string(limits::http_text + 1, 'x'); }));
  CHECK(refused([](ApiReply& reply) { reply.stores.assign(limits::api_entries + 1, reply.stores.back()); }));
}

}  // namespace agent
