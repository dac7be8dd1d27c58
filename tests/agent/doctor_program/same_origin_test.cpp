// SPDX-License-Identifier: ISC
#include "agent/doctor_program/same_origin.h"

#include <doctest/doctest.h>

namespace agent::doctor_program {

TEST_CASE("doctor program: a reference within the origin gives its path") {
  const HttpOrigin origin{true, "om.example.com", 443};
  const auto path = [&](std::string_view reference) { return path_within(origin, "/user/login", reference); };
  CHECK(path("/a/b.js") == "/a/b.js");
  CHECK(path("/a/b.js?v=8#x") == "/a/b.js");
  CHECK(path("b.js") == "/user/b.js");
  CHECK(path("https://om.example.com/a") == "/a");
  CHECK(path("HTTPS://OM.example.com:443/a") == "/a");
  CHECK(path("https://om.example.com") == "/");
}

TEST_CASE("doctor program: a reference to another origin gives nothing") {
  const HttpOrigin origin{true, "om.example.com", 443};
  for (const std::string_view reference :
       {"http://om.example.com/a", "https://om.example.com:8443/a", "https://om.example.com.evil/a",
        "https://om.example.com@evil/a", "//evil/a", "mailto:a", "javascript:a", "", "?x", "/a b", "/a\"", "/a\r\nb"}) {
    CAPTURE(reference);
    CHECK_FALSE(path_within(origin, "/user/login", reference));
  }
}

TEST_CASE("doctor program: an origin is written without the port that its scheme implies") {
  CHECK(text_of({true, "om.example.com", 443}) == "https://om.example.com");
  CHECK(text_of({false, "om.example.com", 443}) == "http://om.example.com:443");
  CHECK(text_of({false, "::1", 80}) == "http://[::1]");
}

}  // namespace agent::doctor_program
