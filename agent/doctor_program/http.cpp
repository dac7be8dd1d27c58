// SPDX-License-Identifier: ISC
#include "agent/doctor_program/http.h"

#include <algorithm>
// CURLOPT_PROTOCOLS is deprecated, but the option that replaces it is not in the libcurl of RHEL 9.
#define CURL_DISABLE_DEPRECATION
#include <curl/curl.h>
#include <memory>
#include <stdexcept>

#include "agent/base/doctor_limits.h"
#include "agent/doctor_program/c_secret.h"
#include "agent/doctor_program/certificate.h"
#include "agent/doctor_program/headers.h"
#include "agent/doctor_program/same_origin.h"

namespace agent::doctor_program {

namespace {

struct Closing {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Handle = std::unique_ptr<CURL, Closing>;
using HeaderList = std::unique_ptr<curl_slist, Closing>;

// What libcurl's callbacks, which come from C and must not throw, write to.
struct Taking {
  explicit Taking(const HttpOrigin& origin, const std::string& authorities) : certificate(origin), ca(authorities) {}

  CertificateWitness certificate;
  const std::string& ca;
  Headers headers;
  std::size_t header_bytes = 0;
  std::string body;
};

template <class Value>
void set(const Handle& handle, CURLoption option, Value value) {
  // An option is missing only where libcurl was built without it: a fault of the installation, not of the request.
  if (curl_easy_setopt(handle.get(), option, value) != CURLE_OK)
    throw std::runtime_error("libcurl does not take option " + std::to_string(option));
}

// A count that is too small ends the transfer with CURLE_WRITE_ERROR.
std::size_t take_body(const char* data, std::size_t /*one*/, std::size_t size, void* taking) {
  auto& body = static_cast<Taking*>(taking)->body;
  if (body.size() + size > limits::http_body) return 0;
  body.append(data, size);
  return size;
}

std::size_t take_header(const char* data, std::size_t /*one*/, std::size_t size, void* taking) {
  auto& taken = *static_cast<Taking*>(taking);
  taken.header_bytes += size;
  if (taken.header_bytes > limits::http_headers) return 0;
  taken.headers.take({data, size});
  return size;
}

CURLcode watch_tls(CURL* /*handle*/, void* context, void* taking) {
  auto& taken = *static_cast<Taking*>(taking);
  const bool done = taken.certificate.watch(static_cast<SSL_CTX*>(context), taken.ca);
  return done ? CURLE_OK : CURLE_SSL_CACERT_BADFILE;
}

HeaderList header_list(const HttpGet& get) {
  HeaderList list(curl_slist_append(nullptr, "Accept: */*"));
  const auto add = [&](const std::string& line) { list.reset(curl_slist_append(list.release(), line.c_str())); };
  switch (get.extra) {
    case HttpExtra::none: break;
    case HttpExtra::forged_address: add(get.header + ": " + documentation_address); break;
    case HttpExtra::only_if_cached: add("Cache-Control: only-if-cached"); break;
  }
  return list;
}

void bound(const Handle& handle, std::chrono::milliseconds time) {
  // At least 1, because 0 means "for ever".
  const long most = static_cast<long>(std::max<std::int64_t>(time.count(), 1));
  set(handle, CURLOPT_TIMEOUT_MS, most);
  set(handle, CURLOPT_CONNECTTIMEOUT_MS, most);
  // Otherwise libcurl may time the look-up of a name with SIGALRM and leave it by longjmp().
  set(handle, CURLOPT_NOSIGNAL, 1L);
  set(handle, CURLOPT_PROTOCOLS, static_cast<long>(CURLPROTO_HTTP | CURLPROTO_HTTPS));
  set(handle, CURLOPT_FOLLOWLOCATION, 0L);
  // Also against a proxy that the environment names.
  set(handle, CURLOPT_PROXY, "");
  set(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(handle, CURLOPT_HTTP_CONTENT_DECODING, 0L);
  set(handle, CURLOPT_FORBID_REUSE, 1L);
}

void trust(const Handle& handle, const HttpOrigin& origin, Taking& taking) {
  set(handle, CURLOPT_SSL_VERIFYPEER, origin.verified ? 1L : 0L);
  set(handle, CURLOPT_SSL_VERIFYHOST, origin.verified ? 2L : 0L);
  set(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(handle, CURLOPT_SSL_CTX_DATA, static_cast<void*>(&taking));
  set(handle, CURLOPT_SSL_CTX_FUNCTION, &watch_tls);
}

void collect(const Handle& handle, Taking& taking) {
  set(handle, CURLOPT_WRITEFUNCTION, &take_body);
  set(handle, CURLOPT_WRITEDATA, static_cast<void*>(&taking));
  set(handle, CURLOPT_HEADERFUNCTION, &take_header);
  set(handle, CURLOPT_HEADERDATA, static_cast<void*>(&taking));
}

// libcurl keeps copies, which it does not wipe. This process ends after one request.
void log_in(const Handle& handle, const DigestLogin& login) {
  if (login.user == nullptr || login.password == nullptr) return;
  set(handle, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_DIGEST));
  set(handle, CURLOPT_USERNAME, CSecret(*login.user).text());
  set(handle, CURLOPT_PASSWORD, CSecret(*login.password).text());
}

HttpEnd end_of(CURLcode code, const HttpCertificate& certificate) {
  switch (code) {
    case CURLE_OK: return HttpEnd::answered;
    case CURLE_COULDNT_RESOLVE_HOST: return HttpEnd::no_name;
    case CURLE_COULDNT_CONNECT: return HttpEnd::no_connection;
    case CURLE_OPERATION_TIMEDOUT: return HttpEnd::silent;
    case CURLE_WRITE_ERROR: return HttpEnd::too_long;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR: return HttpEnd::untrusted;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
      // Versions of libcurl differ in how they name a certificate that does not verify.
      return certificate.fault == CertificateFault::none ? HttpEnd::no_tls : HttpEnd::untrusted;
    default: return HttpEnd::broken;
  }
}

std::string address_of(const Handle& handle, CURLINFO which) {
  const char* address = nullptr;
  curl_easy_getinfo(handle.get(), which, &address);
  return address == nullptr ? "" : address;
}

}  // namespace

Exchange exchange_with(const HttpOrigin& origin, const HttpGet& get, const std::string& path, const std::string& ca,
                       std::chrono::milliseconds time, const DigestLogin& login) {
  const Handle handle(curl_easy_init());
  const HeaderList headers = header_list(get);
  if (!handle || !headers) throw std::bad_alloc();
  std::string url = text_of(origin) + path;
  std::string agent = doctor_program_name;
  if (!get.nonce.empty()) {
    url += "?genkey-agent=" + get.nonce;
    agent += "/" + get.nonce;
  }
  Taking taking(origin, ca);
  set(handle, CURLOPT_URL, url.c_str());
  set(handle, CURLOPT_PATH_AS_IS, 1L);
  set(handle, CURLOPT_HTTPHEADER, headers.get());
  set(handle, CURLOPT_USERAGENT, agent.c_str());
  bound(handle, time);
  trust(handle, origin, taking);
  collect(handle, taking);
  log_in(handle, login);
  const CURLcode code = curl_easy_perform(handle.get());
  Exchange exchange;
  HttpAnswer& answer = exchange.answer;
  answer.certificate = taking.certificate.seen();
  answer.end = end_of(code, answer.certificate);
  answer.own_address = address_of(handle, CURLINFO_LOCAL_IP);
  answer.their_address = address_of(handle, CURLINFO_PRIMARY_IP);
  if (answer.end != HttpEnd::answered) return exchange;
  long status = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<std::uint32_t>(status);
  taking.headers.describe(answer);
  answer.witness.body = digest_of(taking.body);
  exchange.location = taking.headers.location();
  exchange.body = std::move(taking.body);
  return exchange;
}

}  // namespace agent::doctor_program
