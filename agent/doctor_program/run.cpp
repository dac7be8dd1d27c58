// SPDX-License-Identifier: ISC
#include "agent/doctor_program/run.h"

#include <curl/curl.h>
#include <exception>
#include <iostream>

#include "agent/base/doctor_limits.h"
#include "agent/doctor/program_request.h"
#include "agent/doctor_program/api.h"
#include "agent/doctor_program/databases.h"
#include "agent/doctor_program/hello.h"
#include "agent/doctor_program/login.h"
#include "agent/doctor_program/requests.h"
#include "platform/processes/child_program.h"
#include "platform/processes/hardening.h"

namespace agent::doctor_program {

namespace {

using platform::ErrorKind;
using platform::fail;
using platform::Result;

Result<void> start_curl() {
  if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return fail(ErrorKind::internal, "libcurl does not start");
  return {};
}

Result<DoctorReply> act(const HttpRequest& request) {
  TRY(start_curl());
  return DoctorReply(ask_all(request));
}

Result<DoctorReply> act(const ApiRequest& request) {
  TRY(start_curl());
  return DoctorReply(ask_api(request));
}

Result<DoctorReply> act(const DatabaseRequest& request) {
  start_mongo();
  return DoctorReply(ask_databases(request));
}

Result<DoctorReply> act(const LoginRequest& request) {
  start_mongo();
  return DoctorReply(log_in(request));
}

Result<DoctorReply> answer(const platform::SecretBytes& message) {
  const auto request = decode_doctor_request(message.reveal());
  // Both programs come from one package, so this is a fault of ours.
  if (!request) return fail(ErrorKind::internal, "the doctor program does not understand what it is asked");
  return std::visit([](const auto& each) { return act(each); }, *request);
}

Result<void> answer_one_request() {
  TRY(platform::harden_process());
#ifndef GENKEY_SANITIZED
  // A sanitizer reserves far more.
  TRY(platform::bound_memory(limits::doctor_memory));
#endif
  const auto message = TRY(platform::receive_request(limits::doctor_message));
  // An error of the work is a reply as well. Only a failure to talk ends the program with 1.
  return platform::send_reply(encode(answer(message)));
}

}  // namespace

int run() {
  try {
    const auto done = answer_one_request();
    if (!done) std::cerr << "genkey-agent-doctor: " << done.error().message << "\n";
    return done ? 0 : 1;
    // What servers do is part of a reply. An exception means lack of memory, a libcurl built without a needed part, or
    // a fault of ours.
  } catch (const std::exception& error) {
    std::cerr << "genkey-agent-doctor: this should not happen: " << error.what() << "\n";
    return 1;
  }
}

}  // namespace agent::doctor_program
