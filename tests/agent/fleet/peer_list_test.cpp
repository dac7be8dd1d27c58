// SPDX-License-Identifier: ISC
// The list of peers finds what a look at each peer would find, after any change.
#include "agent/fleet/peer_list.h"

#include <algorithm>
#include <random>

#include <doctest/doctest.h>

#include "tests/agent/samples.h"

using agent::Introduction;
using agent::Peer;
using agent::PeerList;

namespace {

constexpr std::uint8_t pins = 12;

std::string address(std::uint32_t number) { return "om" + std::to_string(number) + ".example.com:27424"; }

bool has(const Peer& peer, const std::string& text) {
  return std::ranges::find(peer.addresses, text) != peer.addresses.end();
}

const Peer* owner_by_looking(const PeerList& list, const std::string& text) {
  const auto& peers = list.all();
  auto found = std::ranges::find_if(peers, [&](const Peer& peer) { return has(peer, text); });
  if (found == peers.end()) {
    found = std::ranges::find_if(
        peers, [&](const Peer& peer) { return is_introduced(peer) && peer.addresses.empty() && peer.claimed == text; });
  }
  return found == peers.end() ? nullptr : &*found;
}

void check_by_looking(const PeerList& list) {
  for (std::uint8_t number = 0; number < pins; ++number) {
    const auto found = std::ranges::find(list.all(), tests::pin(number), &Peer::pin);
    CHECK(list.find(tests::pin(number)) == (found == list.all().end() ? nullptr : &*found));
    CHECK(list.owner_of(address(number)) == owner_by_looking(list, address(number)));
  }
  CHECK(list.owner_of("") == nullptr);
}

}  // namespace

TEST_CASE("a peer is found by its pin and by its address, whatever has changed before") {
  std::mt19937 random(1);  // NOLINT(cert-msc51-cpp): the same steps each time
  const auto below = [&](std::uint32_t count) { return static_cast<std::uint32_t>(random() % count); };
  // An address belongs to one peer, so peer n has some of the addresses n and n + pins only; anybody may claim any.
  const auto vary = [&](Peer& peer, std::uint8_t number) {
    peer.addresses.clear();
    if (below(2) == 0) peer.addresses.push_back(address(number));
    if (below(3) == 0) peer.addresses.push_back(address(number + std::uint32_t{pins}));
    peer.claimed = below(4) == 0 ? "" : address(below(pins));
    peer.introduced_by = below(2) == 0 ? Introduction::itself : Introduction::ticket;
  };
  PeerList list;
  for (int step = 0; step < 1000; ++step) {
    const auto number = static_cast<std::uint8_t>(below(pins));
    const bool known = list.find(tests::pin(number)) != nullptr;
    if (known && below(3) == 0) {
      list.erase(tests::pin(number));
    } else if (known) {
      list.change(tests::pin(number), [&](Peer& peer) { vary(peer, number); });
    } else {
      Peer peer{.pin = tests::pin(number)};
      vary(peer, number);
      list.add(peer);
    }
    check_by_looking(list);
    check_by_looking(PeerList(list.all()));
    check_by_looking(PeerList(list));
  }
}

TEST_CASE("a pin that a damaged file has twice goes as a whole") {
  Peer first{.pin = tests::pin(1), .name = "first"};
  Peer second{.pin = tests::pin(1), .name = "second"};
  PeerList list({first, second, Peer{.pin = tests::pin(2)}});
  CHECK(list.find(tests::pin(1))->name == "first");
  list.erase(tests::pin(1));
  CHECK(list.find(tests::pin(1)) == nullptr);
  CHECK(list.all().size() == 1);
}
