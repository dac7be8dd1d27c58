// SPDX-License-Identifier: ISC
#include "agent/backup_program/s3_refusal.h"

#include <algorithm>

#include "agent/backup_program/s3_answer.h"
#include "platform/base/ascii.h"

namespace agent::backup_program {

namespace {

using platform::ErrorKind;
using platform::fail;
using Failure = tl::unexpected<platform::Error>;

// Signatures hold the time, so a store refuses a clock that is more than about 15 minutes off.
std::string clock_sentence(const HttpReply& reply) {
  const auto ahead = ahead_of_us(reply.date);
  if (!ahead) return "the store's clock and this host's are too far apart";
  const auto seconds = ahead->count();
  return "this host's clock is " + std::to_string(std::abs(seconds)) + " seconds " +
         (seconds > 0 ? "behind" : "ahead of") + " the store's (" + reply.date + "), which is too far apart for it";
}

// Stores have no common code for a lock, so the words are searched.
bool tells_of_a_lock(const Refusal& refusal) {
  const std::string text = platform::lower(refusal.code + " " + refusal.message);
  return std::ranges::any_of(
      std::initializer_list<const char*>{"object lock", "objectlock", "worm", "retention", "legal hold"},
      [&](const char* word) { return text.find(word) != std::string::npos; });
}

std::string said(const HttpReply& reply, const Refusal& refusal) {
  std::string words = " (" + std::to_string(reply.status);
  if (!refusal.code.empty()) words += " " + refusal.code;
  if (!refusal.message.empty() && refusal.message != refusal.code) words += ": " + refusal.message;
  return words + ")";
}

const char* verb_of(StoreAct act) {
  switch (act) {
    case StoreAct::put: return "storing a copy";
    case StoreAct::get: return "reading a copy";
    case StoreAct::list: return "listing the copies";
    case StoreAct::remove: return "removing a copy";
  }
  __builtin_unreachable();
}

Failure by_code(const Refusal& refusal, const HttpReply& reply, const S3Request& request) {
  const std::string where = request.bucket.text();
  const std::string& code = refusal.code;
  const std::string words = said(reply, refusal);
  if (code == "NoSuchBucket") return fail(ErrorKind::configuration, "there is no bucket for " + where + words);
  if (code == "AccessDenied")
    return fail(ErrorKind::store_refuses,
                "the credentials for " + where + " do not allow " + verb_of(request.act) + words);
  if (code == "AuthorizationHeaderMalformed" || code == "PermanentRedirect" || code == "TemporaryRedirect")
    // The store names the right region, so the message can give the setting to write.
    return fail(ErrorKind::configuration, "the bucket of " + where + " is elsewhere" +
                                              (refusal.region.empty() ? "" : ", in region=" + refusal.region) + words);
  // An unknown access key has a code of its own, so here it is the secret key that differs.
  if (code == "SignatureDoesNotMatch")
    return fail(ErrorKind::store_refuses, "the secret key for " + where + " is wrong" + words);
  if (code == "InvalidAccessKeyId")
    return fail(ErrorKind::store_refuses, "the store of " + where + " does not know the access key" + words);
  if (code == "ExpiredToken" || code == "InvalidToken")
    return fail(ErrorKind::store_refuses, "the session token for " + where + " is not valid any more" + words);
  // Stores have many codes of their own. They are quoted and not interpreted.
  return fail(ErrorKind::io, "the store of " + where + " refuses " + verb_of(request.act) + words);
}

Failure unfit(const Refusal& refusal, const HttpReply& reply, const S3Request& request) {
  const std::string where = "the store of " + request.bucket.text();
  // A store that does not know If-None-Match could overwrite a copy, so it is not used.
  return fail(ErrorKind::store_unfit,
              (request.act == StoreAct::put ? where + " cannot promise to overwrite nothing, so nothing was stored"
                                            : where + " cannot do this: " + verb_of(request.act)) +
                  said(reply, refusal));
}

}  // namespace

Failure no_store(const HttpReply& reply, const S3Request& request) {
  return fail(ErrorKind::no_store,
              "what answers for " + request.bucket.text() + " is not an S3 store, but a proxy or another server (" +
                  std::to_string(reply.status) + (is_web_page(reply.type, reply.body) ? ", a web page)" : ")"));
}

Failure refusal_of(const HttpReply& reply, const S3Request& request) {
  const Refusal refusal = read_refusal(reply.body);
  const std::string where = request.bucket.text();
  const bool full = refusal.code == "QuotaExceeded" || refusal.code == "XMinioStorageFull" || reply.status == 507;
  const bool lacks = refusal.code == "NotImplemented" || reply.status == 501;
  // Before the page: the balancer in front of a store that is down answers with one of its own.
  if (reply.status >= 500 && !lacks && !full)
    return fail(ErrorKind::store_silent, "the store of " + where + " is not well" + said(reply, refusal));
  if (is_web_page(reply.type, reply.body)) return no_store(reply, request);
  if (full)
    return fail(ErrorKind::store_full, "the store of " + where + " is full, nothing was stored" + said(reply, refusal));
  if (lacks) return unfit(refusal, reply, request);
  // A store gives the reason of each refusal. Without one the answer says nothing about credentials or copies.
  if (refusal.code.empty()) return no_store(reply, request);
  if (refusal.code == "RequestTimeTooSkewed") return fail(ErrorKind::store_clock, clock_sentence(reply));
  // Asked before AccessDenied, because stores give that code for an object lock too.
  if (request.act == StoreAct::remove && tells_of_a_lock(refusal))
    return fail(ErrorKind::store_locked,
                "the object lock of " + where + " keeps " + request.name + said(reply, refusal));
  // A missing bucket is 404 too, but it is a mistake in the configuration.
  if (reply.status == 404 && refusal.code != "NoSuchBucket")
    return fail(ErrorKind::not_found, "there is no " + request.name + " in " + where);
  return by_code(refusal, reply, request);
}

}  // namespace agent::backup_program
