// SPDX-License-Identifier: ISC
// Frames from the network. A frame is refused, or it is a message whose only encoding has exactly these bytes.
#include <algorithm>

#include "agent/base/limits.h"
#include "agent/protocol/messages.h"
#include "tests/fuzz/fuzz.h"

namespace {

namespace wire = agent::wire;

template <class Message>
void require_same_bytes(Message message, platform::BytesView body) {
  const auto frame = wire::encode(std::move(message));
  tests::require(std::ranges::equal(frame.bytes().subspan(wire::frame_header), body));
  const auto size = wire::frame_size(frame.bytes().template first<wire::frame_header>(), body.size());
  tests::require(size == body.size());
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto body = platform::view_of(tests::text_of(data, size));
  if (auto request = wire::decode_request(body)) require_same_bytes(std::move(*request), body);
  if (auto reply = wire::decode_reply(body)) require_same_bytes(std::move(*reply), body);
  if (const auto claim = wire::decode_claim(body)) {
    tests::require(std::ranges::equal(wire::encode(*claim), body));
    tests::require(wire::is_valid(claim->name, claim->address));
  }
  return 0;
}
