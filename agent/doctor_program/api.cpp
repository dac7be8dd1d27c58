// SPDX-License-Identifier: ISC
#include "agent/doctor_program/api.h"

#include <algorithm>
#include <chrono>
#include <memory>

#include <openssl/evp.h>

#include "agent/base/doctor_limits.h"
#include "agent/doctor_program/api_lists.h"
#include "agent/doctor_program/http.h"

namespace agent::doctor_program {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::uint32_t status_ok = 200;
constexpr std::uint32_t status_unauthorized = 401;
constexpr std::uint32_t status_forbidden = 403;
constexpr std::uint32_t status_not_found = 404;

struct Freeing {
  void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
};

// FIPS 140 does not allow MD5, so a system in that mode has none.
bool has_md5() { return std::unique_ptr<EVP_MD, Freeing>(EVP_MD_fetch(nullptr, "MD5", nullptr)) != nullptr; }

ApiEnd end_of(const HttpAnswer& answer) {
  switch (answer.end) {
    case HttpEnd::not_asked: return ApiEnd::not_asked;
    case HttpEnd::no_name:
    case HttpEnd::no_connection: return ApiEnd::no_connection;
    case HttpEnd::silent: return ApiEnd::silent;
    case HttpEnd::too_long: return ApiEnd::incomplete;
    case HttpEnd::broken:
    case HttpEnd::no_tls:
    case HttpEnd::untrusted: return ApiEnd::broken;
    case HttpEnd::answered: break;
  }
  if (answer.status == status_unauthorized || answer.status == status_forbidden) return ApiEnd::refused;
  if (answer.status == status_not_found) return ApiEnd::absent;
  return answer.status == status_ok ? ApiEnd::answered : ApiEnd::broken;
}

// What would end the next request in the same way.
bool is_final(ApiEnd end) { return end == ApiEnd::refused || end == ApiEnd::no_connection || end == ApiEnd::silent; }

}  // namespace

ApiReply ask_api(const ApiRequest& request) {
  ApiReply reply;
  if (!has_md5()) {
    reply.ends.fill(ApiEnd::no_digest);
    return reply;
  }
  const auto end = Clock::now() + request.time;
  const DigestLogin login{&request.user, &request.key};
  for (const ApiList list : platform::all_of<ApiList>()) {
    const auto left = std::chrono::duration_cast<milliseconds>(end - Clock::now());
    if (left <= milliseconds(0)) break;
    Exchange exchange =
        exchange_with(request.origin, {}, path_of(list), {}, std::min<milliseconds>(limits::api_time, left), login);
    ApiEnd& list_end = reply.ends.at(static_cast<std::size_t>(list));
    list_end = end_of(exchange.answer);
    if (list_end == ApiEnd::answered) list_end = read_list(list, exchange.body, reply);
    if (is_final(list_end)) {
      std::fill(reply.ends.begin() + static_cast<std::ptrdiff_t>(list), reply.ends.end(), list_end);
      break;
    }
  }
  return reply;
}

}  // namespace agent::doctor_program
