// SPDX-License-Identifier: ISC
// What the two programs say to each other is understood as it was said, and nothing else is understood.
#include "agent/backups/program_request.h"

#include <doctest/doctest.h>

#include "tests/agent/samples.h"

using namespace agent;
using platform::Bytes;
using platform::ErrorKind;
using platform::Result;

namespace {

BackupRequest store_request() {
  S3Request request{.act = StoreAct::put,
                    .bucket = {.bucket = "keys", .prefix = "om", .endpoint = "https://store:9000"},
                    .patience = std::chrono::milliseconds(1500),
                    .name = "a",
                    .content = Bytes(3, std::byte{7})};
  request.credentials = {"AK", tests::secret_of("secret"), {}, "p", tests::secret_of("[p]")};
  return request;
}

BackupRequest pack_request() {
  PackRequest request;
  request.files.push_back({"mms.conf", tests::secret_of("JAVA_HOME=")});
  request.files.push_back({"empty", {}});
  return request;
}

BackupRequest unpack_request() { return UnpackRequest{tests::secret_of("tar"), {"a", "b"}}; }

std::vector<Result<BackupReply>> replies() {
  std::vector<Result<BackupReply>> replies;
  replies.emplace_back(Stored{});
  replies.emplace_back(Fetched{Bytes(3, std::byte{9})});
  replies.emplace_back(Listed{{{"a", 24, platform::Time(std::chrono::seconds(1))}, {"b", 0, {}}}});
  replies.emplace_back(RemovedObject{true});
  replies.emplace_back(Packed{tests::secret_of("tar")});
  Unpacked unpacked;
  unpacked.files.push_back({"mms.conf", tests::secret_of("x")});
  replies.emplace_back(std::move(unpacked));
  replies.emplace_back(fail(ErrorKind::store_full, "full"));
  return replies;
}

// Two encodings are equal exactly when what they say is.
bool same(const platform::SecretBytes& left, const platform::SecretBytes& right) { return left.equals(right); }

}  // namespace

TEST_CASE("requests and replies are understood as they were said") {
  for (auto* make : {&store_request, &pack_request, &unpack_request}) {
    const auto message = encode(make());
    const auto read = decode_backup_request(message.reveal());
    REQUIRE(read);
    CHECK(same(encode(*read), message));
  }
  for (const auto& reply : replies()) {
    const auto message = encode(reply);
    CHECK(same(encode(decode_backup_reply(message.reveal())), message));
  }
}

TEST_CASE("a request or reply that is cut or has more is not understood") {
  const auto whole = encode(store_request());
  for (std::size_t size = 0; size < whole.size(); ++size)
    CHECK_FALSE(decode_backup_request(whole.reveal().first(size)));
  for (const auto& reply : replies()) {
    const auto message = encode(reply);
    Bytes longer(message.reveal().begin(), message.reveal().end());
    longer.push_back(std::byte{0});
    CHECK(decode_backup_reply(longer).error().kind == ErrorKind::internal);
  }
  CHECK(decode_backup_reply({}).error().kind == ErrorKind::internal);
}

TEST_CASE("words of a store that could steer a terminal are not shown as they are") {
  const auto message = encode(Result<BackupReply>(fail(ErrorKind::io, "no\x1b[2J\n")));
  CHECK(decode_backup_reply(message.reveal()).error().message == "no?[2J?");
}
