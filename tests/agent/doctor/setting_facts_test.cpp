// SPDX-License-Identifier: ISC
#include "agent/doctor/setting_facts.h"

#include <string>

#include <doctest/doctest.h>

using agent::central_url_fact;
using agent::header_fact;
using agent::read_url_fact;

TEST_CASE("a URL is compared by scheme, host and port") {
  CHECK(central_url_fact("https://opsmanager.example.com") == "https|opsmanager.example.com|443");
  CHECK(central_url_fact("HTTPS://OpsManager.Example.com.:443/") == "https|opsmanager.example.com|443");
  CHECK(central_url_fact("http://om:8080/path?x#y") == "http|om|8080");
  CHECK(central_url_fact("http://om:") == "http|om|80");
  CHECK(central_url_fact("http://ops_manager:8080") == "http|ops_manager|8080");
  CHECK(central_url_fact("https://[2001:DB8::1]:8443") == "https|2001:db8::1|8443");
  CHECK(central_url_fact("https://192.0.2.7") == "https|192.0.2.7|443");
  CHECK(central_url_fact("").empty());
}

TEST_CASE("what is not a URL of http or https is malformed") {
  for (const char* text :
       {"X-Forwarded-For", "opsmanager.example.com", "opsmanager.example.com:8080", "${OpsManagerUrl}",
        "https://${OpsManagerUrl}:8080", "https://om/${path}", "ftp://om", "https://", "https:///x", "https://om:99999",
        "https://om:0", "https://om:80x", "https://[::1", "https://[om]", "https://[::1]x", "https://o m", "https://.",
        "http//om", "://om"}) {
    CAPTURE(text);
    CHECK(central_url_fact(text) == "malformed");
  }
}

TEST_CASE("a header is a name, a URL or malformed") {
  CHECK(header_fact("X-Forwarded-For") == "x-forwarded-for");
  CHECK(header_fact("X_Real_IP") == "x_real_ip");
  CHECK(header_fact("").empty());
  CHECK(header_fact("https://opsmanager.example.com") == "url");
  CHECK(header_fact("http://om1:8080/") == "url");
  CHECK(header_fact("X-Forwarded-For:") == "malformed");
  CHECK(header_fact("X Forwarded For") == "malformed");
  CHECK(header_fact("https://${OpsManagerUrl}") == "malformed");
}

TEST_CASE("a URL that a peer reports is read strictly") {
  const auto url = read_url_fact("https|2001:db8::1|8443");
  REQUIRE(url);
  CHECK(url->text() == "https://[2001:db8::1]:8443");
  CHECK(read_url_fact("https|om.example.com|443")->text() == "https://om.example.com");
  CHECK(read_url_fact("http|om|8080")->text() == "http://om:8080");
  for (const char* text : {"", "malformed", "https|om", "ftp|om|21", "https|om|", "https|o m|443", "https|<b>|443",
                           "https|om|x|443", "https|om|70000"}) {
    CAPTURE(text);
    CHECK_FALSE(read_url_fact(text));
  }
}
