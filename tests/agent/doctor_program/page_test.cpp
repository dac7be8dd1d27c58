// SPDX-License-Identifier: ISC
#include "agent/doctor_program/page.h"

#include <doctest/doctest.h>

namespace agent::doctor_program {

namespace {

const HttpOrigin origin{true, "om.example.com", 443};

std::string asset(std::string_view page) { return asset_in(origin, "/user/login", page); }

}  // namespace

TEST_CASE("doctor program: the first script or style sheet of the same origin is the asset") {
  CHECK(asset(R"(<img src="/logo.png"><script src='/a.js?v=1'></script><link href="/b.css">)") == "/a.js");
  CHECK(asset(R"(<script src="https://cdn.example.com/a.js"></script><link href="b.css">)") == "/user/b.css");
}

TEST_CASE("doctor program: a page without one, or with half of one, has no asset") {
  CHECK(asset("").empty());
  CHECK(asset("src=").empty());
  CHECK(asset("src=\"/a.js").empty());
  CHECK(asset("<a href=\"/a\">").empty());
  CHECK(asset("<script src=/a.js>").empty());
}

TEST_CASE("doctor program: text for people is bounded and printable") {
  CHECK(printable("a\x1b[2J\xff") == "a?[2J?");
  CHECK(printable(std::string(1000, 'a')).size() == 128);
}

}  // namespace agent::doctor_program
