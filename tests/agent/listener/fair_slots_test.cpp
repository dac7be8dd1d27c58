// SPDX-License-Identifier: ISC
// Who gets a place when many addresses want more than there are.
#include "agent/listener/fair_slots.h"

#include <doctest/doctest.h>

using agent::FairSlots;
using Id = FairSlots::Id;

namespace {

// As the listener does it: whoever has to go goes. Whether the newcomer has a place then.
bool come(FairSlots& places, Id id, const std::string& address) {
  if (!places.is_free_for(address)) {
    const auto loser = places.would_go_for(address);
    if (!loser) return false;
    places.leave(*loser);
  }
  places.take(id, address);
  return true;
}

}  // namespace

TEST_CASE("while there is room nobody has to go, and one address has no more than its part") {
  FairSlots places({.all = 4, .per_address = 2});
  CHECK(come(places, 1, "a"));
  CHECK(come(places, 2, "a"));
  CHECK_FALSE(come(places, 3, "a"));
  CHECK(come(places, 4, "b"));
  CHECK(places.has_slot(1));
  CHECK(places.size() == 3);
}

TEST_CASE("the oldest of the address that has the most goes for one that has less") {
  FairSlots places({.all = 5, .per_address = 5});
  come(places, 1, "b");
  come(places, 2, "a");
  come(places, 3, "a");
  come(places, 4, "a");
  come(places, 5, "b");
  CHECK(places.would_go_for("honest") == Id{2});
  CHECK(places.would_go_for("b") == Id{2});
  CHECK_FALSE(places.would_go_for("a"));
}

TEST_CASE("many addresses that have one place each keep no further one out") {
  FairSlots places({.all = 64, .per_address = 32});
  for (Id id = 1; id <= 64; ++id) CHECK(come(places, id, "127.0.1." + std::to_string(id)));
  CHECK(come(places, 65, "honest"));
  CHECK_FALSE(places.has_slot(1));
  // 63 more of them come before it is its turn to go.
  for (Id id = 101; id <= 163; ++id) CHECK(come(places, id, "127.0.2." + std::to_string(id)));
  CHECK(places.has_slot(65));
  CHECK(places.size() == 64);
}

TEST_CASE("a silent one goes before one that talks, at the address that has the most") {
  FairSlots places({.all = 4, .per_address = 3});
  come(places, 1, "a");
  come(places, 2, "a");
  come(places, 3, "a");
  come(places, 4, "b");
  places.mark_silent(3, true);
  places.mark_silent(4, true);
  CHECK(places.would_go_for("c") == Id{3});
  // An address that has its part already takes it from nobody but itself.
  CHECK(places.would_go_for("a") == Id{3});
  places.mark_silent(3, false);
  CHECK(places.would_go_for("c") == Id{1});
  CHECK_FALSE(places.would_go_for("a"));
}

TEST_CASE("a place that comes free goes to the waiting address that has the fewest, first come first served") {
  FairSlots places({.all = 3, .per_address = 2});
  come(places, 1, "a");
  come(places, 2, "a");
  come(places, 3, "b");
  places.wait(4, "a");
  places.wait(5, "b");
  places.wait(6, "c");
  places.wait(7, "c");
  CHECK_FALSE(places.admit_next());
  places.leave(3);
  CHECK(places.admit_next() == Id{5});
  CHECK_FALSE(places.admit_next());
  places.leave(1);
  CHECK(places.admit_next() == Id{6});
}

TEST_CASE("a place stays free for others when those who wait have their part, and who waits may leave") {
  FairSlots places({.all = 3, .per_address = 1});
  come(places, 1, "a");
  places.wait(2, "a");
  places.wait(3, "a");
  CHECK_FALSE(places.admit_next());
  places.leave(2);
  places.leave(1);
  places.leave(99);
  CHECK(places.admit_next() == Id{3});
  CHECK(places.size() == 1);
}
