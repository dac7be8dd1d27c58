// SPDX-License-Identifier: ISC
// Signatures as Amazon's own examples have them, and as the rules for encoding say.
#include "agent/backup_program/s3_signature.h"

#include <doctest/doctest.h>

#include "tests/agent/samples.h"

using agent::backup_program::authorization;
using agent::backup_program::Credentials;
using agent::backup_program::percent_encode;
using agent::backup_program::sha256_hex;
using agent::backup_program::Signable;

namespace {

// Of "Signature Calculations for the Authorization Header" in Amazon's S3 API reference: a published key, bucket and
// time, and the signatures that the service expects for them.
constexpr platform::Time example_time{std::chrono::seconds(1'369'353'600)};  // 2013-05-24

Credentials example_credentials() {
  return {"AKIAIOSFODNN7EXAMPLE", tests::secret_of("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"), {}};
}

Signable example(std::string method, std::string path, std::string_view body = "") {
  return {.method = std::move(method),
          .path = std::move(path),
          .headers = {{"host", "examplebucket.s3.amazonaws.com"},
                      {"x-amz-content-sha256", sha256_hex(platform::view_of(body))},
                      {"x-amz-date", "20130524T000000Z"}},
          .time = example_time,
          .region = "us-east-1"};
}

std::string signature_of(const Signable& request) {
  const std::string text = authorization(request, example_credentials());
  return text.substr(text.find("Signature=") + std::string_view("Signature=").size());
}

}  // namespace

TEST_CASE("requests are signed as the examples of Amazon's reference are") {
  Signable get = example("GET", "/test.txt");
  get.headers.emplace_back("range", "bytes=0-9");
  CHECK(authorization(get, example_credentials()) ==
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
        "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
        "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");

  Signable put = example("PUT", "/test%24file.text", "Welcome to Amazon S3.");
  put.headers.emplace_back("date", "Fri, 24 May 2013 00:00:00 GMT");
  put.headers.emplace_back("x-amz-storage-class", "REDUCED_REDUNDANCY");
  CHECK(signature_of(put) == "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");

  Signable list = example("GET", "/");
  list.query = {{"prefix", "J"}, {"max-keys", "2"}};
  CHECK(signature_of(list) == "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

TEST_CASE("a signature depends on the secret, the time, the region and every header") {
  const std::string before = signature_of(example("GET", "/test.txt"));
  Signable later = example("GET", "/test.txt");
  later.time += std::chrono::seconds(1);
  CHECK(signature_of(later) != before);
  Signable elsewhere = example("GET", "/test.txt");
  elsewhere.region = "eu-west-1";
  CHECK(signature_of(elsewhere) != before);
  Signable conditional = example("GET", "/test.txt");
  conditional.headers.emplace_back("if-none-match", "*");
  CHECK(signature_of(conditional) != before);
}

TEST_CASE("what is not unreserved is percent-encoded, a slash only in a query") {
  CHECK(percent_encode("aZ9-._~") == "aZ9-._~");
  CHECK(percent_encode("a b/c+\xc3\xa9") == "a%20b%2Fc%2B%C3%A9");
  CHECK(percent_encode("a b/c", true) == "a%20b/c");
  CHECK(agent::backup_program::canonical_query({{"prefix", "om/"}, {"delimiter", "/"}}) ==
        "delimiter=%2F&prefix=om%2F");
}
