// SPDX-License-Identifier: ISC
// The messages between genkey-agent and its doctor program, genkey-agent-doctor: one request, one reply.
//
// The program talks to servers that nobody vouches for. So it has an account that owns nothing, and what it gives back
// is typed and bounded: numbers, digests, and short texts of printable ASCII. It never gives back a body.
//
// A message is a list of fields as in agent/base/secret_fields.h, first the index of the alternative. Each side refuses
// an unknown index, a missing field, a field too many and a value beyond its limit.
#pragma once

#include <optional>
#include <variant>

#include "agent/doctor/api_messages.h"
#include "agent/doctor/database_messages.h"
#include "agent/doctor/http_messages.h"
#include "agent/doctor/login_messages.h"
#include "platform/base/bytes.h"
#include "platform/base/result.h"
#include "platform/base/secret_bytes.h"

namespace agent {

inline constexpr const char* doctor_program_name = "genkey-agent-doctor";

using DoctorRequest = std::variant<HttpRequest, DatabaseRequest, LoginRequest, ApiRequest>;
using DoctorReply = std::variant<HttpReply, DatabaseReply, LoginReply, ApiReply>;

platform::SecretBytes encode(const DoctorRequest& request);
std::optional<DoctorRequest> decode_doctor_request(platform::BytesView message);
platform::SecretBytes encode(const platform::Result<DoctorReply>& reply);
/// The error that the reply holds; internal when it is not a reply.
platform::Result<DoctorReply> decode_doctor_reply(platform::BytesView message);

}  // namespace agent
