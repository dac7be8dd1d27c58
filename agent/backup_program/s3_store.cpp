// SPDX-License-Identifier: ISC
#include "agent/backup_program/s3_store.h"

#include <algorithm>
#include <array>
#include <thread>

#include "agent/backup_program/http.h"
#include "agent/backup_program/s3_answer.h"
#include "agent/backup_program/s3_credentials.h"
#include "agent/backup_program/s3_refusal.h"
#include "agent/backup_program/s3_signature.h"
#include "agent/base/limits.h"
#include "keystore/backup/copy.h"

namespace agent::backup_program {

namespace {

using platform::BytesView;
using platform::ErrorKind;
using platform::fail;
using platform::Result;
// A time server may set the other clock back during a pause, and the deadline would move with it.
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

struct Call {
  std::string method;
  std::string key;  // of an object; empty for the bucket
  Query query;
  Headers headers;
  BytesView body;
};

// A bucket with an object lock accepts an object only together with a checksum. The digest is known in hex already, and
// S3 wants base64.
std::string sha256_base64(const std::string& hex) {
  const auto digest = platform::hex_decode(hex).value();
  std::string text = platform::base64url_encode(digest);
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  return text + "=";
}

// The tries of one request. All of them together have the request's patience.
class Conversation {
 public:
  Conversation(const S3Request& request, const Credentials& credentials)
      : request_(request), credentials_(credentials), deadline_(Clock::now() + request.patience) {}

  /// Any status counts as an answer, except for those that call for another try.
  Result<HttpReply> call(const Call& call) const {
    milliseconds pause = limits::first_store_retry;
    while (true) {
      auto reply = exchange(signed_request(call));
      const bool again = reply ? is_temporary(*reply) : reply.error().kind == ErrorKind::store_silent;
      if (!again) return reply;
      const milliseconds rest = with_jitter(pause);
      // A pause beyond the deadline would be in vain, so the last answer is the result.
      if (Clock::now() + rest >= deadline_) return reply;
      std::this_thread::sleep_for(rest);
      pause = std::min<milliseconds>(pause * 2, limits::longest_store_retry);
    }
  }

  [[nodiscard]] std::string key_of(const std::string& name) const {
    const std::string& prefix = request_.bucket.prefix;
    return prefix.empty() ? name : prefix + "/" + name;
  }

 private:
  static bool is_temporary(const HttpReply& reply) {
    // 409 comes while another put of the same name is still running.
    static constexpr std::array<long, 7> temporary = {408, 409, 429, 500, 502, 503, 504};
    return std::ranges::find(temporary, reply.status) != temporary.end();
  }

  // Half of the pause is random, so that many hosts that were refused at once do not all try again at once.
  static milliseconds with_jitter(milliseconds pause) {
    std::array<std::byte, 2> random{};
    platform::fill_random(random);
    const auto part = std::to_integer<std::int64_t>(random[0]) * 256 + std::to_integer<std::int64_t>(random[1]);
    return pause / 2 + pause * part / (2 * 65'536);
  }

  [[nodiscard]] HttpRequest signed_request(const Call& call) const {
    const std::string base = request_.bucket.base();
    Signable form{.method = call.method,
                  .path = request_.bucket.root() + percent_encode(call.key, true),
                  .query = call.query,
                  .headers = call.headers,
                  // Signed anew for each try: the signature holds the time.
                  .time = platform::now(),
                  .region = request_.bucket.region};
    // Sent as it is signed, with the port. libcurl's own Host header leaves out a default port.
    form.headers.emplace_back("host", base.substr(base.find("://") + 3));
    form.headers.emplace_back("x-amz-content-sha256", sha256_hex(call.body));
    form.headers.emplace_back("x-amz-date", amazon_time(form.time));
    if (!credentials_.session_token.empty())
      form.headers.emplace_back("x-amz-security-token", platform::text_of(credentials_.session_token.reveal()));
    const std::string query = canonical_query(form.query);
    HttpRequest request{.method = call.method,
                        .url = base + form.path + (query.empty() ? "" : "?" + query),
                        .headers = form.headers,
                        .body = call.body,
                        .ca = request_.bucket.ca,
                        // Only what is left of the patience, so that the last try ends with it.
                        .time = std::chrono::duration_cast<milliseconds>(deadline_ - Clock::now())};
    request.headers.emplace_back("authorization", authorization(form, credentials_));
    return request;
  }

  const S3Request& request_;
  const Credentials& credentials_;
  Clock::time_point deadline_;
};

bool is_success(const HttpReply& reply) { return reply.status == 200 && !is_web_page(reply.type, reply.body); }

Result<HttpReply> fetch(const Conversation& store, const S3Request& request) {
  auto reply = TRY(store.call({.method = "GET", .key = store.key_of(request.name)}));
  if (reply.status != 200) return refusal_of(reply, request);
  if (!is_success(reply)) return no_store(reply, request);
  return reply;
}

Result<BackupReply> get(const Conversation& store, const S3Request& request) {
  auto reply = TRY(fetch(store, request));
  return BackupReply(Fetched{std::move(reply.body)});
}

S3Request reading(const S3Request& request) {
  return {.act = StoreAct::get, .bucket = request.bucket, .name = request.name};
}

Result<bool> has_our_bytes(const Conversation& store, const S3Request& request) {
  const auto present = fetch(store, reading(request));
  if (present) return present->body == request.content;
  if (present.error().kind == ErrorKind::not_found) return false;
  return fail(present.error().kind, "whether " + request.name + " was stored is unknown: " + present.error().message);
}

Result<BackupReply> put(const Conversation& store, const S3Request& request) {
  const std::string checksum = sha256_base64(sha256_hex(request.content));
  const Call call{.method = "PUT",
                  .key = store.key_of(request.name),
                  // The store refuses a taken name itself. A question beforehand would leave a gap for another host's
                  // put.
                  .headers = {{"if-none-match", "*"},
                              {"x-amz-checksum-sha256", checksum},
                              {"x-amz-sdk-checksum-algorithm", "SHA256"}},
                  .body = request.content};
  const auto reply = TRY(store.call(call));
  const bool taken = reply.status == 412;
  if (reply.status != 200 && !taken) return refusal_of(reply, request);
  if (!taken && !is_success(reply)) return no_store(reply, request);
  if (!taken && reply.checksum == checksum) return BackupReply(Stored{});
  // A success without our checksum proves nothing: a proxy can say it too. And where the name is taken (412), the
  // object may be our own, from a try whose reply was lost. Either way the object itself is the evidence.
  if (TRY(has_our_bytes(store, request))) return BackupReply(Stored{});
  if (taken) return fail(ErrorKind::exists, "the store has another copy under the name " + request.name);
  return fail(ErrorKind::no_store, "what answers for " + request.bucket.text() + " took " + request.name +
                                       " and does not give it back, so it is not stored");
}

// S3 answers 204 whether or not the object was there. Another success may be anybody's, so the copy is looked for.
Result<BackupReply> confirm_removed(const Conversation& store, const S3Request& request) {
  const auto present = fetch(store, reading(request));
  const bool gone = !present && present.error().kind == ErrorKind::not_found;
  if (gone) return BackupReply(RemovedObject{});
  return fail(ErrorKind::no_store, "whether " + request.name + " was removed is unknown: " +
                                       (present ? "it is still at " + request.bucket.text() : present.error().message));
}

Result<BackupReply> remove(const Conversation& store, const S3Request& request) {
  const auto reply = TRY(store.call({.method = "DELETE", .key = store.key_of(request.name)}));
  if (reply.status == 204) return BackupReply(RemovedObject{reply.is_delete_marker});
  if (reply.status != 200) return refusal_of(reply, request);
  return confirm_removed(store, request);
}

Result<BackupReply> list(const Conversation& store, const S3Request& request) {
  const std::string prefix = store.key_of("");
  Listed listed;
  // The delimiter leaves out objects in deeper folders, which are not ours.
  Query query = {{"list-type", "2"}, {"delimiter", "/"}, {"prefix", prefix}};
  while (true) {
    const auto reply = TRY(store.call({.method = "GET", .query = query}));
    if (reply.status != 200) return refusal_of(reply, request);
    if (!is_success(reply)) return no_store(reply, request);
    auto page = read_listing(reply.body, prefix);
    if (!page) return fail(ErrorKind::io, "the store's listing makes no sense");
    std::ranges::move(page->objects, std::back_inserter(listed.objects));
    // A broken or hostile store could give pages for ever.
    if (listed.objects.size() > keystore::most_backups)
      return fail(ErrorKind::io, "the store has more than " + std::to_string(keystore::most_backups) +
                                     " objects there; use a prefix of its own for backups");
    if (page->continuation.empty()) return BackupReply(std::move(listed));
    // Each page is asked for with the token of the one before it.
    std::erase_if(query, [](const auto& option) { return option.first == "continuation-token"; });
    query.emplace_back("continuation-token", page->continuation);
  }
}

}  // namespace

Result<BackupReply> ask_store(const S3Request& request) {
  // Chosen once, so that further tries do not ask the metadata service again.
  const Credentials credentials = TRY(choose_credentials(request));
  const Conversation store(request, credentials);
  switch (request.act) {
    case StoreAct::put: return put(store, request);
    case StoreAct::get: return get(store, request);
    case StoreAct::list: return list(store, request);
    case StoreAct::remove: return remove(store, request);
  }
  __builtin_unreachable();
}

}  // namespace agent::backup_program
