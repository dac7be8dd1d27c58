// SPDX-License-Identifier: ISC
#include "agent/report/peer_table.h"

#include "agent/report/age.h"
#include "agent/report/table.h"

namespace agent {

namespace {

using Row = std::vector<std::string>;

std::string or_dash(const std::string& text) { return text.empty() ? "-" : text; }

std::string number_or_dash(std::uint32_t number) { return number == 0 ? "-" : std::to_string(number); }

// Since when it has had this result, as far as this host has asked.
std::optional<platform::Time> since_of(const PeerVerdict& peer, const Roster& roster) {
  std::optional<LastResult> last;
  if (const Peer* known = peer.pin ? roster.find(*peer.pin) : nullptr) last = known->last;
  if (const auto unmet = roster.unmet().find(peer.address); !peer.pin && unmet != roster.unmet().end())
    last = unmet->second;
  return last && last->result == peer.result ? last->since : std::nullopt;
}

// A proof is worth more than what a peer says without one; the claim of such a peer is shown all the same, because it
// tells a newer generation from an older one.
Row row_of(const PeerVerdict& peer, const Roster& roster, platform::Time now) {
  const auto since = since_of(peer, roster);
  Row row = {or_dash(peer.name),
             or_dash(peer.address),
             std::string(name_of(peer.result)),
             shows_standing(peer.result) ? std::string(keystore::name_of(peer.standing)) : "-",
             number_or_dash(peer.claim ? peer.claim->generation : 0),
             since ? age_text(*since, now) : "-"};
  std::string remark = peer.detail;
  if (peer.introduced_by == Introduction::itself)
    remark += (remark.empty() ? "" : "; ") + std::string("introduced itself");
  if (!peer.news.empty()) remark += (remark.empty() ? "" : "; ") + peer.news;
  if (!remark.empty()) row.push_back(remark);
  return row;
}

Row row_of(const Peer& peer, bool pins, platform::Time now) {
  Row row = {or_dash(peer.name), or_dash(peer.address()),
             peer.last ? std::string(name_of(peer.last->result)) : "never asked",
             peer.last ? age_text(peer.last->when, now) : "-", std::string(name_of(peer.introduced_by))};
  if (pins) row.push_back(peer.pin.text());
  std::string remark;
  for (std::size_t at = 1; at < peer.addresses.size(); ++at) remark += (at == 1 ? "also " : ", ") + peer.addresses[at];
  if (peer.drifted)
    remark += (remark.empty() ? "" : "; ") + ("cannot prove the key since " + platform::format_time(*peer.drifted));
  if (!remark.empty()) row.push_back(remark);
  return row;
}

Row row_of(const Removed& removed, bool pins, platform::Time now) {
  std::string addresses;
  for (const std::string& address : removed.addresses) addresses += (addresses.empty() ? "" : ", ") + address;
  Row row = {or_dash(removed.name), or_dash(addresses), "removed", age_text(removed.when, now), "-"};
  // Without an address nothing else says which host it was.
  if (removed.pin && (pins || addresses.empty())) row.push_back(removed.pin->text());
  return row;
}

}  // namespace

std::vector<std::string> verify_table(const OwnRow& own, const std::vector<PeerVerdict>& peers, const Roster& roster,
                                      platform::Time now) {
  std::vector<Row> rows = {{"HOST", "ADDRESS", "RESULT", "STANDING", "GEN", "SINCE"}};
  rows.push_back({own.name, own.address, "this host", std::string(keystore::name_of(own.standing)),
                  number_or_dash(own.generation), own.since ? age_text(*own.since, now) : "-"});
  for (const PeerVerdict& peer : peers) rows.push_back(row_of(peer, roster, now));
  return aligned(rows);
}

std::vector<std::string> peers_table(const Roster& roster, bool pins, platform::Time now) {
  std::vector<Row> rows = {{"HOST", "ADDRESS", "LAST RESULT", "ASKED", "INTRODUCED BY"}};
  if (pins) rows.front().push_back("PIN");
  for (const Peer& peer : roster.peers()) rows.push_back(row_of(peer, pins, now));
  for (const std::string& address : roster.addresses()) rows.push_back({"-", address, "never asked", "-", "a person"});
  for (const Removed& removed : roster.removed()) rows.push_back(row_of(removed, pins, now));
  if (rows.size() == 1) return {};
  return aligned(rows);
}

}  // namespace agent
