// SPDX-License-Identifier: ISC
// Claims, pins and keys for tests, each told by a number.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "agent/commands/table.h"
#include "agent/config/options.h"
#include "agent/fleet/roster.h"
#include "agent/protocol/agreement.h"
#include "agent/protocol/claim.h"
#include "agent/protocol/pin.h"
#include "keystore/key/gen_key.h"
#include "platform/base/bytes.h"
#include "platform/base/secret_bytes.h"

namespace tests {

template <std::size_t N>
std::array<std::byte, N> filled(std::uint8_t number) {
  std::array<std::byte, N> bytes{};
  bytes.fill(std::byte{number});
  return bytes;
}

/// As the program has them before it reads its command line.
inline agent::Options options(agent::Command command = agent::Command::status) {
  return {.table = agent::commands::table(), .command = command, .typed = command, .typed_words = {}};
}

inline agent::Pin pin(std::uint8_t number) { return {filled<32>(number)}; }

/// One of as many peers as a test needs; it introduced itself.
inline agent::Peer numbered_peer(std::size_t number) {
  agent::Peer peer{
      .pin = {}, .name = "om" + std::to_string(number), .seen = platform::Time(std::chrono::seconds(1000))};
  for (std::size_t place = 0; place < sizeof number; ++place)
    peer.pin.bytes.at(place) = static_cast<std::byte>(number >> (8 * place));
  peer.claimed = peer.name + ":27424";
  peer.epoch = "00000000000000aa";
  return peer;
}

inline platform::SecretBytes secret_of(platform::BytesView bytes) {
  platform::SecretBytes secret(bytes.size());
  std::ranges::copy(bytes, secret.reveal_for_writing().begin());
  return secret;
}
inline platform::SecretBytes secret_of(std::string_view text) { return secret_of(platform::view_of(text)); }

/// 24 bytes that count up from `first`: no weak ones.
inline keystore::GenKey key(std::uint8_t first) {
  std::array<std::byte, keystore::GenKey::size> bytes{};
  for (std::size_t at = 0; at < bytes.size(); ++at) bytes.at(at) = static_cast<std::byte>(first + 7 * at);
  return *keystore::GenKey::create(secret_of(bytes));
}

inline keystore::FleetId fleet(std::uint8_t number) { return {filled<16>(number)}; }

inline agent::Claim claim(std::uint8_t number, keystore::Standing standing = keystore::Standing::chosen) {
  return {.fleet = fleet(number),
          .generation = 1,
          .standing = standing,
          .name = "om" + std::to_string(number),
          .address = "om" + std::to_string(number) + ".example.com:27424"};
}

inline agent::Channel channel(std::uint8_t number) {
  return {.initiator_spki = platform::Bytes(91, std::byte{0x11}),
          .responder_spki = platform::Bytes(91, std::byte{0x22}),
          .exported = filled<32>(number)};
}

}  // namespace tests
