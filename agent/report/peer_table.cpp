// SPDX-License-Identifier: ISC
#include "agent/report/peer_table.h"

#include <sstream>

#include "agent/base/text_table.h"
#include "agent/report/age.h"

namespace agent {

namespace {

using Row = std::vector<std::string>;

// What has no column of its own stands below its row.
struct Entry {
  Row row;
  std::string remark = {};
};

// Below the name, so that the names still stand out.
constexpr std::size_t remark_indent = 4;

std::vector<std::string> lines_of(const std::vector<Entry>& entries) {
  std::vector<Row> rows;
  for (const Entry& entry : entries) rows.push_back(entry.row);
  std::vector<std::string> lines;
  for (std::size_t at = 0; const std::string& line : aligned(rows)) {
    lines.push_back(line);
    const std::string& remark = entries.at(at++).remark;
    if (remark.empty()) continue;
    std::istringstream below(std::string(remark_indent, ' ') + wrapped(remark, remark_indent, remark_indent));
    for (std::string text; std::getline(below, text);) lines.push_back(text);
  }
  return lines;
}

void add(std::string& remark, const std::string& text) { remark += (remark.empty() ? "" : "; ") + text; }

std::string or_dash(const std::string& text) { return text.empty() ? "-" : text; }

std::string number_or_dash(std::uint32_t number) { return number == 0 ? "-" : std::to_string(number); }

// Since when it has had this result, as far as this host has asked.
std::optional<platform::Time> since_of(const PeerVerdict& peer, const Roster& roster) {
  std::optional<LastResult> last;
  if (const Peer* known = peer.pin ? roster.find(*peer.pin) : nullptr) last = known->last;
  if (peer.result == PeerResult::removed) {
    const Removed* removal = peer.pin ? roster.removal_of(*peer.pin) : roster.removal_of(peer.address);
    return removal != nullptr ? std::optional(removal->when) : std::nullopt;
  }
  if (const auto unmet = roster.unmet().find(peer.address); !peer.pin && unmet != roster.unmet().end())
    last = unmet->second;
  return last && last->result == peer.result ? last->since : std::nullopt;
}

// A proof is worth more than what a peer says without one; the claim of such a peer is shown all the same, because it
// tells a newer generation from an older one.
Entry entry_of(const PeerVerdict& peer, const Roster& roster, platform::Time now) {
  const auto since = since_of(peer, roster);
  Entry entry{{or_dash(peer.name), or_dash(peer.address), std::string(name_of(peer.result)),
               shows_standing(peer.result) ? std::string(keystore::name_of(peer.standing)) : "-",
               number_or_dash(peer.claim ? peer.claim->generation : 0), since ? age_text(*since, now) : "-"},
              // Its detail is when it was removed, which the row has.
              peer.result == PeerResult::removed && since ? "" : peer.detail};
  if (peer.introduced_by == Introduction::itself) add(entry.remark, "introduced itself");
  if (!peer.news.empty()) add(entry.remark, peer.news);
  return entry;
}

Entry entry_of(const Peer& peer, bool pins, platform::Time now) {
  Entry entry{{or_dash(peer.name), or_dash(peer.address()),
               peer.last ? std::string(name_of(peer.last->result)) : "never asked",
               peer.last ? age_text(peer.last->when, now) : "-", std::string(name_of(peer.introduced_by))}};
  if (pins) entry.row.push_back(peer.pin.text());
  for (std::size_t at = 1; at < peer.addresses.size(); ++at)
    entry.remark += (at == 1 ? "also at " : ", ") + peer.addresses[at];
  if (peer.drifted) add(entry.remark, "failed to prove the key " + age_text(*peer.drifted, now));
  return entry;
}

Entry entry_of(const Removed& removed, bool pins, platform::Time now) {
  std::string addresses;
  for (const std::string& address : removed.addresses) addresses += (addresses.empty() ? "" : ", ") + address;
  Entry entry{{or_dash(removed.name), or_dash(addresses), "removed", age_text(removed.when, now), "-"}};
  // Without an address nothing else says which host it was.
  if (removed.pin && (pins || addresses.empty())) entry.row.push_back(removed.pin->text());
  return entry;
}

}  // namespace

std::vector<std::string> verify_table(const OwnRow& own, const std::vector<PeerVerdict>& peers, const Roster& roster,
                                      platform::Time now) {
  std::vector<Entry> entries = {{{"HOST", "ADDRESS", "RESULT", "STANDING", "GEN", "SINCE"}}};
  entries.push_back({{own.name, own.address, "this host", std::string(keystore::name_of(own.standing)),
                      number_or_dash(own.generation), own.since ? age_text(*own.since, now) : "-"}});
  for (const PeerVerdict& peer : peers) entries.push_back(entry_of(peer, roster, now));
  return lines_of(entries);
}

std::vector<std::string> peers_table(const Roster& roster, bool pins, platform::Time now) {
  std::vector<Entry> entries = {{{"HOST", "ADDRESS", "LAST RESULT", "ASKED", "INTRODUCED BY"}}};
  if (pins) entries.front().row.push_back("PIN");
  for (const Peer& peer : roster.peers()) entries.push_back(entry_of(peer, pins, now));
  for (const std::string& address : roster.addresses())
    entries.push_back({{"-", address, "never asked", "-", "a person"}});
  for (const Removed& removed : roster.removed()) entries.push_back(entry_of(removed, pins, now));
  if (entries.size() == 1) return {};
  return lines_of(entries);
}

}  // namespace agent
