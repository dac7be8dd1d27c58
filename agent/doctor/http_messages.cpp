// SPDX-License-Identifier: ISC
#include "agent/doctor/http_messages.h"

#include <algorithm>

#include "agent/base/doctor_limits.h"
#include "agent/doctor/message_fields.h"

namespace agent {

namespace {

constexpr std::size_t digest_digits = 64;

// A header's name: RFC 9110, 5.1, as far as any header is named.
bool is_header_name(std::string_view text) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  return text.size() <= limits::http_text && std::ranges::all_of(text, is_letter);
}

// The bytes do not name the fields. So write() and read() of a type must have the same fields in the same order. All
// fields are read before any is checked, so that the reader stays in step.

void write(FieldWriter& out, const HttpOrigin& origin) {
  out.number(int{origin.tls}).text(origin.host).number(origin.port).number(int{origin.verified});
}

bool read(FieldReader& in, HttpOrigin& origin) {
  origin.tls = in.number<unsigned>() == 1;
  origin.host = in.text();
  origin.port = in.number<std::uint16_t>();
  origin.verified = in.number<unsigned>() == 1;
  return is_host(origin.host) && origin.port != 0;
}

void write(FieldWriter& out, const HttpGet& get) {
  out.number(get.origin).text(get.path).text(get.nonce).number(static_cast<unsigned>(get.extra)).text(get.header);
  out.number(get.pause.count()).number(int{get.explore});
}

bool read(FieldReader& in, HttpGet& get) {
  get.origin = in.number<std::size_t>();
  get.path = in.text();
  get.nonce = in.text();
  const bool known = read_enum(in, get.extra);
  get.header = in.text();
  get.pause = std::chrono::milliseconds(in.number<std::uint32_t>());
  get.explore = in.number<unsigned>() == 1;
  const bool sound_nonce = get.nonce.empty() || (get.nonce.size() == 32 && is_hex(get.nonce, 32));
  const bool sound_header =
      is_header_name(get.header) && get.header.empty() == (get.extra != HttpExtra::forged_address);
  return known && sound_nonce && sound_header && is_http_path(get.path) && get.pause <= limits::http_time_in_all;
}

void write(FieldWriter& out, const HttpCertificate& certificate) {
  out.number(static_cast<unsigned>(certificate.fault)).number(int{certificate.names_host});
  out.number(certificate.days_left).text(certificate.digest);
}

bool read(FieldReader& in, HttpCertificate& certificate) {
  const bool known = read_enum(in, certificate.fault);
  certificate.names_host = in.number<unsigned>() == 1;
  certificate.days_left = in.number<std::int64_t>();
  certificate.digest = in.text();
  return known && is_hex(certificate.digest, digest_digits);
}

void write(FieldWriter& out, const HttpWitness& witness) {
  out.text(witness.body).text(witness.etag).text(witness.cookie).text(witness.nonce).text(witness.date);
}

bool read(FieldReader& in, HttpWitness& witness) {
  bool sound = true;
  for (std::string* part : {&witness.body, &witness.etag, &witness.cookie, &witness.nonce, &witness.date}) {
    *part = in.text();
    sound = sound && is_hex(*part, digest_digits);
  }
  return sound;
}

void write(FieldWriter& out, const HttpAnswer& answer) {
  out.number(static_cast<unsigned>(answer.end)).number(answer.status).text(answer.path).text(answer.elsewhere);
  out.text(answer.asset).text(answer.own_address).text(answer.their_address).text(answer.hit);
  write(out, answer.certificate);
  write(out, answer.witness);
  out.number(answer.cookies.size());
  for (const std::string& cookie : answer.cookies) out.text(cookie);
}

bool read(FieldReader& in, HttpAnswer& answer) {
  const bool known = read_enum(in, answer.end);
  answer.status = in.number<std::uint32_t>();
  answer.path = in.text();
  answer.elsewhere = in.text();
  answer.asset = in.text();
  answer.own_address = in.text();
  answer.their_address = in.text();
  answer.hit = in.text();
  const bool sound = read(in, answer.certificate) && read(in, answer.witness);
  const auto cookies = in.number<std::size_t>();
  if (!known || !sound || cookies > limits::http_cookies) return false;
  for (std::size_t at = 0; at < cookies; ++at) answer.cookies.push_back(in.text());
  const auto is_path = [](const std::string& path) { return path.empty() || is_http_path(path); };
  return is_path(answer.path) && is_path(answer.asset) && is_short(answer.elsewhere) && is_short(answer.own_address) &&
         is_short(answer.their_address) && is_short(answer.hit) && std::ranges::all_of(answer.cookies, is_short);
}

}  // namespace

void write(FieldWriter& out, const HttpRequest& request) {
  out.text(request.ca).number(request.time.count()).number(request.origins.size());
  for (const HttpOrigin& origin : request.origins) write(out, origin);
  // The last fields of the message, so its end ends the list.
  for (const HttpGet& get : request.gets) write(out, get);
}

bool read(FieldReader& in, HttpRequest& request) {
  request.ca = in.text();
  request.time = std::chrono::milliseconds(in.number<std::uint32_t>());
  const auto origins = in.number<std::size_t>();
  if (origins > limits::http_origins || request.time > limits::http_time_in_all) return false;
  request.origins.resize(origins);
  for (HttpOrigin& origin : request.origins) {
    if (!read(in, origin)) return false;
  }
  while (in.more()) {
    HttpGet& get = request.gets.emplace_back();
    if (!read(in, get) || get.origin >= origins || request.gets.size() > limits::http_requests) return false;
  }
  return request.ca.size() <= limits::authority_file;
}

void write(FieldWriter& out, const HttpReply& reply) {
  for (const HttpAnswer& answer : reply.answers) write(out, answer);
}

bool read(FieldReader& in, HttpReply& reply) {
  while (in.more()) {
    if (reply.answers.size() == limits::http_requests || !read(in, reply.answers.emplace_back())) return false;
  }
  return true;
}

std::string text_of(const HttpOrigin& origin) {
  std::string text = origin.tls ? "https://" : "http://";
  text += origin.host.find(':') == std::string::npos ? origin.host : "[" + origin.host + "]";
  if (origin.port != (origin.tls ? https_port : http_port)) text += ":" + std::to_string(origin.port);
  return text;
}

bool is_http_path(std::string_view path) {
  const auto is_plain = [](char c) {
    return c > ' ' && c <= '~' && std::string_view("\"<>\\^`{|}?#").find(c) == std::string_view::npos;
  };
  return path.starts_with('/') && path.size() <= limits::http_path && std::ranges::all_of(path, is_plain);
}

}  // namespace agent
