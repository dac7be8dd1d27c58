// SPDX-License-Identifier: ISC
#include "agent/doctor/program_request.h"

#include <algorithm>

#include "agent/base/secret_fields.h"
#include "platform/base/enum_count.h"

namespace agent {

namespace {

using platform::BytesView;
using platform::Error;
using platform::ErrorKind;
using platform::Result;
using platform::SecretBytes;

constexpr std::size_t error_mark = std::variant_size_v<DoctorReply>;
template <class Variant>
void write_alternative(FieldWriter& out, const Variant& message) {
  out.number(message.index());
  std::visit([&out](const auto& each) { write(out, each); }, message);
}

template <class Variant, std::size_t At = 0>
std::optional<Variant> read_alternative(FieldReader& in, std::size_t index) {
  if constexpr (At < std::variant_size_v<Variant>) {
    if (index != At) return read_alternative<Variant, At + 1>(in, index);
    std::variant_alternative_t<At, Variant> message;
    if (!read(in, message) || !in.sound()) return std::nullopt;
    return Variant(std::move(message));
  } else {
    return std::nullopt;
  }
}

Error read_error(FieldReader& in) {
  const auto kind = in.number<unsigned>();
  std::string message = in.text();
  // It is shown on a terminal, which control characters could steer.
  std::ranges::replace_if(
      message, [](char c) { return c < ' ' || c > '~'; }, '?');
  const bool known = kind < platform::enum_count<ErrorKind>();
  return {known ? static_cast<ErrorKind>(kind) : ErrorKind::internal, std::move(message)};
}

}  // namespace

SecretBytes encode(const DoctorRequest& request) {
  FieldWriter out;
  write_alternative(out, request);
  return out.joined();
}

std::optional<DoctorRequest> decode_doctor_request(BytesView message) {
  FieldReader in(message);
  return read_alternative<DoctorRequest>(in, in.number<std::size_t>());
}

SecretBytes encode(const Result<DoctorReply>& reply) {
  FieldWriter out;
  if (reply)
    write_alternative(out, *reply);
  else
    out.number(error_mark).number(static_cast<unsigned>(reply.error().kind)).text(reply.error().message);
  return out.joined();
}

Result<DoctorReply> decode_doctor_reply(BytesView message) {
  FieldReader in(message);
  const auto index = in.number<std::size_t>();
  if (index == error_mark) {
    Error error = read_error(in);
    // A damaged error is refused below, because no alternative has its number.
    if (in.sound()) return tl::unexpected(std::move(error));
  }
  auto reply = read_alternative<DoctorReply>(in, index);
  if (!reply) return fail(ErrorKind::internal, "the doctor program spoke nonsense");
  return *std::move(reply);
}

}  // namespace agent
