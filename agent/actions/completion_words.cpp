// SPDX-License-Identifier: ISC
#include "agent/actions/completion_words.h"

#include <algorithm>
#include <iterator>
#include <variant>

#include "agent/base/limits.h"
#include "agent/config/command_line.h"
#include "agent/config/host.h"
#include "agent/doctor/catalogue.h"
#include "agent/fleet/roster_file.h"
#include "agent/fleet/state_file.h"
#include "keystore/backup/directory.h"
#include "platform/base/bytes.h"
#include "platform/base/clock.h"

namespace agent {

namespace {

constexpr std::size_t most_offered = 200;

// The host that the line so far means. Nothing when its configuration is wrong or Ops Manager is missing.
std::optional<Host> host_meant(const CommandTable& table, const std::vector<std::string>& common) {
  std::vector<const char*> words = {"genkey-agent", "peers", "list"};
  for (const std::string& word : common) words.push_back(word.c_str());
  auto options = parse_command_line(table, static_cast<int>(words.size()), words.data()).options;
  if (!options) return std::nullopt;
  // Neither peers nor copies depend on it. Without a path a shell would be started that sources mms.conf.
  if (!options->key_file) options->key_file = platform::Path("gen.key");
  const Options whole = with_own_configuration(*std::move(options));
  auto host = examine_host(whole, read_settings(whole));
  return host ? std::optional(*std::move(host)) : std::nullopt;
}

// A peer is meant by its name or an address of it; the pin is not for typing.
std::vector<Candidate> peers_of(const Host& host) {
  std::vector<Candidate> found;
  RosterFile file = roster_of(host);
  const auto roster = file.current();
  if (!roster) return found;
  for (const Peer& peer : roster->get().peers()) {
    if (!peer.name.empty()) found.push_back({peer.name, peer.address()});
    for (const std::string& address : peer.addresses) found.push_back({address, peer.name});
  }
  for (const std::string& address : roster->get().addresses()) found.push_back({address});
  for (const Address& address : host.config.peers) found.push_back({address.text()});
  return found;
}

std::vector<Candidate> tickets_of_host(const Host& host) {
  std::vector<Candidate> found;
  TicketFile file = tickets_of(host);
  const auto book = file.current();
  if (!book) return found;
  const platform::Time now = platform::now();
  for (const IssuedTicket& ticket : book->get().tickets()) {
    if (state_of(ticket, now) != TicketState::open) continue;
    found.push_back({platform::hex_encode(ticket.id), "expires " + platform::format_time(ticket.expires)});
  }
  return found;
}

// Stores are left out, because asking one needs credentials, the network and time.
std::vector<Candidate> copies_of(const Host& host) {
  std::vector<Candidate> found;
  for (const BackupDestination& destination : host.config.destinations) {
    const auto* directory = std::get_if<Directory>(&destination);
    if (directory == nullptr) continue;
    const auto copies = keystore::list({.path = directory->path});
    if (!copies) continue;
    for (const keystore::BackupCopy& copy : *copies) found.push_back({copy.name.text(), directory->text()});
  }
  return found;
}

// The same on every host.
std::vector<Candidate> findings_of_doctor(const std::string& prefix) {
  std::vector<Candidate> found;
  for (const CatalogueEntry& entry : catalogue())
    found.push_back({prefix + std::string(entry.id), std::string(entry.title)});
  return found;
}

std::vector<Candidate> values_of(const Host& host, ValueSource source) {
  switch (source) {
    case ValueSource::peers: return peers_of(host);
    case ValueSource::tickets: return tickets_of_host(host);
    case ValueSource::copies: return copies_of(host);
    case ValueSource::none:
    case ValueSource::files:
    case ValueSource::directories:
    case ValueSource::users:
    case ValueSource::findings: return {};
  }
  __builtin_unreachable();
}

bool is_of_host(ValueSource source) {
  return source == ValueSource::peers || source == ValueSource::tickets || source == ValueSource::copies;
}

std::vector<Candidate> values_from(ValueSource source, const CommandTable& table, const Completion& completion) {
  if (source == ValueSource::findings) return findings_of_doctor(completion.prefix);
  if (!is_of_host(source)) return {};
  const auto host = host_meant(table, completion.common);
  if (!host) return {};
  std::vector<Candidate> found = values_of(*host, source);
  std::ranges::sort(found, {}, &Candidate::word);
  const auto same = std::ranges::unique(found, {}, &Candidate::word);
  found.erase(same.begin(), same.end());
  found.resize(std::min(found.size(), most_offered));
  for (Candidate& candidate : found) candidate.word.insert(0, completion.prefix);
  return found;
}

std::string_view kind_of(ValueSource source) {
  switch (source) {
    case ValueSource::none:
    case ValueSource::peers:
    case ValueSource::tickets:
    case ValueSource::findings: return ":";
    case ValueSource::files:
    case ValueSource::copies: return ":files";
    case ValueSource::directories: return ":directories";
    case ValueSource::users: return ":users";
  }
  __builtin_unreachable();
}

}  // namespace

std::vector<std::string> completion_lines(const CommandTable& table, const Completion& completion) {
  std::vector<Candidate> candidates = completion.candidates;
  std::ranges::move(values_from(completion.source, table, completion), std::back_inserter(candidates));
  std::vector<std::string> lines;
  for (const Candidate& candidate : candidates)
    lines.push_back(candidate.word + (candidate.help.empty() ? "" : "\t" + candidate.help));
  lines.emplace_back(kind_of(completion.source));
  return lines;
}

}  // namespace agent
