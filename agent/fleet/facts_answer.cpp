// SPDX-License-Identifier: ISC
#include "agent/fleet/facts_answer.h"

#include "agent/base/byte_fields.h"
#include "agent/base/limits.h"

namespace agent {

namespace {

using std::chrono::milliseconds;

// Reasons may quote a library's message, which has no bound of its own.
constexpr std::size_t longest_reason = 512;

void write(ByteWriter& out, const FactsAnswer& answer) {
  out.counted(std::string_view(answer.why).substr(0, longest_reason)).number(std::uint8_t{answer.closed});
  out.number(std::uint8_t{answer.reported.has_value()});
  if (!answer.reported) return;
  out.number(static_cast<std::uint32_t>(answer.reported->age ? answer.reported->age->count() : wire::never_collected));
  write(out, answer.reported->facts);
}

std::optional<FactsAnswer> read(ByteReader& in) {
  FactsAnswer answer{.reported = std::nullopt, .why = in.counted_printable()};
  answer.closed = in.number<std::uint8_t>() == 1;
  const bool has_facts = in.number<std::uint8_t>() == 1;
  if (!in.complete() || answer.why.size() > longest_reason) return std::nullopt;
  if (!has_facts) return answer;
  const auto age = in.number<std::uint32_t>();
  // As strict as for a peer: this process has talked to peers, and root prints what it reports.
  auto facts = read_facts(in);
  if (!facts) return std::nullopt;
  const bool collected = age != wire::never_collected;
  answer.reported = ReportedFacts{std::move(*facts), collected ? std::optional(milliseconds(age)) : std::nullopt};
  return answer;
}

}  // namespace

platform::Bytes encode(const std::vector<FactsAnswer>& answers) {
  ByteWriter out;
  for (const FactsAnswer& answer : answers) {
    const bool fits = out.bytes().size() + limits::facts_size <= limits::facts_in_all;
    write(out, fits ? answer : FactsAnswer{.reported = std::nullopt, .why = "the peers reported too much in all"});
  }
  return out.take();
}

std::optional<std::vector<FactsAnswer>> decode_facts_answers(platform::BytesView bytes, std::size_t count) {
  ByteReader in(bytes);
  std::vector<FactsAnswer> answers;
  for (std::size_t at = 0; at < count; ++at) {
    auto answer = read(in);
    if (!answer) return std::nullopt;
    answers.push_back(std::move(*answer));
  }
  return in.finished() ? std::optional(std::move(answers)) : std::nullopt;
}

}  // namespace agent
