// SPDX-License-Identifier: ISC
// Roster, removals and tickets as JSON.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "agent/base/limits.h"
#include "agent/fleet/state_file.h"

namespace agent {

namespace {

using nlohmann::json;
using platform::ErrorKind;
using platform::fail;
using platform::Result;
using platform::Time;

// The number changes when a reader of the old format would misunderstand the new one. Further members do not change it.
// Version 1 of the roster has one address and no introduction for each peer, and the removals in the same file.
constexpr std::string_view roster_schema = "genkey-agent/roster/2";
constexpr std::string_view former_roster_schema = "genkey-agent/roster/1";
constexpr std::string_view removals_schema = "genkey-agent/removed/1";
constexpr std::string_view tickets_schema = "genkey-agent/tickets/1";

std::int64_t seconds(Time time) { return time.time_since_epoch().count(); }

// A missing member, or one of another type, reads as its default, so that files of other versions stay readable.
// Members that must be there are found missing by their length.
std::string text_in(const json& object, const char* member) {
  const auto found = object.find(member);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::int64_t number_in(const json& object, const char* member) {
  const auto found = object.find(member);
  return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

Time time_in(const json& object, const char* member) { return Time(std::chrono::seconds(number_in(object, member))); }

const json& list_in(const json& object, const char* member) {
  static const json none = json::array();
  const auto found = object.find(member);
  return found != object.end() && found->is_array() ? *found : none;
}

// A member of another type than a list is damage. Taken for an empty list, it would lift removals and free used
// tickets.
bool is_damaged_list(const json& object, const char* member) {
  return object.contains(member) && !object[member].is_array();
}

tl::unexpected<platform::Error> wrong(std::string_view what) {
  return fail(ErrorKind::configuration, "this is not a file of " + std::string(what));
}

template <std::size_t N>
bool bytes_in(const json& object, const char* member, std::array<std::byte, N>& out) {
  // A pin or digest of the wrong length can match nothing, so the entry is damaged rather than harmless.
  const auto bytes = platform::hex_decode(text_in(object, member));
  if (!bytes || bytes->size() != N) return false;
  std::ranges::copy(*bytes, out.begin());
  return true;
}

json to_json(const Claim& claim) {
  return {{"fleet", claim.fleet.hex()},
          {"generation", claim.generation},
          {"standing", keystore::name_of(claim.standing)},
          {"name", claim.name},
          {"address", claim.address}};
}

std::optional<Claim> claim_from(const json& object) {
  Claim claim;
  const auto standing = keystore::standing_named(text_in(object, "standing"));
  if (!standing || !bytes_in(object, "fleet", claim.fleet.bytes)) return std::nullopt;
  claim.generation = static_cast<std::uint32_t>(number_in(object, "generation"));
  claim.standing = *standing;
  claim.name = text_in(object, "name");
  claim.address = text_in(object, "address");
  // Names and addresses come from peers. An escape sequence in them would reach root's terminal.
  return is_plain_name(claim.name) && is_plain_address(claim.address) ? std::optional(std::move(claim)) : std::nullopt;
}

json to_json(const LastResult& last) {
  json object = {{"result", name_of(last.result)}, {"when", seconds(last.when)}};
  if (shows_standing(last.result)) object["standing"] = keystore::name_of(last.standing);
  if (last.claim) object["claim"] = to_json(*last.claim);
  if (last.since) object["since"] = seconds(*last.since);
  return object;
}

std::optional<LastResult> last_result_from(const json& object) {
  const auto result = result_named(text_in(object, "result"));
  if (!result) return std::nullopt;
  LastResult last{.result = *result, .when = time_in(object, "when")};
  last.standing = keystore::standing_named(text_in(object, "standing")).value_or(keystore::Standing::provisional);
  if (object.contains("claim") && object["claim"].is_object()) last.claim = claim_from(object["claim"]);
  if (object.contains("since")) last.since = time_in(object, "since");
  return last;
}

json to_json(const Peer& peer) {
  json object = {{"pin", peer.pin.text()},
                 {"name", peer.name},
                 {"addresses", peer.addresses},
                 {"claimed", peer.claimed},
                 {"acquaintance", name_of(peer.introduced_by)},
                 {"seen", seconds(peer.seen)},
                 {"epoch", peer.epoch}};
  if (peer.last) object["last"] = to_json(*peer.last);
  if (peer.claim) object["claim"] = to_json(*peer.claim);
  if (peer.drifted) object["drifted"] = seconds(*peer.drifted);
  return object;
}

// Root prints what is in this file, and the file belongs to the agent's account, which talks to strangers. So it is
// checked like a peer's message.
bool is_printable(const std::string& text) { return text.empty() || is_plain_name(text); }

// Nothing when the list is damaged or holds more than `limit` addresses.
std::optional<std::vector<std::string>> addresses_in(const json& object, const char* member, std::size_t limit) {
  if (is_damaged_list(object, member)) return std::nullopt;
  std::vector<std::string> addresses;
  for (const json& entry : list_in(object, member)) {
    const auto address = entry.is_string() ? parse_address(entry.get<std::string>()) : Result<Address>(wrong(member));
    if (!address || addresses.size() >= limit) return std::nullopt;
    addresses.push_back(address->text());
  }
  return addresses;
}

// Whether an earlier version's word for a peer still stands: a proof or a member's word counts only for an address that
// a person named.
std::optional<Introduction> former_introduction(std::string_view word, bool is_listed) {
  if (word == "joined") return Introduction::ticket;
  if (word == "pinned") return Introduction::pinned;
  if (word == "proved" || word == "told") return is_listed ? Introduction::configured : Introduction::itself;
  return std::nullopt;
}

bool read_version_1(const json& object, const std::vector<std::string>& listed, Peer& peer) {
  const auto address = parse_address(text_in(object, "address"));
  if (address) peer.addresses = {address->text()};
  const bool is_listed = address && std::ranges::find(listed, address->text()) != listed.end();
  const auto introduction = former_introduction(text_in(object, "acquaintance"), is_listed);
  // A peer that only proved the key to this host's listener was never met at the address that it gave.
  if (introduction == Introduction::itself) peer.claimed = address ? std::exchange(peer.addresses, {}).front() : "";
  if (introduction) peer.introduced_by = *introduction;
  if (const auto result = result_named(text_in(object, "last_result"))) peer.last = LastResult{*result, peer.seen};
  return introduction.has_value();
}

bool read_version_2(const json& object, Peer& peer) {
  auto addresses = addresses_in(object, "addresses", limits::addresses_of_peer);
  const auto introduction = introduction_named(text_in(object, "acquaintance"));
  if (!addresses || !introduction) return false;
  peer.addresses = std::move(*addresses);
  peer.introduced_by = *introduction;
  peer.claimed = text_in(object, "claimed");
  if (object.contains("last") && object["last"].is_object()) peer.last = last_result_from(object["last"]);
  return is_plain_address(peer.claimed);
}

// Everything but addresses, introduction and result, which each version has its own way to write.
std::optional<Peer> common_part(const json& object) {
  Peer peer;
  if (!object.is_object() || !bytes_in(object, "pin", peer.pin.bytes)) return std::nullopt;
  peer.name = text_in(object, "name");
  peer.seen = time_in(object, "seen");
  peer.epoch = text_in(object, "epoch");
  // A claim that does not decode is dropped, and the next proof brings it again. The peer itself stays known.
  if (object.contains("claim") && object["claim"].is_object()) peer.claim = claim_from(object["claim"]);
  if (object.contains("drifted")) peer.drifted = time_in(object, "drifted");
  return is_plain_name(peer.name) && is_printable(peer.epoch) ? std::optional(std::move(peer)) : std::nullopt;
}

std::optional<Peer> peer_from(const json& object) {
  auto peer = common_part(object);
  return peer && read_version_2(object, *peer) ? std::move(peer) : std::nullopt;
}

std::optional<Peer> former_peer_from(const json& object, const std::vector<std::string>& listed) {
  auto peer = common_part(object);
  return peer && read_version_1(object, listed, *peer) ? std::move(peer) : std::nullopt;
}

json to_json(const Removed& removed) {
  json object = {{"addresses", removed.addresses}, {"name", removed.name}, {"when", seconds(removed.when)}};
  if (removed.pin) object["pin"] = removed.pin->text();
  return object;
}

std::optional<Removed> removed_from(const json& object) {
  Removed removed;
  if (!object.is_object()) return std::nullopt;
  if (object.contains("pin") && !bytes_in(object, "pin", removed.pin.emplace().bytes)) return std::nullopt;
  auto addresses = addresses_in(object, "addresses", limits::addresses_of_peer + 1);
  if (!addresses || (!removed.pin && addresses->empty())) return std::nullopt;
  removed.addresses = std::move(*addresses);
  removed.name = text_in(object, "name");
  if (!is_printable(removed.name)) return std::nullopt;
  removed.when = time_in(object, "when");
  return removed;
}

json to_json(const IssuedTicket& ticket) {
  json used_by = json::array();
  for (const TicketUse& use : ticket.used_by) used_by.push_back({{"pin", use.pin.text()}, {"spent", use.spent}});
  json object = {{"id", platform::hex_encode(ticket.id)},
                 // The digest only: whoever reads this file must not be able to redeem the tickets in it.
                 {"secret_sha256", platform::hex_encode(ticket.secret_digest)},
                 {"expires", seconds(ticket.expires)},
                 {"uses", ticket.uses},
                 {"used_by", std::move(used_by)}};
  if (ticket.made) object["made"] = seconds(*ticket.made);
  return object;
}

std::optional<IssuedTicket> ticket_from(const json& object) {
  IssuedTicket ticket;
  if (!object.is_object() || !bytes_in(object, "id", ticket.id)) return std::nullopt;
  if (!bytes_in(object, "secret_sha256", ticket.secret_digest)) return std::nullopt;
  if (is_damaged_list(object, "used_by")) return std::nullopt;
  if (object.contains("made")) ticket.made = time_in(object, "made");
  ticket.expires = time_in(object, "expires");
  // Clamped, because a negative number would turn into four thousand million uses.
  ticket.uses = static_cast<std::uint32_t>(std::clamp<std::int64_t>(number_in(object, "uses"), 0, limits::ticket_uses));
  for (const json& entry : list_in(object, "used_by")) {
    TicketUse use;
    if (!entry.is_object() || !bytes_in(entry, "pin", use.pin.bytes)) return std::nullopt;
    // A damaged member reads as unspent: the same host may then retry, which the ticket allows anyway.
    use.spent = entry.contains("spent") && entry["spent"].is_boolean() && entry["spent"].get<bool>();
    ticket.used_by.push_back(use);
  }
  return ticket;
}

// Without exceptions: what this file contains is outside input.
Result<json> parse(std::string_view text, std::string_view schema, std::string_view former = "") {
  json object = json::parse(text, nullptr, false);
  const std::string found = object.is_object() ? text_in(object, "schema") : "";
  if (found.empty() || (found != schema && found != former)) return wrong(schema);
  return object;
}

bool is_former(const json& object) { return text_in(object, "schema") == former_roster_schema; }

Result<std::vector<Peer>> peers_in(const json& object, const std::vector<std::string>& listed) {
  std::vector<Peer> peers;
  for (const json& entry : list_in(object, "peers")) {
    auto peer = is_former(object) ? former_peer_from(entry, listed) : peer_from(entry);
    // Every entry must be sound. Dropping a damaged one would forget a peer without a word.
    if (!peer || peers.size() >= limits::roster) return wrong(roster_schema);
    peers.push_back(std::move(*peer));
  }
  return peers;
}

Result<std::vector<Removed>> removed_in(const json& object, std::string_view schema) {
  std::vector<Removed> removed;
  if (is_damaged_list(object, "removed")) return wrong(schema);
  for (const json& entry : list_in(object, "removed")) {
    auto one = removed_from(entry);
    if (!one || removed.size() >= limits::removed) return wrong(schema);
    removed.push_back(std::move(*one));
  }
  return removed;
}

UnmetAddresses unmet_in(const json& object) {
  UnmetAddresses unmet;
  for (const json& entry : list_in(object, "unmet")) {
    const auto last = entry.is_object() ? last_result_from(entry) : std::nullopt;
    const auto address = last ? parse_address(text_in(entry, "address")) : Result<Address>(wrong(roster_schema));
    // Only a result of a question. The next verify asks again.
    if (address && unmet.size() < limits::roster) unmet.emplace(address->text(), *last);
  }
  return unmet;
}

}  // namespace

std::string encode(const Roster& roster) {
  json peers = json::array();
  for (const Peer& peer : roster.peers()) peers.push_back(to_json(peer));
  json unmet = json::array();
  for (const auto& [address, last] : roster.unmet()) {
    json entry = to_json(last);
    entry["address"] = address;
    unmet.push_back(std::move(entry));
  }
  json object = {{"schema", roster_schema},
                 {"peers", std::move(peers)},
                 {"addresses", roster.addresses()},
                 {"unmet", std::move(unmet)},
                 {"unknown_failures", roster.unknown_failures()}};
  if (roster.last_verify()) object["last_verify"] = seconds(*roster.last_verify());
  return object.dump() + "\n";
}

Result<Roster> decode_roster(std::string_view text, const std::vector<std::string>& listed) {
  const json object = TRY(parse(text, roster_schema, former_roster_schema));
  if (is_damaged_list(object, "peers")) return wrong(roster_schema);
  auto addresses = addresses_in(object, "addresses", limits::roster);
  if (!addresses) return wrong(roster_schema);
  std::vector<std::string> named = listed;
  named.insert(named.end(), addresses->begin(), addresses->end());
  Roster roster;
  roster.set_peers(TRY(peers_in(object, named)));
  roster.set_removed(TRY(removed_in(object, roster_schema)));
  roster.set_addresses(std::move(*addresses));
  roster.set_unmet(unmet_in(object));
  roster.set_unknown_failures(
      static_cast<std::uint64_t>(std::max<std::int64_t>(0, number_in(object, "unknown_failures"))));
  if (object.contains("last_verify")) roster.record_verify(time_in(object, "last_verify"));
  return roster;
}

std::string encode_line(const Peer& peer) { return to_json(peer).dump() + "\n"; }

std::optional<Peer> decode_line(std::string_view line) { return peer_from(json::parse(line, nullptr, false)); }

std::string encode(const Removals& removals) {
  json removed = json::array();
  for (const Removed& gone : removals.removed) removed.push_back(to_json(gone));
  return json{{"schema", removals_schema}, {"removed", std::move(removed)}}.dump() + "\n";
}

Result<Removals> decode_removals(std::string_view text) {
  const json object = TRY(parse(text, removals_schema));
  Removals removals;
  removals.removed = TRY(removed_in(object, removals_schema));
  return removals;
}

std::string encode(const TicketBook& book) {
  json tickets = json::array();
  for (const IssuedTicket& ticket : book.tickets()) tickets.push_back(to_json(ticket));
  return json{{"schema", tickets_schema}, {"tickets", std::move(tickets)}}.dump() + "\n";
}

Result<TicketBook> decode_ticket_book(std::string_view text) {
  const json object = TRY(parse(text, tickets_schema));
  if (is_damaged_list(object, "tickets")) return wrong(tickets_schema);
  TicketBook book;
  for (const json& entry : list_in(object, "tickets")) {
    auto ticket = ticket_from(entry);
    // With the earliest time nothing has expired, so reading drops no ticket. Only `add` with the real time may do
    // that.
    if (!ticket || !book.add(std::move(*ticket), Time::min())) return wrong(tickets_schema);
  }
  return book;
}

}  // namespace agent
