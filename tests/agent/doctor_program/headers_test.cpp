// SPDX-License-Identifier: ISC
#include "agent/doctor_program/headers.h"

#include <doctest/doctest.h>

namespace agent::doctor_program {

namespace {

HttpAnswer described(std::initializer_list<std::string_view> lines) {
  Headers headers;
  for (const std::string_view line : lines) headers.take(line);
  HttpAnswer answer;
  headers.describe(answer);
  return answer;
}

}  // namespace

TEST_CASE("doctor program: what shows an answer from a cache is a hit") {
  for (const std::string_view line :
       {"Age: 7", "X-Cache: HIT", "X-Cache: HIT from proxy1", "X-Cache: TCP_HIT from a", "X-Cache-Status: HIT",
        "X-Proxy-Cache: HIT", "X-Varnish: 32770 3", "Cache-Status: edge; hit",
        "Cache-Status: a; fwd=miss, b; hit; ttl=3", "Cache-Status: a;hit=?1"}) {
    CAPTURE(line);
    CHECK_FALSE(described({line}).hit.empty());
  }
}

TEST_CASE("doctor program: what only names a cache, or a miss, is no hit") {
  for (const std::string_view line :
       {"Age: 0", "Age: ", "Age: x", "X-Cache: MISS", "X-Cache: MISS from whitehit", "X-Cache-Status: EXPIRED",
        "X-Cache-Hits: 0", "X-Cache-Lookup: HIT from proxy1:3128", "X-Cache: TCP_REFRESH_HIT from a", "X-Cache: no-hit",
        "X-Varnish: 32770", "X-Varnish: 1 x", "Cache-Status: edge; fwd=miss", "Cache-Status: hit", "Via: 1.1 varnish",
        "X-White: hit"}) {
    CAPTURE(line);
    CHECK(described({line}).hit.empty());
  }
}

TEST_CASE("doctor program: a witness is a digest of what differs, and empty for what is not there") {
  const HttpAnswer one = described({"ETag: \"a\"", "Set-Cookie: session=1; Path=/", "Date: now",
                                    "WWW-Authenticate: Digest realm=\"MMS Public API\", nonce=\"n1\", qop=\"auth\""});
  const HttpAnswer two = described({"ETag: \"a\"", "Set-Cookie: session=2; Path=/", "Date: now",
                                    "WWW-Authenticate: Digest realm=\"another\", nonce=\"n1\""});
  CHECK(one.witness.etag == two.witness.etag);
  CHECK(one.witness.date == two.witness.date);
  CHECK(one.witness.nonce == two.witness.nonce);
  CHECK(one.witness.cookie != two.witness.cookie);
  CHECK(one.cookies == std::vector<std::string>{"session"});
  CHECK(described({"Server: x"}).witness == HttpWitness{});
}

TEST_CASE("doctor program: the headers of an interim answer do not count") {
  CHECK(described({"HTTP/1.1 103 Early Hints", "Age: 7", "HTTP/1.1 200 OK", "Server: x"}).hit.empty());
}

}  // namespace agent::doctor_program
