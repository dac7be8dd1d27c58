// SPDX-License-Identifier: ISC
// Two hosts prove to each other that they hold the same key: whatever differs, there is no proof.
#include "agent/protocol/agreement.h"

#include <doctest/doctest.h>

#include "tests/agent/samples.h"

using agent::Channel;
using agent::is_proof;
using agent::prove_as_initiator;
using agent::prove_as_responder;
using keystore::KeyProof;
using tests::claim;

namespace {

const KeyProof& same_key() {
  static const KeyProof proof(tests::key(1));
  return proof;
}

Channel swapped(const Channel& channel) { return {channel.responder_spki, channel.initiator_spki, channel.exported}; }

}  // namespace

TEST_CASE("two hosts with the same key prove it to each other") {
  const auto channel = tests::channel(5);
  const auto request = prove_as_initiator(same_key(), channel, claim(1));
  const auto reply = prove_as_responder(same_key(), channel, request, claim(2));
  REQUIRE(reply);
  CHECK(is_proof(same_key(), channel, request, *reply));
}

TEST_CASE("a host with another key proves nothing in either role") {
  const auto channel = tests::channel(5);
  const KeyProof other(tests::key(2));
  const auto request = prove_as_initiator(other, channel, claim(1));
  CHECK_FALSE(prove_as_responder(same_key(), channel, request, claim(2)));
  const auto reply = prove_as_responder(other, channel, request, claim(2));
  REQUIRE(reply);
  CHECK_FALSE(is_proof(same_key(), channel, request, *reply));
}

TEST_CASE("a proof that is sent back to its maker proves nothing") {
  const auto channel = tests::channel(5);
  const auto request = prove_as_initiator(same_key(), channel, claim(1));
  CHECK_FALSE(is_proof(same_key(), channel, request, {request.claim, request.tag}));
  const auto reply = prove_as_responder(same_key(), channel, request, claim(2));
  REQUIRE(reply);
  CHECK_FALSE(prove_as_responder(same_key(), channel, {reply->claim, reply->tag}, claim(1)));
}

TEST_CASE("a proof of one connection proves nothing on another") {
  const auto request = prove_as_initiator(same_key(), tests::channel(5), claim(1));
  CHECK_FALSE(prove_as_responder(same_key(), tests::channel(6), request, claim(2)));
  const auto reply = prove_as_responder(same_key(), tests::channel(5), request, claim(2));
  REQUIRE(reply);
  CHECK_FALSE(is_proof(same_key(), tests::channel(6), request, *reply));
}

TEST_CASE("a proof counts only between the two identities that made it, and in their roles") {
  const auto channel = tests::channel(5);
  const auto request = prove_as_initiator(same_key(), channel, claim(1));
  CHECK_FALSE(prove_as_responder(same_key(), swapped(channel), request, claim(2)));
  auto relayed = channel;
  relayed.initiator_spki.back() ^= std::byte{1};
  CHECK_FALSE(prove_as_responder(same_key(), relayed, request, claim(2)));
  relayed = channel;
  relayed.responder_spki.front() ^= std::byte{1};
  CHECK_FALSE(prove_as_responder(same_key(), relayed, request, claim(2)));
}

TEST_CASE("bytes cannot wander from one identity to the other") {
  auto channel = tests::channel(5);
  const auto request = prove_as_initiator(same_key(), channel, claim(1));
  channel.responder_spki.insert(channel.responder_spki.begin(), channel.initiator_spki.back());
  channel.initiator_spki.pop_back();
  CHECK_FALSE(prove_as_responder(same_key(), channel, request, claim(2)));
}

TEST_CASE("every part of a claim is covered by its sender's proof") {
  const auto channel = tests::channel(5);
  const auto request = prove_as_initiator(same_key(), channel, claim(1));
  const auto reply = prove_as_responder(same_key(), channel, request, claim(2));
  REQUIRE(reply);
  const auto change = [&](auto alter) {
    auto other_request = request;
    alter(other_request.claim);
    CHECK_FALSE(prove_as_responder(same_key(), channel, other_request, claim(2)));
    auto other_reply = *reply;
    alter(other_reply.claim);
    CHECK_FALSE(is_proof(same_key(), channel, request, other_reply));
  };
  change([](agent::Claim& told) { told.fleet = tests::fleet(9); });
  change([](agent::Claim& told) { ++told.generation; });
  change([](agent::Claim& told) { told.standing = keystore::Standing::established; });
  change([](agent::Claim& told) { told.name += "x"; });
  change([](agent::Claim& told) { told.address = "10.0.0.1:1"; });
  change([](agent::Claim& told) { std::swap(told.name, told.address); });
}

TEST_CASE("a reply proves the key to the request that it answers, and to no other") {
  const auto channel = tests::channel(5);
  const auto request = prove_as_initiator(same_key(), channel, claim(1));
  const auto reply = prove_as_responder(same_key(), channel, request, claim(2));
  REQUIRE(reply);
  CHECK_FALSE(is_proof(same_key(), channel, prove_as_initiator(same_key(), channel, claim(3)), *reply));
  auto other_tag = request;
  other_tag.tag.front() ^= std::byte{1};
  CHECK_FALSE(is_proof(same_key(), channel, other_tag, *reply));
}

TEST_CASE("a proof with any bit changed is none") {
  const auto channel = tests::channel(5);
  const auto request = prove_as_initiator(same_key(), channel, claim(1));
  for (std::size_t bit = 0; bit < request.tag.size() * 8; ++bit) {
    auto changed = request;
    changed.tag.at(bit / 8) ^= static_cast<std::byte>(1U << (bit % 8));
    CHECK_FALSE(prove_as_responder(same_key(), channel, changed, claim(2)));
  }
}

// With python3, from the page in agent/protocol/agreement.h alone (keys as in tests/keystore/key/key_proof_test.cpp):
//   c = lambda b: struct.pack(">H", len(b)) + b
//   claim = lambda n: bytes([n]) * 16 + struct.pack(">I", 1) + b"\1" + c(b"om%d" % n) + c(b"om%d.example.com:27424" %
//   n) T = c(b"genkey-agent agree v1") + c(b"\x11" * 91) + c(b"\x22" * 91) + c(b"\5" * 32) + c(claim(1)) tag_i =
//   hmac.new(Ki, T, "sha256").digest();  tag_r = hmac.new(Kr, T + c(tag_i) + c(claim(2)), "sha256")
TEST_CASE("the tags are those that another program computes from the documents") {
  const auto request = prove_as_initiator(same_key(), tests::channel(5), claim(1));
  CHECK(platform::hex_encode(request.tag) == "863de0d1e9233b535f78b6c178b9f4bc6797702c62e5452688557e3ffd7f17d3");
  const auto reply = prove_as_responder(same_key(), tests::channel(5), request, claim(2));
  REQUIRE(reply);
  CHECK(platform::hex_encode(reply->tag) == "08478f750dc48d1d29d3c1d6c9c50e70c3ed8550263337518639ecff87137cb7");
}
