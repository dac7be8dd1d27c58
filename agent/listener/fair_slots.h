// SPDX-License-Identifier: ISC
// Decides who holds one of a fixed number of slots when there are more candidates: an address with many gives way to an
// address with fewer. Pure: it names who goes and who comes, and the caller acts on it. Fairness is by address only, so
// an attacker with many addresses still competes with each of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace agent {

class FairSlots {
 public:
  using Id = std::uint64_t;
  struct Limits {
    std::size_t all = 0;
    std::size_t per_address = 0;
  };

  explicit FairSlots(Limits limits) : limits_(limits) {}

  /// Whether one more from `address` fits without anybody leaving.
  [[nodiscard]] bool is_free_for(const std::string& address) const;
  /// Who has to leave for one more from `address`: at the address that has the most, the oldest silent connection, or
  /// else the oldest. If `address` has as many itself, only a silent connection of its own may go. Nothing means that
  /// there is no slot.
  [[nodiscard]] std::optional<Id> would_go_for(const std::string& address) const;

  void take(Id id, const std::string& address);
  /// Whether the connection has sent nothing yet.
  void mark_silent(Id id, bool silent);
  void wait(Id id, const std::string& address);
  /// Gives up the slot, or the wait for it. Harmless for an id that has neither.
  void leave(Id id);
  /// Gives a free slot to the waiting address that holds the fewest, and there to the longest wait. Call it until it
  /// returns nothing.
  std::optional<Id> admit_next();

  [[nodiscard]] bool has_slot(Id id) const;
  [[nodiscard]] std::size_t size() const { return inside_.size(); }

 private:
  struct One {
    Id id = 0;
    std::string address;
    bool silent = false;
  };
  [[nodiscard]] std::size_t count_of(const std::string& address) const;
  [[nodiscard]] const One* oldest_of(const std::string& address, bool silent) const;

  Limits limits_;
  std::vector<One> inside_;                    // the oldest first
  std::vector<One> waiting_;                   // likewise
  std::map<std::string, std::size_t> counts_;  // of those inside
};

}  // namespace agent
