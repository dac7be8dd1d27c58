// SPDX-License-Identifier: ISC
#include "agent/doctor/login_messages.h"

#include <doctest/doctest.h>

#include "agent/base/doctor_limits.h"
#include "agent/doctor/program_request.h"
#include "tests/agent/samples.h"

namespace agent {

namespace {

LoginRequest usual_request() {
  LoginRequest request{.host = {"db1.example.com", 27017}, .tls = true};
  request.files = {"ca", tests::secret_of("pem"), tests::secret_of("pem password")};
  request.login = {tests::secret_of("om"), tests::secret_of("p@ss:w/rd%?"), "admin", LoginMechanism::scram_sha_1};
  return request;
}

std::optional<LoginRequest> sent(LoginRequest request) {
  auto decoded = decode_doctor_request(encode(DoctorRequest(std::move(request))).reveal());
  if (!decoded) return std::nullopt;
  return std::get<LoginRequest>(std::move(*decoded));
}

LoginReply usual_reply() {
  ConfiguredMember member{.name = "db1.example.com:27017", .votes = 0, .priority = 0.5, .hidden = true};
  member.tags = {{"dc", "fra1"}};
  member.state = "SECONDARY";
  member.up = true;
  return {.end = LoginEnd::done, .members = {member, {.name = "db2:1", .arbiter = true}}, .defaults_set = false};
}

std::optional<LoginReply> sent(LoginReply reply) {
  const auto decoded = decode_doctor_reply(encode(platform::Result<DoctorReply>(std::move(reply))).reveal());
  if (!decoded) return std::nullopt;
  return std::get<LoginReply>(*decoded);
}

}  // namespace

TEST_CASE("doctor program: a login comes through as it was") {
  const auto got = sent(usual_request());
  REQUIRE(got);
  const LoginRequest was = usual_request();
  CHECK(got->host == was.host);
  CHECK(got->tls);
  CHECK(got->files.pem_password.equals(was.files.pem_password));
  CHECK(got->login.user.equals(was.login.user));
  CHECK(got->login.password.equals(was.login.password));
  CHECK(got->login.source == "admin");
  CHECK(got->login.mechanism == was.login.mechanism);
}

TEST_CASE("doctor program: a login without a user, to what is no host or beyond a limit is refused") {
  LoginRequest nobody = usual_request();
  nobody.login.user = {};
  CHECK_FALSE(sent(std::move(nobody)));
  LoginRequest nowhere = usual_request();
  nowhere.host.host = "db1/?tls=false";
  CHECK_FALSE(sent(std::move(nowhere)));
  LoginRequest longer = usual_request();
  longer.login.password = platform::SecretBytes(limits::database_password + 1);
  CHECK_FALSE(sent(std::move(longer)));
}

TEST_CASE("doctor program: what a login showed comes back as it was") {
  const auto got = sent(usual_reply());
  REQUIRE(got);
  CHECK(got->end == LoginEnd::done);
  CHECK(got->defaults_set == false);
  REQUIRE(got->members.size() == 2);
  const ConfiguredMember& first = got->members.at(0);
  CHECK(first.name == "db1.example.com:27017");
  CHECK(first.votes == 0);
  CHECK(first.priority == 0.5);
  CHECK(first.hidden);
  CHECK(first.state == "SECONDARY");
  CHECK(first.up == true);
  CHECK(first.tags == std::map<std::string, std::string>{{"dc", "fra1"}});
  CHECK(got->members.at(1).arbiter);
  CHECK_FALSE(got->members.at(1).up.has_value());
}

TEST_CASE("doctor program: members with text for a terminal, and too many of them, are refused") {
  for (auto change : {+[](LoginReply& each) { each.members.at(0).name = "\x1b[2J"; },
                      +[](LoginReply& each) { each.members.at(0).state = "UP\n"; },
                      +[](LoginReply& each) {
                        each.members.at(0).tags = {{"a", "\x07"}};
                      },
                      +[](LoginReply& each) { each.members.resize(limits::database_members + 1, {.name = "a:1"}); }}) {
    LoginReply reply = usual_reply();
    change(reply);
    CHECK_FALSE(sent(std::move(reply)));
  }
}

}  // namespace agent
