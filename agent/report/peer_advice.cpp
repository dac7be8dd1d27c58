// SPDX-License-Identifier: ISC
#include "agent/report/peer_advice.h"

#include <algorithm>
#include <array>

#include "agent/config/typed_commands.h"
#include "agent/report/advice.h"
#include "platform/base/enum_count.h"
#include "platform/host/default_paths.h"

namespace agent {

namespace {

using platform::ErrorKind;

std::string configuration_of(const Host& host) {
  return host.options.config.value_or(platform::default_config_file()).string();
}

std::string add_with_pin(const Host& host, const PeerVerdict& peer) {
  return command_line_for(host.options, "peers add " + peer.address + " --pin " + peer.shown->text());
}

// A result of an earlier round is asked for again by verify: status asks nobody, and would say the same for ever.
std::string advice_to_ask_again(ErrorKind kind, const Host& host, const PeerVerdict& peer) {
  Options options = host.options;
  if (peer.when) options.command = Command::verify;
  return advice_for(kind, options);
}

std::string advice_about_untrusted(const Host& host, const PeerVerdict& peer) {
  // Why it is not trusted, and the pin that it showed, are not kept.
  if (peer.when)
    return "to see who answers there, and why that is not trusted: " + command_line_for(host.options, "verify");
  // Without a pin it was the CA's check that failed.
  if (!peer.shown) return advice_for(ErrorKind::peer_untrusted, host.options);
  // The peer itself refused, and has said why. This host knows it well enough.
  const bool vouched_for = peer.introduced_by && *peer.introduced_by != Introduction::itself &&
                           *peer.introduced_by != Introduction::configured;
  if (!peer.is_stranger() && vouched_for) return "";
  // The condition stands first: without it the advice would pin an attacker who answers at that address.
  return "check who answers at " + peer.address + "; if it is the right host: " + add_with_pin(host, peer);
}

// Where the configuration still names a removed peer. Empty if it does not.
std::string line_of(const Host& host, const PeerVerdict& peer) {
  const auto& peers = host.config.peers;
  for (std::size_t at = 0; at < peers.size() && at < host.config.peer_lines.size(); ++at) {
    if (peers[at].text() == peer.address)
      return configuration_of(host) + ":" + std::to_string(host.config.peer_lines[at]);
  }
  return "";
}

std::string advice_about_removed(const Host& host, const PeerVerdict& peer) {
  const std::string line = line_of(host, peer);
  const std::string first = line.empty() ? "" : "it was removed, and still stands in " + line + ": delete it there";
  const auto& pin = peer.shown ? peer.shown : peer.pin;
  const std::string back =
      command_line_for(host.options, "peers add " + peer.address + (pin ? " --pin " + pin->text() : ""));
  return (first.empty() ? "it was removed" : first) + "; to take it back: " + back;
}

enum class Compared : std::uint8_t { unknown, earlier, later };

// What a peer claims is no proof, so it only chooses which line stands first. Nothing is lost on either line.
Compared generation_of(const PeerVerdict& peer, const std::optional<KeyPart>& key) {
  const bool both = peer.claim && key && key->is_recorded && key->record->fleet == peer.claim->fleet;
  if (!both || key->record->generation == peer.claim->generation) return Compared::unknown;
  return peer.claim->generation > key->record->generation ? Compared::later : Compared::earlier;
}

std::string advice_about(const Host& host, const PeerVerdict& peer, const std::optional<KeyPart>& key) {
  switch (peer.result) {
    case PeerResult::disagree:
      if (peer.introduced_by != Introduction::itself) return advice_about_disagreement(host, peer, key);
      return "nobody here has named " + peer.address + "; if it does not belong to this fleet: " +
             command_line_for(host.options, "peers remove " + peer.pin->text());
    case PeerResult::unreachable: return advice_to_ask_again(ErrorKind::peer_silent, host, peer);
    case PeerResult::incompatible: return advice_to_ask_again(ErrorKind::peer_incompatible, host, peer);
    case PeerResult::untrusted: return advice_about_untrusted(host, peer);
    case PeerResult::no_key:
      return command_line_for(host.options, "invite") + " here, and 'genkey-agent join' on " + peer.address;
    // Of a peer's two machines nobody knows here which is the copy.
    case PeerResult::clone:
      return "on the copy" + (peer.pin ? std::string() : ", " + peer.address) +
             ": genkey-agent identity --renew; then here: " + command_line_for(host.options, "verify");
    case PeerResult::removed: return advice_about_removed(host, peer);
    case PeerResult::agree:
    case PeerResult::self:
    case PeerResult::has_key: return "";  // the last one only answers a host without a key
  }
  __builtin_unreachable();
}

// In the order in which a person should look: another key is worse than silence. All results stand here, so that a new
// one cannot be forgotten.
constexpr std::array advised = {
    PeerResult::disagree, PeerResult::unreachable, PeerResult::incompatible, PeerResult::untrusted, PeerResult::no_key,
    PeerResult::clone,    PeerResult::removed,     PeerResult::has_key,      PeerResult::agree,     PeerResult::self};
static_assert(advised.size() == platform::enum_count<PeerResult>());

// A peer that nobody named may be silent.
bool needs_advice(const PeerVerdict& peer, PeerResult result) {
  if (peer.result != result) return false;
  return peer.introduced_by != Introduction::itself || result == PeerResult::disagree || result == PeerResult::clone;
}

}  // namespace

std::string advice_about_disagreement(const Host& host, const PeerVerdict& peer, const std::optional<KeyPart>& key) {
  const std::string here = key && key->is_recorded ? key->record->fleet.hex() : "unrecorded";
  std::string take = "'genkey-agent invite' on " + peer.address +
                     ", then here: " + command_line_for(host.options, "join --displace --confirm " + here);
  std::string give = command_line_for(host.options, "invite") + " here, and 'genkey-agent join --displace --confirm " +
                     (peer.claim ? peer.claim->fleet.hex() : "FLEET") + "' on " + peer.address;
  switch (generation_of(peer, key)) {
    case Compared::earlier: return give;
    case Compared::later: return take;
    case Compared::unknown: return "if that host has the right key: " + take + "; if this host has it: " + give;
  }
  __builtin_unreachable();
}

std::string advice_for(Reason reason, const std::vector<PeerVerdict>& peers, const Host& host,
                       const std::optional<KeyPart>& key) {
  const ErrorKind kind = kind_of(reason);
  if (kind != ErrorKind::peer_disagrees && kind != ErrorKind::outdated_key) return advice_for(reason, host.options);
  const auto disagrees = [](const PeerVerdict& peer) {
    return peer.result == PeerResult::disagree && peer.introduced_by != Introduction::itself;
  };
  const auto first = std::ranges::find_if(peers, disagrees);
  const auto later = std::ranges::find_if(
      peers, [&](const PeerVerdict& peer) { return disagrees(peer) && generation_of(peer, key) == Compared::later; });
  const auto cause = reason == Reason::later_generation && later != peers.end() ? later : first;
  return cause != peers.end() ? advice_about_disagreement(host, *cause, key) : advice_for(reason, host.options);
}

void advise_about(Report& report, const std::vector<PeerVerdict>& peers, const Host& host) {
  for (const PeerResult result : advised) {
    const auto peer =
        std::ranges::find_if(peers, [result](const PeerVerdict& one) { return needs_advice(one, result); });
    const std::string advice = peer != peers.end() ? advice_about(host, *peer, report.key) : "";
    if (!advice.empty()) report.warnings.push_back(std::string(name_of(result)) + ": " + advice);
  }
}

void name_newcomers(Report& report, const std::vector<PeerVerdict>& peers, const Host& host) {
  std::string named;
  for (const PeerVerdict& peer : peers) {
    if (peer.introduced_by == Introduction::itself && !peer.address.empty())
      named += (named.empty() ? "\"" : ", \"") + peer.address + "\"";
  }
  if (named.empty()) return;
  report.warnings.push_back(
      "these peers introduced themselves, and count only if a person names them; if they belong to "
      "this fleet, add to peers in " +
      configuration_of(host) + ": " + named);
}

}  // namespace agent
