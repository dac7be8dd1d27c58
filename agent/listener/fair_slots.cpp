// SPDX-License-Identifier: ISC
#include "agent/listener/fair_slots.h"

#include <algorithm>

namespace agent {

bool FairSlots::is_free_for(const std::string& address) const {
  return inside_.size() < limits_.all && count_of(address) < limits_.per_address;
}

std::optional<FairSlots::Id> FairSlots::would_go_for(const std::string& address) const {
  // A flood from one address must not push out the others, so the address that holds the most loses.
  const auto most = std::ranges::max_element(
      inside_, {}, [&](const One& one) { return count_of(one.address); });  // the first of several: the oldest
  if (most == inside_.end()) return std::nullopt;
  // Otherwise two addresses with the same number would take slots from each other without end.
  const bool has_less = count_of(address) < count_of(most->address);
  const std::string& loser = has_less ? most->address : address;
  // Silent connections go first: they have cost their peer nothing yet, and an attacker opens them for free.
  const One* goes = oldest_of(loser, true);
  // An address never loses a talking connection to its own newcomer: that peer is being answered right now.
  if (goes == nullptr && has_less) goes = oldest_of(loser, false);
  return goes == nullptr ? std::nullopt : std::optional(goes->id);
}

void FairSlots::take(Id id, const std::string& address) {
  inside_.push_back({id, address});
  ++counts_[address];
}

void FairSlots::mark_silent(Id id, bool silent) {
  const auto one = std::ranges::find(inside_, id, &One::id);
  if (one != inside_.end()) one->silent = silent;
}

void FairSlots::wait(Id id, const std::string& address) { waiting_.push_back({id, address}); }

void FairSlots::leave(Id id) {
  std::erase_if(waiting_, [id](const One& one) { return one.id == id; });
  const auto one = std::ranges::find(inside_, id, &One::id);
  if (one == inside_.end()) return;
  const auto count = counts_.find(one->address);
  // Empty counts go, or each address that was ever connected would stay in memory.
  if (--count->second == 0) counts_.erase(count);
  inside_.erase(one);
}

std::optional<FairSlots::Id> FairSlots::admit_next() {
  // The first of several with the fewest, which is the one that has waited longest.
  const auto next = std::ranges::min_element(waiting_, {}, [&](const One& one) { return count_of(one.address); });
  if (next == waiting_.end() || !is_free_for(next->address)) return std::nullopt;
  // Copied, because erasing it from the queue invalidates the iterator.
  const One one = *next;
  waiting_.erase(next);
  take(one.id, one.address);
  return one.id;
}

bool FairSlots::has_slot(Id id) const { return std::ranges::find(inside_, id, &One::id) != inside_.end(); }

std::size_t FairSlots::count_of(const std::string& address) const {
  const auto count = counts_.find(address);
  return count == counts_.end() ? 0 : count->second;
}

const FairSlots::One* FairSlots::oldest_of(const std::string& address, bool silent) const {
  const auto one = std::ranges::find_if(
      inside_, [&](const One& inside) { return inside.address == address && inside.silent == silent; });
  return one == inside_.end() ? nullptr : &*one;
}

}  // namespace agent
