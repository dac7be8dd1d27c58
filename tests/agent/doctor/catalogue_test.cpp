// SPDX-License-Identifier: ISC
// The catalogue: every finding is described completely, and in one form.
#include "agent/doctor/catalogue.h"

#include <algorithm>
#include <cctype>
#include <stdexcept>
#include <string>

#include <doctest/doctest.h>

using agent::CatalogueEntry;
using agent::DoctorGroup;
using agent::DoctorResult;

namespace {

bool is_clause(std::string_view text) {
  const bool begins_low = !text.empty() && std::isupper(static_cast<unsigned char>(text.front())) == 0;
  // A name in capitals may stand first.
  const bool is_name = text.size() > 1 && std::isupper(static_cast<unsigned char>(text[1])) != 0;
  return !text.empty() && (begins_low || is_name || text.starts_with("Ops Manager")) && !text.ends_with('.');
}

// The first digit of its id, where the group does not have two.
DoctorGroup group_of(char digit) {
  switch (digit) {
    case '0':
    case '1': return DoctorGroup::hosts;
    case '2': return DoctorGroup::balancer;
    case '3': return DoctorGroup::database;
    case '4': return DoctorGroup::daemons;
    case '5': return DoctorGroup::stores;
    case '6': return DoctorGroup::key;
    case '7': return DoctorGroup::logs;
    default: return DoctorGroup::attested;
  }
}

}  // namespace

TEST_CASE("each finding has an id of its own, in the order of the ids, and the group that the id says") {
  const auto all = agent::catalogue();
  REQUIRE_FALSE(all.empty());
  CHECK(std::ranges::is_sorted(all, {}, &CatalogueEntry::id));
  CHECK(std::ranges::adjacent_find(all, {}, &CatalogueEntry::id) == all.end());
  for (const CatalogueEntry& entry : all) {
    CAPTURE(entry.id);
    REQUIRE(entry.id.size() == 5);
    CHECK(entry.id.starts_with("HA"));
    CHECK(entry.group == group_of(entry.id[2]));
    CHECK(agent::entry_of(entry.id) == &entry);
    CHECK(agent::is_built(entry.group));
  }
  CHECK(agent::entry_of("HA999") == nullptr);
  CHECK_THROWS_AS(agent::entry_for("HA999"), std::logic_error);
}

TEST_CASE("each finding says what is wrong, what is right, how it is checked, what follows and what fixes it") {
  for (const CatalogueEntry& entry : agent::catalogue()) {
    CAPTURE(entry.id);
    CHECK(is_clause(entry.title));
    CHECK(is_clause(entry.right));
    CHECK(is_clause(entry.consequence));
    CHECK(entry.check.ends_with('.'));
    CHECK_FALSE(entry.fix.empty());
    CHECK_FALSE(entry.fix.ends_with('\n'));
    CHECK(entry.page.title.empty() == entry.page.url.empty());
  }
}

TEST_CASE("the results of a finding stand the worst first, and what only a person can attest is never decided") {
  for (const CatalogueEntry& entry : agent::catalogue()) {
    CAPTURE(entry.id);
    REQUIRE_FALSE(entry.results.empty());
    CHECK(std::ranges::is_sorted(entry.results));
    CHECK(entry.results.back() < DoctorResult::accepted);
    if (entry.only_attested) CHECK(entry.results.front() == DoctorResult::unknown);
  }
}
