// SPDX-License-Identifier: ISC
// What a key can show without being revealed, against values that another program computed.
#include "keystore/key/key_proof.h"

#include <doctest/doctest.h>

#include "tests/agent/samples.h"

using keystore::FactsProof;
using keystore::KeyProof;
using platform::hex_encode;
using platform::view_of;

// With python3, and nothing of ours (RFC 5869 written out: one block of HMAC-SHA256 per label):
//   key = bytes((1 + 7 * i) & 255 for i in range(24))
//   prk = hmac.new(b"genkey-agent v1", key, "sha256").digest()
//   expand = lambda label: hmac.new(prk, label + b"\1", "sha256").digest()
//   hmac.new(expand(b"witness v1"), bytes([9]) * 16 + (0x01020304).to_bytes(4, "big"), "sha256").hexdigest()
//   hmac.new(expand(b"initiator v1"), b"transcript", "sha256").hexdigest(), and the same for "responder v1"
//   hmac.new(expand(b"host state v1"), b"settings", "sha256").hexdigest()
//   hmac.new(expand(b"facts initiator v1"), b"transcript", "sha256").hexdigest(), and the same for the other two
TEST_CASE("witness and tags are those that anybody can compute from the documents") {
  const KeyProof proof(tests::key(1));
  CHECK(hex_encode(proof.witness(tests::fleet(9), 0x01020304)) ==
        "a7c30da92b48b76ff5c24d09bb91823c4922f8e95a8a684898d0a273fe2adb3b");
  CHECK(hex_encode(proof.initiator_tag(view_of("transcript"))) ==
        "50b372f0b72c4c0f62f8f263a2595bf67127dca2b249e2926a83d42983803d85");
  CHECK(hex_encode(proof.responder_tag(view_of("transcript"))) ==
        "bdd2e96e253cee76ff06b29e5bb7fd6505a5c9e1f2501d0526442753c4a09a2b");
  CHECK(hex_encode(proof.host_state_tag(tests::secret_of("settings"))) ==
        "2b518e22fee8a32db5fbb17af9bc8251f13196e0426d8de62e5cba60f70c18f2");
}

TEST_CASE("tags and digests of facts are those that anybody can compute from the documents") {
  const FactsProof proof(tests::key(1));
  CHECK(hex_encode(proof.initiator_tag(view_of("transcript"))) ==
        "c445f7930ca7067c19815741e86968911be437f3e0bf3a7874b56ecd1f28c580");
  CHECK(hex_encode(proof.responder_tag(view_of("transcript"))) ==
        "fd363a85ec7b315e42f70ef16e1af6c8857951f665e5cd04654db951a0c6dd25");
  CHECK(hex_encode(proof.digest(view_of("transcript"))) ==
        "4da8574c374fea6f5983e4d63c723441e989e1db0780096eaaaf3540f75bd598");
}

TEST_CASE("a witness is of one key, one fleet and one generation") {
  const KeyProof proof(tests::key(1));
  const auto witness = proof.witness(tests::fleet(1), 1);
  CHECK(witness == KeyProof(tests::key(1)).witness(tests::fleet(1), 1));
  CHECK(witness != KeyProof(tests::key(2)).witness(tests::fleet(1), 1));
  CHECK(witness != proof.witness(tests::fleet(2), 1));
  CHECK(witness != proof.witness(tests::fleet(1), 2));
}

TEST_CASE("no tag of one kind is ever one of another") {
  const KeyProof proof(tests::key(1));
  platform::Bytes message(20);
  const auto witness = proof.witness({}, 0);
  CHECK(proof.initiator_tag(message) != witness);
  CHECK(proof.responder_tag(message) != witness);
  CHECK(proof.initiator_tag(message) != proof.responder_tag(message));
  const auto state = proof.host_state_tag(platform::SecretBytes(message.size()));
  CHECK(state != witness);
  CHECK(state != proof.initiator_tag(message));
  CHECK(state != proof.responder_tag(message));
  const FactsProof facts(tests::key(1));
  CHECK(facts.initiator_tag(message) != proof.initiator_tag(message));
  CHECK(facts.responder_tag(message) != proof.responder_tag(message));
  CHECK(facts.initiator_tag(message) != facts.responder_tag(message));
  CHECK(facts.digest(message) != facts.initiator_tag(message));
  CHECK(facts.digest(message) != facts.responder_tag(message));
}

TEST_CASE("fleets get names of their own") { CHECK(keystore::FleetId::random() != keystore::FleetId::random()); }
