// SPDX-License-Identifier: ISC
// Roster and tickets as JSON, schemas "genkey-agent/roster/1" and "genkey-agent/tickets/1".
#include <algorithm>

#include <nlohmann/json.hpp>

#include "agent/base/limits.h"
#include "agent/fleet/state_files.h"

namespace agent {

namespace {

using nlohmann::json;
using platform::ErrorKind;
using platform::fail;
using platform::Result;
using platform::Time;

// The number changes when a reader of the old format would misunderstand the new one. Further members do not change it.
constexpr std::string_view roster_schema = "genkey-agent/roster/1";
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

json to_json(const Peer& peer) {
  json object = {{"pin", peer.pin.text()},         {"name", peer.name},
                 {"address", peer.address},        {"acquaintance", name_of(peer.acquaintance)},
                 {"seen", seconds(peer.seen)},     {"epoch", peer.epoch},
                 {"last_result", peer.last_result}};
  if (peer.claim) object["claim"] = to_json(*peer.claim);
  if (peer.drifted) object["drifted"] = seconds(*peer.drifted);
  return object;
}

// Root prints what is in this file, and the file belongs to the agent's account, which talks to strangers. So it is
// checked like a peer's message.
bool is_printable(const std::string& text) { return text.empty() || is_plain_name(text); }

std::optional<Peer> peer_from(const json& object) {
  Peer peer;
  const auto acquaintance = object.is_object() ? acquaintance_named(text_in(object, "acquaintance")) : std::nullopt;
  if (!acquaintance || !bytes_in(object, "pin", peer.pin.bytes)) return std::nullopt;
  peer.acquaintance = *acquaintance;
  peer.name = text_in(object, "name");
  peer.address = text_in(object, "address");
  peer.seen = time_in(object, "seen");
  peer.epoch = text_in(object, "epoch");
  peer.last_result = text_in(object, "last_result");
  // A claim that does not decode is dropped, and the next proof brings it again. The peer itself stays known.
  if (object.contains("claim") && object["claim"].is_object()) peer.claim = claim_from(object["claim"]);
  if (object.contains("drifted")) peer.drifted = time_in(object, "drifted");
  const bool plain = is_plain_name(peer.name) && is_plain_address(peer.address) && is_printable(peer.epoch) &&
                     is_printable(peer.last_result);
  return plain ? std::optional(std::move(peer)) : std::nullopt;
}

std::optional<Removed> removed_from(const json& object) {
  Removed removed;
  if (!object.is_object() || !bytes_in(object, "pin", removed.pin.bytes)) return std::nullopt;
  removed.name = text_in(object, "name");
  if (!is_printable(removed.name)) return std::nullopt;
  removed.when = time_in(object, "when");
  return removed;
}

json to_json(const IssuedTicket& ticket) {
  json used_by = json::array();
  for (const TicketUse& use : ticket.used_by) used_by.push_back({{"pin", use.pin.text()}, {"spent", use.spent}});
  return {{"id", platform::hex_encode(ticket.id)},
          // The digest only: whoever reads this file must not be able to redeem the tickets in it.
          {"secret_sha256", platform::hex_encode(ticket.secret_digest)},
          {"expires", seconds(ticket.expires)},
          {"uses", ticket.uses},
          {"used_by", std::move(used_by)}};
}

std::optional<IssuedTicket> ticket_from(const json& object) {
  IssuedTicket ticket;
  if (!object.is_object() || !bytes_in(object, "id", ticket.id)) return std::nullopt;
  if (!bytes_in(object, "secret_sha256", ticket.secret_digest)) return std::nullopt;
  if (is_damaged_list(object, "used_by")) return std::nullopt;
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

tl::unexpected<platform::Error> wrong(std::string_view what) {
  return fail(ErrorKind::configuration, "this is not a file of " + std::string(what));
}

Result<json> parse(std::string_view text, std::string_view schema) {
  // Without exceptions: what this file contains is outside input.
  json object = json::parse(text, nullptr, false);
  if (!object.is_object() || text_in(object, "schema") != schema) return wrong(schema);
  return object;
}

}  // namespace

std::string encode(const Roster& roster) {
  json peers = json::array();
  for (const Peer& peer : roster.peers()) peers.push_back(to_json(peer));
  json removed = json::array();
  for (const Removed& gone : roster.removed()) {
    // Removals carry the pin, because a name is not unique and an address can move.
    removed.push_back({{"pin", gone.pin.text()}, {"name", gone.name}, {"when", seconds(gone.when)}});
  }
  json object = {{"schema", roster_schema},
                 {"peers", std::move(peers)},
                 {"removed", std::move(removed)},
                 {"addresses", roster.addresses()},
                 {"unknown_failures", roster.unknown_failures()}};
  if (roster.last_verify()) object["last_verify"] = seconds(*roster.last_verify());
  return object.dump() + "\n";
}

Result<Roster> decode_roster(std::string_view text) {
  const json object = TRY(parse(text, roster_schema));
  // Checked before anything is read, so that a roster is decoded as a whole or not at all.
  for (const char* list : {"peers", "removed", "addresses"}) {
    if (is_damaged_list(object, list)) return wrong(roster_schema);
  }
  Roster roster;
  std::vector<Removed> removed;
  for (const json& entry : list_in(object, "removed")) {
    auto gone = removed_from(entry);
    if (!gone || removed.size() >= limits::removed) return wrong(roster_schema);
    removed.push_back(std::move(*gone));
  }
  roster.set_removed(std::move(removed));
  std::vector<Peer> peers;
  for (const json& entry : list_in(object, "peers")) {
    auto peer = peer_from(entry);
    if (!peer || peers.size() >= limits::roster) return wrong(roster_schema);
    peers.push_back(std::move(*peer));
  }
  roster.set_peers(std::move(peers));
  std::vector<std::string> addresses;
  for (const json& entry : list_in(object, "addresses")) {
    if (!entry.is_string() || !is_plain_address(entry.get<std::string>()) || addresses.size() >= limits::roster)
      return wrong(roster_schema);
    addresses.push_back(entry.get<std::string>());
  }
  roster.set_addresses(std::move(addresses));
  roster.set_unknown_failures(
      // A counter that is shown to people. A negative number would appear as an enormous one.
      static_cast<std::uint64_t>(std::max<std::int64_t>(0, number_in(object, "unknown_failures"))));
  if (object.contains("last_verify")) roster.record_verify(time_in(object, "last_verify"));
  return roster;
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
