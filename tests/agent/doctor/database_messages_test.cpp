// SPDX-License-Identifier: ISC
#include "agent/doctor/database_messages.h"

#include <doctest/doctest.h>

#include "agent/base/doctor_limits.h"
#include "agent/doctor/program_request.h"
#include "tests/agent/samples.h"

namespace agent {

namespace {

DatabaseRequest usual_request() {
  DatabaseRequest request;
  request.databases.push_back({.hosts = {{"db1.example.com", 27017}, {"2001:db8::1", 27018}}, .tls = true});
  request.databases.push_back({.srv = "blocks.example.com"});
  request.tls = {"-----BEGIN CERTIFICATE-----\n", tests::secret_of("pem"), tests::secret_of("p@ss:w/rd%?")};
  request.time = std::chrono::seconds(15);
  return request;
}

HelloAnswer usual_answer() {
  HelloAnswer answer{.asked = "db1.example.com:27017", .listed = true, .end = DatabaseEnd::answered};
  answer.kind = MemberKind::secondary;
  answer.me = "DB1.example.com:27017";
  answer.set = "appdb";
  answer.hosts = {"DB1.example.com:27017", "db2.example.com:27017"};
  answer.passives = {"db3.example.com:27017"};
  answer.arbiters = {"db4.example.com:27017"};
  answer.primary = "db2.example.com:27017";
  answer.tags = {{"dc", "fra1"}, {"rack", ""}};
  answer.address = "10.0.0.1";
  answer.round_trip = std::chrono::microseconds(412);
  return answer;
}

std::optional<DatabaseRequest> sent(DatabaseRequest request) {
  auto decoded = decode_doctor_request(encode(DoctorRequest(std::move(request))).reveal());
  if (!decoded) return std::nullopt;
  return std::get<DatabaseRequest>(std::move(*decoded));
}

std::optional<HelloAnswer> sent(const HelloAnswer& answer) {
  DatabaseReply reply{{{{answer, answer}, "appdb"}}};
  const auto decoded = decode_doctor_reply(encode(platform::Result<DoctorReply>(std::move(reply))).reveal());
  if (!decoded) return std::nullopt;
  const auto& databases = std::get<DatabaseReply>(*decoded).databases;
  CHECK(databases.at(0).set == "appdb");
  return databases.at(0).answers.at(1);
}

}  // namespace

TEST_CASE("doctor program: a request for databases comes back as it was") {
  const auto got = sent(usual_request());
  REQUIRE(got);
  const DatabaseRequest was = usual_request();
  CHECK(got->databases.at(0).hosts == was.databases.at(0).hosts);
  CHECK(got->databases.at(0).tls);
  CHECK(got->databases.at(1).srv == "blocks.example.com");
  CHECK_FALSE(got->databases.at(1).tls);
  CHECK(got->tls.ca == was.tls.ca);
  CHECK(got->tls.pem.equals(was.tls.pem));
  CHECK(got->tls.pem_password.equals(was.tls.pem_password));
  CHECK(got->time == was.time);
}

TEST_CASE("doctor program: what is no host, and a request for databases beyond a limit, is refused") {
  const auto changed = [](auto change) {
    DatabaseRequest request = usual_request();
    change(request);
    return sent(std::move(request)).has_value();
  };
  CHECK(changed([](DatabaseRequest&) {}));
  for (const char* host : {"", "db1/?tls=false", "om:pw@db1", "db1%00", "db1,db2", "a b"})
    CHECK_FALSE(changed([&](DatabaseRequest& each) { each.databases.at(0).hosts.at(0).host = host; }));
  CHECK_FALSE(changed([](DatabaseRequest& each) { each.databases.at(0).hosts.at(0).port = 0; }));
  CHECK_FALSE(changed([](DatabaseRequest& each) { each.databases.at(1).srv = "blocks/?tls=false"; }));
  CHECK_FALSE(changed([](DatabaseRequest& each) { each.databases.at(0).srv = "blocks"; }));
  CHECK_FALSE(changed([](DatabaseRequest& each) {
    each.databases.at(0).hosts.resize(limits::database_members + 1, {"db1", 1});
  }));
  CHECK_FALSE(changed([](DatabaseRequest& each) {
    for (std::size_t at = 0; at < limits::databases; ++at) each.databases.push_back({.srv = "a"});
  }));
  CHECK_FALSE(changed([](DatabaseRequest& each) { each.time = std::chrono::minutes(1); }));
  CHECK_FALSE(changed([](DatabaseRequest& each) { each.tls.ca.assign(limits::authority_file + 1, 'a'); }));
}

TEST_CASE("doctor program: an answer to hello comes back as it was") {
  const auto got = sent(usual_answer());
  REQUIRE(got);
  const HelloAnswer was = usual_answer();
  CHECK(got->asked == was.asked);
  CHECK(got->listed);
  CHECK(got->end == was.end);
  CHECK(got->kind == was.kind);
  CHECK(got->me == was.me);
  CHECK(got->set == was.set);
  CHECK(got->hosts == was.hosts);
  CHECK(got->passives == was.passives);
  CHECK(got->arbiters == was.arbiters);
  CHECK(got->primary == was.primary);
  CHECK(got->tags == was.tags);
  CHECK(got->address == was.address);
  CHECK(got->round_trip == was.round_trip);
}

TEST_CASE("doctor program: an answer to hello with text for a terminal, or beyond a limit, is refused") {
  for (auto change : {+[](HelloAnswer& each) { each.me = "\x1b[2J"; }, +[](HelloAnswer& each) { each.asked = ""; },
                      +[](HelloAnswer& each) { each.set = "a\nb"; }, +[](HelloAnswer& each) { each.hosts = {"a b:1"}; },
                      +[](HelloAnswer& each) { each.primary = "om:pw@db1:1"; },
                      +[](HelloAnswer& each) {
                        each.tags = {{"dc", "\x07"}};
                      },
                      +[](HelloAnswer& each) { each.address.assign(limits::http_text + 1, '1'); },
                      +[](HelloAnswer& each) { each.arbiters.assign(limits::database_members + 1, "a:1"); }}) {
    HelloAnswer answer = usual_answer();
    change(answer);
    CHECK_FALSE(sent(answer));
  }
}

}  // namespace agent
