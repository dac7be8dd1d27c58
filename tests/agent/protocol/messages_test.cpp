// SPDX-License-Identifier: ISC
// The messages between hosts: one encoding each, and nothing else is taken for one.
#include "agent/protocol/messages.h"

#include <vector>

#include <doctest/doctest.h>

#include "agent/base/limits.h"
#include "tests/agent/samples.h"

namespace wire = agent::wire;

using platform::Bytes;
using platform::BytesView;
using platform::hex_encode;
using tests::filled;

namespace {

wire::Join join_with_ticket() {
  wire::Join join;
  join.ticket = filled<16>(0xab);
  join.secret = tests::secret_of(filled<32>(0xcd));
  join.name = "om2";
  join.address = "[::1]:9";
  return join;
}

wire::Join join_without_ticket() {
  wire::Join join;
  join.name = "om3";
  join.address = "om3:1";
  return join;
}

wire::Handover handover() {
  wire::Handover reply;
  reply.key = tests::key(1).duplicate_bytes();
  reply.claim = tests::claim(1);
  reply.roster = {{tests::pin(7), "om3", "om3:1"}, {tests::pin(8), "o", "o:2"}};
  return reply;
}

template <class Message>
Bytes frame_of(Message message) {
  const auto frame = wire::encode(std::move(message));
  return {frame.bytes().begin(), frame.bytes().end()};
}

std::vector<Bytes> request_frames() {
  return {frame_of(wire::Request(wire::Hello{})),
          frame_of(wire::Request(wire::Agree{tests::claim(1), filled<32>(2)})),
          frame_of(wire::Request(join_with_ticket())),
          frame_of(wire::Request(join_without_ticket())),
          frame_of(wire::Request(wire::Refetch{"om1", "om1:2"})),
          frame_of(wire::Request(wire::AskFacts{tests::claim(1), filled<32>(5), true}))};
}

std::vector<Bytes> reply_frames() {
  std::vector<Bytes> frames = {
      frame_of(wire::Reply(wire::HelloReply{true, filled<32>(3)})),
      frame_of(wire::Reply(wire::AgreeReply{tests::claim(2), filled<32>(4)})),
      frame_of(wire::Reply(wire::Disagree{keystore::Standing::established, tests::claim(3)})),
      frame_of(wire::Reply(wire::Disagree{keystore::Standing::chosen, std::nullopt})),
      frame_of(wire::Reply(wire::NoKey{})),
      frame_of(wire::Reply(handover())),
      frame_of(wire::Reply(wire::FactsReply{filled<32>(6), 900'000, {{"om.version", "8.0.15"}, {"setting.a", ""}}})),
  };
  for (int why = static_cast<int>(wire::Refusal::removed); why <= static_cast<int>(wire::Refusal::yourself); ++why)
    frames.push_back(frame_of(wire::Reply(wire::Refused{static_cast<wire::Refusal>(why)})));
  return frames;
}

// What a frame means when it is decoded and encoded again; nothing when it is refused.
std::optional<Bytes> again_as_request(BytesView body) {
  auto message = wire::decode_request(body);
  return message ? std::optional(frame_of(std::move(*message))) : std::nullopt;
}
std::optional<Bytes> again_as_reply(BytesView body) {
  auto message = wire::decode_reply(body);
  return message ? std::optional(frame_of(std::move(*message))) : std::nullopt;
}

using Again = std::optional<Bytes> (*)(BytesView);

void check_every_change(const Bytes& frame, Again again) {
  const BytesView body = BytesView(frame).subspan(wire::frame_header);
  CHECK(again(body) == frame);
  for (std::size_t size = 0; size < body.size(); ++size) CHECK_FALSE(again(body.first(size)));
  Bytes longer(body.begin(), body.end());
  longer.push_back(std::byte{0});
  CHECK_FALSE(again(longer));
  // A changed byte is refused, or says something else that has exactly these bytes.
  for (std::size_t at = 0; at < body.size(); ++at) {
    for (unsigned value = 1; value < 256; ++value) {
      Bytes changed(body.begin(), body.end());
      changed[at] ^= static_cast<std::byte>(value);
      const auto meant = again(changed);
      if (meant && !std::ranges::equal(BytesView(*meant).subspan(wire::frame_header), changed))
        FAIL_CHECK("two encodings of one message, at byte " << at);
    }
  }
}

}  // namespace

TEST_CASE("every request arrives as it was sent, and no damaged one is taken for another's bytes") {
  for (const Bytes& frame : request_frames()) check_every_change(frame, again_as_request);
}

TEST_CASE("every reply arrives as it was sent, and no damaged one is taken for another's bytes") {
  for (const Bytes& frame : reply_frames()) check_every_change(frame, again_as_reply);
}

TEST_CASE("what a message says is what arrives") {
  const auto request = wire::decode_request(BytesView(request_frames().at(1)).subspan(wire::frame_header));
  REQUIRE(request);
  CHECK(std::get<wire::Agree>(*request) == wire::Agree{tests::claim(1), filled<32>(2)});

  const auto joining = wire::decode_request(BytesView(request_frames().at(2)).subspan(wire::frame_header));
  REQUIRE(joining);
  const auto& join = std::get<wire::Join>(*joining);
  CHECK(join.ticket == filled<16>(0xab));
  CHECK(join.secret.equals(tests::secret_of(filled<32>(0xcd))));
  CHECK(join.name == "om2");
  CHECK(join.address == "[::1]:9");

  const auto reply = wire::decode_reply(BytesView(reply_frames().at(5)).subspan(wire::frame_header));
  REQUIRE(reply);
  const auto& given = std::get<wire::Handover>(*reply);
  CHECK(given.key.equals(tests::key(1).duplicate_bytes()));
  CHECK(given.claim == tests::claim(1));
  CHECK(given.roster == handover().roster);
}

TEST_CASE("a request is no reply, and a reply no request") {
  for (const Bytes& frame : request_frames()) CHECK_FALSE(again_as_reply(BytesView(frame).subspan(wire::frame_header)));
  for (const Bytes& frame : reply_frames()) CHECK_FALSE(again_as_request(BytesView(frame).subspan(wire::frame_header)));
}

// A host of another version reads these; a change here is a change of the protocol.
TEST_CASE("the bytes on the wire are the documented ones") {
  const std::string claim_1 =
      "01010101010101010101010101010101"
      "00000001"
      "01"
      "0003"
      "6f6d31"
      "0015"
      "6f6d312e6578616d706c652e636f6d3a3237343234";
  const auto times = [](const char* byte, int count) {
    std::string text;
    for (int at = 0; at < count; ++at) text += byte;
    return text;
  };
  CHECK(hex_encode(request_frames().at(0)) == "0000000101");
  CHECK(hex_encode(request_frames().at(1)) ==
        "00000052"
        "02" +
            claim_1 + times("02", 32));
  CHECK(hex_encode(request_frames().at(2)) ==
        "00000040"
        "03"
        "20" +
            times("cd", 32) + times("ab", 16) +
            "0003"
            "6f6d32"
            "0007"
            "5b3a3a315d3a39");
  CHECK(hex_encode(request_frames().at(3)) ==
        "0000001e"
        "03"
        "00" +
            times("00", 16) +
            "0003"
            "6f6d33"
            "0005"
            "6f6d333a31");
  CHECK(hex_encode(request_frames().at(4)) ==
        "0000000d"
        "04"
        "0003"
        "6f6d31"
        "0005"
        "6f6d313a32");
  CHECK(hex_encode(reply_frames().at(0)) ==
        "00000022"
        "81"
        "01" +
            times("03", 32));
  CHECK(hex_encode(reply_frames().at(3)) ==
        "00000003"
        "83"
        "01"
        "00");
  CHECK(hex_encode(reply_frames().at(4)) ==
        "00000001"
        "84");
  CHECK(hex_encode(request_frames().at(5)) ==
        "00000054"
        "05"
        "01" +
            claim_1 + times("05", 32) + "01");
  CHECK(hex_encode(reply_frames().at(6)) ==
        "00000048"
        "87" +
            times("06", 32) +
            "000dbba0"
            "0002"
            "000a"
            "6f6d2e76657273696f6e"
            "0006"
            "382e302e3135"
            "0009"
            "73657474696e672e61"
            "0000");
  CHECK(hex_encode(reply_frames().at(7)) ==
        "00000002"
        "85"
        "01");
  CHECK(hex_encode(reply_frames().at(5)) ==
        "000000a0"
        "86"
        "01080f161d242b323940474e555c636a71787f868d949ba2" +
            claim_1 + "0002" + times("07", 32) +
            "0003"
            "6f6d33"
            "0005"
            "6f6d333a31" +
            times("08", 32) +
            "0001"
            "6f"
            "0003"
            "6f3a32");
}

TEST_CASE("a name or address that is empty or has another form than the page says is refused") {
  const auto arrives = [](const std::string& name, const std::string& address) {
    return again_as_request(
               BytesView(frame_of(wire::Request(wire::Refetch{name, address}))).subspan(wire::frame_header))
        .has_value();
  };
  CHECK(arrives("om1", "om1:27424"));
  CHECK(arrives("OM_1.example.com", "[fe80::1%eth0]:1"));
  CHECK_FALSE(arrives("", "om1:1"));
  CHECK_FALSE(arrives("om 1", "om1:1"));
  for (const char* address : {"", "om1", "om1:99999", "om1:080", "om1:", ":1", "2001:db8::1", "[om1]:1", "om1:1:2"}) {
    CAPTURE(address);
    CHECK_FALSE(arrives("om1", address));
  }
}

TEST_CASE("a frame of no size or beyond the limit is refused by its header alone") {
  const auto header = [](std::uint32_t size) {
    std::array<std::byte, 4> bytes{};
    for (std::size_t at = 0; at < 4; ++at) bytes.at(3 - at) = static_cast<std::byte>(size >> (8 * at));
    return bytes;
  };
  CHECK_FALSE(wire::frame_size(header(0), 1024));
  CHECK(wire::frame_size(header(1), 1024) == 1);
  CHECK(wire::frame_size(header(1024), 1024) == 1024);
  CHECK_FALSE(wire::frame_size(header(1025), 1024));
  CHECK_FALSE(wire::frame_size(header(0xffffffff), 1024));
}

TEST_CASE("the longest messages fit into their frames") {
  auto claim = tests::claim(1);
  claim.name.assign(agent::limits::name_length, 'n');
  claim.address = "[:" + std::string(agent::limits::name_length - 1, 'a') + "]:65535";
  REQUIRE(claim.address.size() == agent::limits::address_length);
  CHECK(frame_of(wire::Request(wire::Agree{claim, {}})).size() <= agent::limits::request_size);
  CHECK(again_as_request(BytesView(frame_of(wire::Request(wire::Agree{claim, {}}))).subspan(wire::frame_header)));

  wire::Handover longest = handover();
  longest.claim = claim;
  longest.roster.assign(agent::limits::roster_in_handover, {tests::pin(1), claim.name, claim.address});
  const Bytes frame = frame_of(wire::Reply(std::move(longest)));
  CHECK(frame.size() - wire::frame_header <= agent::limits::reply_size);
}

TEST_CASE("names that could move a cursor or end a line are refused") {
  for (const char* name : {"om 1", "om1\n", "\x1b[2J", "om1\"", "\xc3\xb6m"}) {
    CAPTURE(name);
    auto claim = tests::claim(1);
    claim.name = name;
    CHECK_FALSE(wire::decode_claim(wire::encode(claim)));
    CHECK_FALSE(
        again_as_request(BytesView(frame_of(wire::Request(wire::Refetch{name, "om1:1"}))).subspan(wire::frame_header)));
  }
}
