// SPDX-License-Identifier: ISC
// What a message may hold of facts, and what a hostile one gets for more.
#include "agent/protocol/facts.h"

#include <vector>

#include <doctest/doctest.h>

#include "agent/base/limits.h"

namespace limits = agent::limits;

using agent::are_valid;
using agent::ByteReader;
using agent::ByteWriter;
using agent::Facts;
using agent::read_facts;
using agent::within_limits;

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

// As a hostile host may write them.
platform::Bytes written(const Pairs& pairs) {
  ByteWriter out;
  out.number(static_cast<std::uint16_t>(pairs.size()));
  for (const auto& [name, value] : pairs) out.counted(name).counted(value);
  return out.take();
}

std::optional<Facts> read(const Pairs& pairs) {
  const auto bytes = written(pairs);
  ByteReader in(bytes);
  return read_facts(in);
}

std::string name_of(std::size_t number) { return "n" + std::to_string(1000 + number); }

Pairs many(std::size_t count, const std::string& value = "") {
  Pairs pairs;
  for (std::size_t at = 0; at < count; ++at) pairs.emplace_back(name_of(at), value);
  return pairs;
}

Facts facts_of(const Pairs& pairs) { return {pairs.begin(), pairs.end()}; }

}  // namespace

TEST_CASE("facts arrive as they were sent") {
  const Facts facts{{"om.version", "8.0.15"}, {"om.running", ""}, {"setting.mms.mail.port", "25"}};
  ByteWriter out;
  write(out, facts);
  ByteReader in(out.bytes());
  CHECK(read_facts(in) == facts);
  CHECK(in.finished());
  CHECK(read({}) == Facts());
}

TEST_CASE("128 names are read, and 129 end the conversation") {
  CHECK(read(many(limits::facts)) == facts_of(many(limits::facts)));
  CHECK_FALSE(read(many(limits::facts + 1)));
}

TEST_CASE("names that are out of order or twice are refused") {
  CHECK(read({{"a", "1"}, {"b", "2"}}));
  CHECK_FALSE(read({{"b", "2"}, {"a", "1"}}));
  CHECK_FALSE(read({{"a", "1"}, {"a", "1"}}));
}

TEST_CASE("names and values are bounded, and printable") {
  CHECK(read({{std::string(limits::fact_name, 'a'), std::string(limits::fact_value, '~')}}));
  CHECK_FALSE(read({{std::string(limits::fact_name + 1, 'a'), ""}}));
  CHECK_FALSE(read({{"a", std::string(limits::fact_value + 1, '~')}}));
  for (const char* name : {"", "a b", "a-b", "\x1b[2J", "a\xc3\xa4", "a=b"}) CHECK_FALSE(read({{name, ""}}));
  for (const char* value : {"\n", "\x1b[2J", "\x7f", "\xc3\xa4", "a\tb"}) CHECK_FALSE(read({{"a", value}}));
  CHECK_FALSE(read({{"a", std::string(1, '\0')}}));
}

TEST_CASE("facts beyond 32 KiB are refused, though each of them is short enough") {
  // age and count take six bytes, and each pair has two sizes
  const std::size_t pair = 2 + name_of(0).size() + 2 + limits::fact_value;
  const std::size_t fit = (limits::facts_size - 6) / pair;
  auto pairs = many(fit, std::string(limits::fact_value, 'x'));
  CHECK(read(pairs));
  const std::size_t left = limits::facts_size - 6 - fit * pair;
  pairs.emplace_back("z", std::string(left - 5, 'x'));
  CHECK(read(pairs));
  CHECK(are_valid(facts_of(pairs)));
  pairs.back().second += 'x';
  CHECK_FALSE(read(pairs));
  CHECK_FALSE(are_valid(facts_of(pairs)));
  CHECK_FALSE(read(many(limits::facts, std::string(260, 'x'))));
}

TEST_CASE("facts that are cut off are refused") {
  const auto whole = written({{"om.version", "8.0.15"}, {"port", "8080"}});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    ByteReader in(platform::BytesView(whole).first(size));
    CHECK_FALSE(read_facts(in));
  }
}

TEST_CASE("what has no room in a message is left out of it") {
  Facts facts = facts_of(many(limits::facts + 5));
  facts.emplace("a\nb", "");
  facts.emplace("b", "\x1b");
  const Facts kept = within_limits(facts);
  CHECK(kept.size() == limits::facts);
  CHECK(are_valid(kept));
  CHECK(kept.contains(name_of(0)));
  CHECK_FALSE(kept.contains("b"));
  CHECK(are_valid(within_limits(facts_of(many(limits::facts, std::string(1000, 'x'))))));
}
