// SPDX-License-Identifier: ISC
#include "agent/fleet/received_key.h"

#include "agent/base/byte_fields.h"
#include "agent/base/limits.h"
#include "platform/base/enum_count.h"
#include "platform/processes/forked_child.h"

namespace agent {

namespace {

using platform::ChildReport;
using platform::ErrorKind;
using platform::fail;
using platform::Result;

// A hand-over's roster is the largest part, and it came in one reply. The rest covers the address and the pin.
constexpr std::size_t giver_size = limits::reply_size + 1024;

// The key travels apart from the rest, as the child's secret, so that it is only ever in locked memory. An empty secret
// means that an error follows.
ChildReport encode_for_parent(const Result<Received>& received) {
  ByteWriter out;
  if (received) {
    return {received->key.duplicate_bytes(), encode(received->giver)};
  }
  out.number(static_cast<std::uint8_t>(received.error().kind)).counted(received.error().message);
  return {platform::SecretBytes(), out.take()};
}

Result<Received> decode_from_child(ChildReport said) {
  if (said.secret.empty()) {
    ByteReader in(said.said);
    const auto kind = in.number<std::uint8_t>();
    const std::string message = in.counted_printable();
    // The child talked to strangers. A number outside the enum would have no row in the table of errors.
    if (!in.finished() || kind >= platform::enum_count<ErrorKind>()) {
      return fail(ErrorKind::peer_silent, "the process that talks to peers spoke nonsense");
    }
    return fail(static_cast<ErrorKind>(kind), message);
  }
  // Nothing is taken on half a report: without a known giver nobody could say later where the key came from.
  auto giver = decode_giver(said.said);
  if (!giver) return fail(ErrorKind::peer_silent, "the process that talks to peers spoke nonsense");
  // Checked again in this process, because a child that was taken over may send any number of bytes.
  auto key = TRY(keystore::GenKey::create(std::move(said.secret)));
  return Received{std::move(key), std::move(*giver)};
}

}  // namespace

Result<Received> receive_in_child(const Asker& asker, std::chrono::milliseconds time,
                                  const std::function<Result<Received>()>& work) {
  const platform::ChildLimits child_limits{
      .secret = keystore::GenKey::size, .said = giver_size, .time = time + limits::child_grace};
  auto said = TRY(platform::run_in_child(asker.host.agent, child_limits, [&] { return encode_for_parent(work()); }));
  return decode_from_child(std::move(said));
}

}  // namespace agent
