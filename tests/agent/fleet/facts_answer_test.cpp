// SPDX-License-Identifier: ISC
// What the process that asked for facts may tell its parent.
#include "agent/fleet/facts_answer.h"

#include <doctest/doctest.h>

#include "agent/base/limits.h"

using agent::decode_facts_answers;
using agent::Facts;
using agent::FactsAnswer;
using agent::ReportedFacts;
using std::chrono::milliseconds;

namespace {

std::vector<FactsAnswer> samples() {
  return {{.reported = ReportedFacts{{{"om.version", "8.0.15"}}, milliseconds(1500)}},
          {.reported = ReportedFacts{{{"agent.version", "1.0"}}, std::nullopt}},
          {.reported = std::nullopt, .why = "no answer in time"},
          {.reported = std::nullopt, .why = "it closed the connection", .closed = true}};
}

}  // namespace

TEST_CASE("answers with facts arrive as they were sent, and exactly as many as were asked") {
  const auto bytes = encode(samples());
  CHECK(decode_facts_answers(bytes, 4) == samples());
  CHECK_FALSE(decode_facts_answers(bytes, 3));
  CHECK_FALSE(decode_facts_answers(bytes, 5));
}

TEST_CASE("answers that are cut off or longer give nothing") {
  auto bytes = encode(samples());
  for (std::size_t size = 0; size < bytes.size(); ++size)
    CHECK_FALSE(decode_facts_answers(platform::BytesView(bytes).first(size), 4));
  bytes.push_back(std::byte{0});
  CHECK_FALSE(decode_facts_answers(bytes, 4));
}

TEST_CASE("a reason cannot steer the terminal") {
  const auto bytes = encode(std::vector<FactsAnswer>{{.reported = std::nullopt, .why = "\x1b[2J"}});
  CHECK(decode_facts_answers(bytes, 1)->front().why == "?[2J");
}

TEST_CASE("facts that no message may have give nothing") {
  CHECK_FALSE(
      decode_facts_answers(encode(std::vector<FactsAnswer>{{.reported = ReportedFacts{{{"a", "\n"}}, {}}}}), 1));
}

TEST_CASE("peers that report too much in all cannot fill this host's memory") {
  Facts large;
  for (int at = 0; at < 31; ++at) large.emplace("n" + std::to_string(100 + at), std::string(1000, 'x'));
  const std::vector<FactsAnswer> many(1100, {.reported = ReportedFacts{large, milliseconds(0)}});
  const auto bytes = encode(many);
  CHECK(bytes.size() < agent::limits::facts_in_all + 1100 * 1024);
  const auto read = decode_facts_answers(bytes, many.size());
  REQUIRE(read);
  CHECK(read->front() == many.front());
  CHECK_FALSE(read->back().reported);
  CHECK_FALSE(read->back().why.empty());
}
