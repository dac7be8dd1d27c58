// Who holds one of a fixed number of slots when more want one than there are: an address with many gives way to one
// with fewer. Pure: it says who goes and who comes, and the caller acts on it.
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

  /// Nobody has to go for one more from `address`.
  [[nodiscard]] bool is_free_for(const std::string& address) const;
  /// Who has to go for one more from `address`: of the address that has the most, the oldest that is silent, or the
  /// oldest. Where `address` has as much as that one, only a silent one of its own. Nobody: there is no slot.
  [[nodiscard]] std::optional<Id> would_go_for(const std::string& address) const;

  void take(Id id, const std::string& address);
  /// It has said nothing since it took its slot.
  void mark_silent(Id id, bool silent);
  void wait(Id id, const std::string& address);
  /// Gives up the slot, or the wait for one. Nothing happens when it has neither.
  void leave(Id id);
  /// Gives a free slot to the waiting address that has the fewest, and there to whoever has waited longest. To be
  /// called until it returns nobody.
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
