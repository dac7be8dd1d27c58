// SPDX-License-Identifier: ISC
// The messages of genkey-agent-doctor: strangers may have taken over the process that sends a reply.
#include "agent/doctor/program_request.h"
#include "tests/fuzz/fuzz.h"

namespace {

void read_request(platform::BytesView bytes) {
  const auto request = agent::decode_doctor_request(bytes);
  if (!request) return;
  const auto message = agent::encode(*request);
  const auto again = agent::decode_doctor_request(message.reveal());
  tests::require(again && agent::encode(*again).equals(message));
}

void read_reply(platform::BytesView bytes) {
  const auto reply = agent::decode_doctor_reply(bytes);
  const auto message = agent::encode(reply);
  tests::require(agent::encode(agent::decode_doctor_reply(message.reveal())).equals(message));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const platform::BytesView bytes = std::as_bytes(std::span(data, size));
  read_request(bytes);
  read_reply(bytes);
  return 0;
}
