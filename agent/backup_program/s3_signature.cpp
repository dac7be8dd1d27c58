// SPDX-License-Identifier: ISC
#include "agent/backup_program/s3_signature.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace agent::backup_program {

namespace {

using platform::BytesView;
using platform::SecretBytes;
using platform::view_of;

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";
constexpr std::size_t digest_size = 32;
constexpr std::size_t date_size = std::string_view("20130524").size();

SecretBytes hmac(const SecretBytes& key, std::string_view message) {
  SecretBytes mac(digest_size);
  unsigned int size = digest_size;
  const auto* text = reinterpret_cast<const unsigned char*>(message.data());
  auto* out = reinterpret_cast<unsigned char*>(mac.reveal_for_writing().data());
  const auto* done =
      HMAC(EVP_sha256(), key.reveal().data(), static_cast<int>(key.size()), text, message.size(), out, &size);
  if (done == nullptr || size != digest_size) throw std::runtime_error("OpenSSL cannot do HMAC with SHA-256");
  return mac;
}

// The key is bound to a day, a region and the service, so a leaked signature is of little use.
SecretBytes signing_key(const SecretBytes& secret, std::string_view date, std::string_view region) {
  constexpr std::string_view prefix = "AWS4";
  // Joined in locked memory, because a string would keep a copy of the secret.
  SecretBytes key(prefix.size() + secret.size());
  const auto rest = std::ranges::copy(view_of(prefix), key.reveal_for_writing().begin()).out;
  std::ranges::copy(secret.reveal(), rest);
  for (const std::string_view step : {date, region, std::string_view("s3"), std::string_view("aws4_request")})
    key = hmac(key, step);
  return key;
}

// What is signed: the request in one agreed spelling, and the list of the signed headers.
struct Canonical {
  std::string request;
  std::string signed_headers;
};

Canonical canonical(const Signable& request) {
  Headers headers = request.headers;
  // Both sides must spell the request alike, so headers are sorted by name.
  std::ranges::sort(headers);
  std::string lines;
  std::string names;
  std::string content_digest;
  for (const auto& [name, value] : headers) {
    lines.append(name).append(":").append(value).append("\n");
    names.append(names.empty() ? "" : ";").append(name);
    // The digest of the body appears once as a header and once as the last line.
    if (name == "x-amz-content-sha256") content_digest = value;
  }
  const std::string query = canonical_query(request.query);
  return {request.method + "\n" + request.path + "\n" + query + "\n" + lines + "\n" + names + "\n" + content_digest,
          names};
}

}  // namespace

// With capital digits, because the store computes the same text and compares signatures. Slashes stay in a path and are
// encoded in a query, as the definition of the signature demands.
std::string percent_encode(std::string_view text, bool slashes) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '.' || c == '_' || c == '~' || (slashes && c == '/');
    const auto byte = static_cast<unsigned char>(c);
    if (plain)
      out += c;
    else
      (out += '%') += {digits[byte >> 4U], digits[byte & 15U]};
  }
  return out;
}

std::string canonical_query(Query query) {
  // Sorted as the headers are, so that both sides sign the same text.
  std::ranges::sort(query);
  std::string out;
  for (const auto& [name, value] : query)
    out.append(out.empty() ? "" : "&").append(percent_encode(name)).append("=").append(percent_encode(value));
  return out;
}

std::string sha256_hex(BytesView bytes) {
  std::array<std::byte, digest_size> digest{};
  auto* out = reinterpret_cast<unsigned char*>(digest.data());
  if (EVP_Digest(bytes.data(), bytes.size(), out, nullptr, EVP_sha256(), nullptr) != 1)
    throw std::runtime_error("OpenSSL cannot do SHA-256");
  return platform::hex_encode(digest);
}

// ISO 8601's basic form, which the signature is defined over.
std::string amazon_time(platform::Time time) {
  std::string text = platform::format_time(time);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

std::string authorization(const Signable& request, const Credentials& credentials) {
  const std::string time = amazon_time(request.time);
  const std::string date = time.substr(0, date_size);
  // The scope tells the store which day, region and service to derive the signing key from.
  const std::string scope = date + "/" + request.region + "/s3/aws4_request";
  const Canonical form = canonical(request);
  const std::string to_sign =
      std::string(algorithm) + "\n" + time + "\n" + scope + "\n" + sha256_hex(view_of(form.request));
  // The signature goes over the wire, but the key that made it is kept in locked memory.
  const SecretBytes signature = hmac(signing_key(credentials.secret_key, date, request.region), to_sign);
  return std::string(algorithm) + " Credential=" + credentials.access_key + "/" + scope +
         ",SignedHeaders=" + form.signed_headers + ",Signature=" + platform::hex_encode(signature.reveal());
}

}  // namespace agent::backup_program
