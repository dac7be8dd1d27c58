// SPDX-License-Identifier: ISC
#include "agent/backup_program/http.h"

#include <algorithm>
#include <array>
// CURLOPT_PROTOCOLS is deprecated, but the option that replaces it is not in the libcurl of RHEL 9.
#define CURL_DISABLE_DEPRECATION
#include <curl/curl.h>
#include <memory>
#include <stdexcept>
#include <string_view>

#include "agent/base/limits.h"
#include "platform/base/ascii.h"
#include "platform/base/clock.h"

namespace agent::backup_program {

namespace {

using platform::ErrorKind;
using platform::fail;
using platform::Result;

struct Closing {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Handle = std::unique_ptr<CURL, Closing>;
using HeaderList = std::unique_ptr<curl_slist, Closing>;

template <class Value>
void set(const Handle& handle, CURLoption option, Value value) {
  // An option is missing only where libcurl was built without it: a fault of the installation, not of the request.
  if (curl_easy_setopt(handle.get(), option, value) != CURLE_OK)
    throw std::runtime_error("libcurl does not take option " + std::to_string(option));
}

// libcurl calls this from C, so nothing may be thrown. A count that is too small ends the transfer with
// CURLE_WRITE_ERROR.
std::size_t take_body(const char* data, std::size_t /*one*/, std::size_t size, void* reply) {
  auto& body = static_cast<HttpReply*>(reply)->body;
  // A hostile store must not fill the memory.
  if (body.size() + size > limits::store_reply) return 0;
  const auto bytes = platform::view_of({data, size});
  body.insert(body.end(), bytes.begin(), bytes.end());
  return size;
}

// Gives the value if this is the line of that header. HTTP compares the names of headers without case.
std::optional<std::string> value_of(std::string_view line, std::string_view name) {
  const bool matches = line.size() > name.size() && line[name.size()] == ':' &&
                       platform::is_same_without_case(line.substr(0, name.size()), name);
  if (!matches) return std::nullopt;
  std::string value(line.substr(name.size() + 1));
  std::erase_if(value, [](char c) { return c == '\r' || c == '\n'; });
  return value.substr(std::min(value.find_first_not_of(' '), value.size()));
}

// libcurl passes one complete header line on each call, so no line has to be put together here.
std::size_t take_header(const char* data, std::size_t /*one*/, std::size_t size, void* reply) {
  auto& taken = *static_cast<HttpReply*>(reply);
  const std::string_view line(data, size);
  if (auto date = value_of(line, "date")) taken.date = std::move(*date);
  if (auto type = value_of(line, "content-type")) taken.type = std::move(*type);
  if (auto checksum = value_of(line, "x-amz-checksum-sha256")) taken.checksum = std::move(*checksum);
  if (const auto marker = value_of(line, "x-amz-delete-marker")) taken.is_delete_marker = *marker == "true";
  return size;
}

HeaderList header_list(const Headers& headers) {
  // Without these two lines libcurl adds an Expect and a Content-Type of its own, which are not signed.
  HeaderList list(curl_slist_append(nullptr, "Expect:"));
  list.reset(curl_slist_append(list.release(), "Content-Type: application/octet-stream"));
  for (const auto& [name, value] : headers) {
    std::string line = name;
    line.append(": ").append(value);
    list.reset(curl_slist_append(list.release(), line.c_str()));
  }
  return list;
}

void bound(const Handle& handle, const HttpRequest& request) {
  // At least 1, because 0 means "for ever".
  set(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(request.time.count(), 1)));
  const auto connect = std::min<std::chrono::milliseconds>(limits::store_connect, request.time);
  set(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(connect.count(), 1)));
  set(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
  set(handle, CURLOPT_LOW_SPEED_TIME, static_cast<long>(limits::store_stall.count()));
  // A redirect would send signed headers to an address that nobody configured.
  set(handle, CURLOPT_FOLLOWLOCATION, 0L);
  // Otherwise libcurl may time the look-up of a name with SIGALRM and leave it by longjmp().
  set(handle, CURLOPT_NOSIGNAL, 1L);
  // libcurl also speaks file, ftp and more, which no store needs.
  set(handle, CURLOPT_PROTOCOLS, static_cast<long>(CURLPROTO_HTTP | CURLPROTO_HTTPS));
}

void trust(const Handle& handle, const HttpRequest& request) {
  // The first two are libcurl's defaults. They are written out because everything depends on them.
  set(handle, CURLOPT_SSL_VERIFYPEER, 1L);
  set(handle, CURLOPT_SSL_VERIFYHOST, 2L);
  set(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (request.ca) set(handle, CURLOPT_CAINFO, request.ca->c_str());
  // On Windows this takes the system's certificates. Elsewhere libcurl finds the system's file by itself, and this has
  // no effect.
  if (!request.ca) set(handle, CURLOPT_SSL_OPTIONS, static_cast<long>(CURLSSLOPT_NATIVE_CA));
  // The empty string also turns off a proxy that the environment names.
  if (request.direct) set(handle, CURLOPT_PROXY, "");
}

void describe(const Handle& handle, const HttpRequest& request, const HeaderList& headers) {
  set(handle, CURLOPT_URL, request.url.c_str());
  set(handle, CURLOPT_PATH_AS_IS, 1L);  // the path is signed, so libcurl must not normalise it
  set(handle, CURLOPT_HTTPHEADER, headers.get());
  set(handle, CURLOPT_USERAGENT, "genkey-agent");
  if (request.method == "PUT") {
    set(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    // With a null pointer libcurl would read the body from standard input.
    set(handle, CURLOPT_POSTFIELDS, request.body.empty() ? "" : platform::text_of(request.body).data());
  }
  // With a body libcurl would send POST.
  set(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

// Any other failure may be temporary, so it is tried again.
ErrorKind kind_of(CURLcode code) {
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR: return ErrorKind::store_untrusted;
    case CURLE_SSL_CACERT_BADFILE: return ErrorKind::configuration;
    case CURLE_WRITE_ERROR: return ErrorKind::io;
    default: return ErrorKind::store_silent;
  }
}

std::string origin_of(const std::string& url) { return url.substr(0, url.find('/', url.find("://") + 3)); }

}  // namespace

Result<HttpReply> exchange(const HttpRequest& request) {
  const Handle handle(curl_easy_init());
  const HeaderList headers = header_list(request.headers);
  if (!handle || !headers) throw std::bad_alloc();
  HttpReply reply;
  std::array<char, CURL_ERROR_SIZE> reason{};
  set(handle, CURLOPT_ERRORBUFFER, reason.data());
  set(handle, CURLOPT_WRITEFUNCTION, &take_body);
  set(handle, CURLOPT_WRITEDATA, static_cast<void*>(&reply));
  set(handle, CURLOPT_HEADERFUNCTION, &take_header);
  set(handle, CURLOPT_HEADERDATA, static_cast<void*>(&reply));
  bound(handle, request);
  trust(handle, request);
  describe(handle, request, headers);
  const CURLcode code = curl_easy_perform(handle.get());
  if (code == CURLE_OK) {
    curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &reply.status);
    return reply;
  }
  // Only the origin of the URL is shown: the rest names objects, and the reason says enough.
  const std::string why = reason[0] != '\0' ? reason.data() : curl_easy_strerror(code);
  return fail(kind_of(code), origin_of(request.url) + ": " + why);
}

std::optional<std::chrono::seconds> ahead_of_us(const std::string& date) {
  const std::time_t theirs = curl_getdate(date.c_str(), nullptr);
  if (theirs < 0) return std::nullopt;
  return std::chrono::seconds(theirs) - platform::now().time_since_epoch();
}

}  // namespace agent::backup_program
