// SPDX-License-Identifier: ISC
// Facts are for hosts that prove the key, on this connection and now.
#include "agent/protocol/facts_proof.h"

#include <doctest/doctest.h>

#include "tests/agent/samples.h"

namespace wire = agent::wire;

using agent::ask_for_facts;
using agent::Channel;
using agent::is_proof;
using agent::ReportedFacts;
using agent::with_digests;
using keystore::FactsProof;
using keystore::KeyProof;
using std::chrono::milliseconds;
using tests::claim;

namespace {

const FactsProof& same_key() {
  static const FactsProof proof(tests::key(1));
  return proof;
}

const Channel& channel() {
  static const Channel made = tests::channel(5);
  return made;
}

const ReportedFacts reported{{{"om.version", "8.0.15"}}, milliseconds(1500)};

Channel swapped(const Channel& channel) { return {channel.responder_spki, channel.initiator_spki, channel.exported}; }

}  // namespace

TEST_CASE("a host that proves the key gets the facts, and their age") {
  for (const bool fresh : {false, true}) {
    const auto request = ask_for_facts(same_key(), channel(), claim(1), fresh);
    CHECK(request.fresh == fresh);
    CHECK(is_proof(same_key(), channel(), request));
    const auto reply = report_facts(same_key(), channel(), request, reported);
    CHECK(facts_in(same_key(), channel(), request, reply) == reported);
  }
}

TEST_CASE("facts that were never collected arrive as such") {
  const auto request = ask_for_facts(same_key(), channel(), claim(1), false);
  const auto reply = report_facts(same_key(), channel(), request, {{{"agent.version", "1"}}, std::nullopt});
  CHECK(reply.age == wire::never_collected);
  CHECK_FALSE(facts_in(same_key(), channel(), request, reply)->age);
}

TEST_CASE("an age that has no room in a message is not taken for never") {
  const auto request = ask_for_facts(same_key(), channel(), claim(1), false);
  const auto reply = report_facts(same_key(), channel(), request, {{}, std::chrono::hours(24 * 365)});
  CHECK(reply.age == wire::never_collected - 1);
  CHECK(report_facts(same_key(), channel(), request, {{}, milliseconds(-5)}).age == 0);
}

TEST_CASE("another key, another connection, another role: no facts") {
  const FactsProof other(tests::key(2));
  const auto request = ask_for_facts(same_key(), channel(), claim(1), false);
  CHECK_FALSE(is_proof(other, channel(), request));
  CHECK_FALSE(is_proof(same_key(), tests::channel(6), request));
  CHECK_FALSE(is_proof(same_key(), swapped(channel()), request));
  const auto reply = report_facts(same_key(), channel(), request, reported);
  CHECK_FALSE(facts_in(other, channel(), request, reply));
  CHECK_FALSE(facts_in(same_key(), tests::channel(6), request, reply));
  CHECK_FALSE(facts_in(same_key(), swapped(channel()), request, reply));
}

TEST_CASE("a tag of agreement is none of facts, and the reverse") {
  const KeyProof agreement(tests::key(1));
  const auto agree = prove_as_initiator(agreement, channel(), claim(1));
  for (const bool fresh : {false, true}) CHECK_FALSE(is_proof(same_key(), channel(), {claim(1), agree.tag, fresh}));
  const auto request = ask_for_facts(same_key(), channel(), claim(1), false);
  CHECK_FALSE(prove_as_responder(agreement, channel(), {claim(1), request.tag}, claim(2)));
  const auto reply = report_facts(same_key(), channel(), request, reported);
  CHECK_FALSE(agent::is_proof(agreement, channel(), {claim(1), request.tag}, {claim(2), reply.tag}));
}

TEST_CASE("a proof sent back to its maker proves nothing") {
  const auto request = ask_for_facts(same_key(), channel(), claim(1), false);
  CHECK_FALSE(facts_in(same_key(), channel(), request, {request.tag, 0, {}}));
  const auto reply = report_facts(same_key(), channel(), request, reported);
  CHECK_FALSE(is_proof(same_key(), channel(), {claim(1), reply.tag, false}));
}

TEST_CASE("every part of the question is covered by its tag") {
  const auto request = ask_for_facts(same_key(), channel(), claim(1), false);
  auto fresh = request;
  fresh.fresh = true;
  CHECK_FALSE(is_proof(same_key(), channel(), fresh));
  auto other = request;
  other.claim.standing = keystore::Standing::established;
  CHECK_FALSE(is_proof(same_key(), channel(), other));
}

TEST_CASE("every part of the answer is covered by its tag, and belongs to one question") {
  const auto request = ask_for_facts(same_key(), channel(), claim(1), false);
  const auto reply = report_facts(same_key(), channel(), request, reported);
  auto older = reply;
  ++older.age;
  CHECK_FALSE(facts_in(same_key(), channel(), request, older));
  auto changed = reply;
  changed.facts["om.version"] = "8.0.16";
  CHECK_FALSE(facts_in(same_key(), channel(), request, changed));
  auto longer = reply;
  longer.facts["port"] = "8080";
  CHECK_FALSE(facts_in(same_key(), channel(), request, longer));
  CHECK_FALSE(facts_in(same_key(), channel(), ask_for_facts(same_key(), channel(), claim(1), true), reply));
}

// With python3, from protocol.md alone; keys as in tests/keystore/key/key_proof_test.cpp:
//   T = c(b"genkey-agent facts v1") + c(b"\x11" * 91) + c(b"\x22" * 91) + c(b"\5" * 32) + c(claim(1)) + b"\1\1"
//   rest = struct.pack(">IH", 1500, 1) + c(b"om.version") + c(b"8.0.15")
//   tag_i = hmac.new(Kfi, T, "sha256").digest();  tag_r = hmac.new(Kfr, T + c(tag_i) + c(rest), "sha256")
TEST_CASE("the tags of facts are those that another program computes from the documents") {
  const auto request = ask_for_facts(same_key(), channel(), claim(1), true);
  CHECK(platform::hex_encode(request.tag) == "77a40bd64be5da6b7a75605bd4e3e4ef47fec9cb00dff894025b492788726c92");
  const auto reply = report_facts(same_key(), channel(), request, reported);
  CHECK(platform::hex_encode(reply.tag) == "d3abcb8269604c8010f2edece09b083ee86ed9c1c111564f628402464da48eff");
}

TEST_CASE("a setting travels as its digest, which only the key can make, and other facts as they are") {
  const auto sent = with_digests({{"om.version", "8.0.15"}, {"setting.mms.mail.port", "25"}}, same_key());
  CHECK(sent.at("om.version") == "8.0.15");
  CHECK(sent.at("setting.mms.mail.port") == "a7c54a83ff6f2beabe91a12a61f2ff86");
  CHECK(with_digests({{"setting.mms.mail.port", "26"}}, same_key()) !=
        with_digests({{"setting.mms.mail.port", "25"}}, same_key()));
  CHECK(with_digests({{"setting.a", "25"}}, same_key()).at("setting.a") != sent.at("setting.mms.mail.port"));
}
