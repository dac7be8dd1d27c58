// SPDX-License-Identifier: ISC
#include "agent/doctor/program_request.h"

#include <doctest/doctest.h>

#include "agent/base/doctor_limits.h"

namespace agent {

namespace {

HttpRequest usual_request() {
  HttpRequest request;
  request.origins = {{true, "om.example.com", 443, true}, {false, "127.0.0.1", 8080, false}};
  request.ca = "-----BEGIN CERTIFICATE-----\n";
  request.time = std::chrono::seconds(20);
  request.gets = {{.origin = 0, .path = "/user/login", .nonce = std::string(32, 'a'), .explore = true},
                  {.origin = 1,
                   .path = "/monitor/health",
                   .extra = HttpExtra::forged_address,
                   .header = "X-Forwarded-For",
                   .pause = std::chrono::milliseconds(400)}};
  return request;
}

HttpAnswer usual_answer() {
  HttpAnswer answer{.end = HttpEnd::answered, .status = 200, .path = "/user/login", .asset = "/a.js"};
  answer.certificate = {CertificateFault::none, true, 80, std::string(64, 'b')};
  answer.own_address = "10.0.0.1";
  answer.their_address = "10.0.0.9";
  answer.hit = "age: 7";
  answer.cookies = {"SERVERID", "session"};
  answer.witness = {.body = "aa", .date = "bb"};
  return answer;
}

bool is_accepted(const HttpRequest& request) {
  return decode_doctor_request(encode(DoctorRequest(request)).reveal()).has_value();
}

platform::Result<DoctorReply> sent(const HttpAnswer& answer) {
  return decode_doctor_reply(encode(platform::Result<DoctorReply>(DoctorReply(HttpReply{{answer}}))).reveal());
}

}  // namespace

TEST_CASE("doctor program: a request comes back as it was") {
  const HttpRequest request = usual_request();
  const auto decoded = decode_doctor_request(encode(DoctorRequest(request)).reveal());
  REQUIRE(decoded);
  const auto& got = std::get<HttpRequest>(*decoded);
  CHECK(got.origins == request.origins);
  CHECK(got.gets == request.gets);
  CHECK(got.ca == request.ca);
  CHECK(got.time == request.time);
}

TEST_CASE("doctor program: a request beyond a limit, or with what no header may hold, is refused") {
  const auto changed = [](auto change) {
    HttpRequest request = usual_request();
    change(request);
    return is_accepted(request);
  };
  CHECK(changed([](HttpRequest&) {}));
  CHECK_FALSE(changed([](HttpRequest& each) { each.gets.front().origin = 2; }));
  CHECK_FALSE(changed([](HttpRequest& each) { each.gets.front().path = "login"; }));
  CHECK_FALSE(changed([](HttpRequest& each) { each.gets.front().path = "/a\r\nb"; }));
  CHECK_FALSE(changed([](HttpRequest& each) { each.gets.front().nonce = "short"; }));
  CHECK_FALSE(changed([](HttpRequest& each) { each.gets.back().header = "X: y\r\nZ"; }));
  CHECK_FALSE(changed([](HttpRequest& each) { each.gets.back().header.clear(); }));
  CHECK_FALSE(changed([](HttpRequest& each) { each.gets.resize(limits::http_requests + 1, each.gets.front()); }));
  CHECK_FALSE(changed([](HttpRequest& each) { each.origins.front().host = "a b"; }));
  CHECK_FALSE(changed([](HttpRequest& each) { each.origins.front().port = 0; }));
  CHECK_FALSE(changed([](HttpRequest& each) { each.time = std::chrono::minutes(10); }));
  CHECK_FALSE(changed([](HttpRequest& each) { each.ca.assign(limits::authority_file + 1, 'a'); }));
}

TEST_CASE("doctor program: a reply comes back as it was, and one with text for a terminal is refused") {
  const auto same = sent(usual_answer());
  REQUIRE(same);
  CHECK(std::get<HttpReply>(*same).answers == std::vector{usual_answer()});
  for (auto change : {+[](HttpAnswer& each) { each.hit = "\x1b[2J"; }, +[](HttpAnswer& each) { each.path = "/a b"; },
                      +[](HttpAnswer& each) { each.cookies = {std::string(limits::http_text + 1, 'a')}; },
                      +[](HttpAnswer& each) { each.witness.body = "zz"; },
                      +[](HttpAnswer& each) { each.cookies.assign(limits::http_cookies + 1, "a"); }}) {
    HttpAnswer answer = usual_answer();
    change(answer);
    const auto refused = sent(answer);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message == "the doctor program spoke nonsense");
  }
}

TEST_CASE("doctor program: an error of the program is one here, without what could steer a terminal") {
  const platform::Result<DoctorReply> failed = platform::fail(platform::ErrorKind::internal, "no \x1b[2J");
  const auto reply = decode_doctor_reply(encode(failed).reveal());
  REQUIRE_FALSE(reply);
  CHECK(reply.error().message == "no ?[2J");
}

}  // namespace agent
