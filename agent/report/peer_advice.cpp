// SPDX-License-Identifier: ISC
#include "agent/report/peer_advice.h"

#include <algorithm>
#include <array>

#include "agent/config/typed_commands.h"
#include "agent/report/advice.h"
#include "agent/report/peers.h"
#include "platform/base/enum_count.h"
#include "platform/host/default_paths.h"

namespace agent {

namespace {

using platform::ErrorKind;
using platform::Steps;

std::string configuration_of(const Host& host) {
  return host.options.config.value_or(platform::default_config_file()).string();
}

std::string add_with_pin(const Host& host, const PeerVerdict& peer) {
  return command_line_for(host.options, "peers add " + peer.address + " --pin " + peer.shown->text());
}

// A result of an earlier round is asked for again by verify: status asks nobody, and would say the same for ever.
Steps to_ask_again(ErrorKind kind, const Host& host, const PeerVerdict& peer) {
  Options options = host.options;
  if (peer.when) options.command = Command::verify;
  return steps_for(kind, options);
}

// A pin that two machines show says nothing about who is who. `peers add` would make the copy the peer.
bool is_of_clone(const PeerVerdict& peer, const std::vector<PeerVerdict>& peers) {
  return std::ranges::any_of(peers, [&](const PeerVerdict& other) {
    return other.result == PeerResult::clone && other.shown && other.shown == peer.shown;
  });
}

Steps about_untrusted(const Host& host, const PeerVerdict& peer, const std::optional<Pin>& own) {
  // Why it is not trusted, and the pin that it showed, are not kept.
  if (peer.when)
    return {{"to see who answers there, and why it is not trusted", command_line_for(host.options, "verify")}};
  // Without a pin it was the CA's check that failed.
  if (!peer.shown) return steps_for(ErrorKind::peer_untrusted, host.options);
  if (peer.shown == own) {
    return {{"correct the name or address of that peer, which leads to this host, then here",
             command_line_for(host.options, "verify")}};
  }
  // The peer itself refused, and has said why. This host knows it well enough.
  const bool vouched_for = peer.is_introduced() && *peer.introduced_by != Introduction::configured;
  if (!peer.is_stranger() && vouched_for) return {};
  // The condition stands first: without it the advice would pin an attacker who answers at that address.
  return {{"check which host answers at " + peer.address + "; if it is the right one", add_with_pin(host, peer)}};
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

Steps about_removed(const Host& host, const PeerVerdict& peer) {
  Steps steps;
  if (const std::string line = line_of(host, peer); !line.empty())
    steps.push_back({"delete " + peer.address + " in " + line, ""});
  const auto& pin = peer.shown ? peer.shown : peer.pin;
  const std::string add = "peers add " + peer.address + (pin ? " --pin " + pin->text() : "");
  steps.push_back({"to take that host back", command_line_for(host.options, add)});
  return steps;
}

enum class Compared : std::uint8_t { unknown, earlier, later };

// What a peer claims is no proof, so it only chooses which line stands first. Nothing is lost on either line.
Compared generation_of(const PeerVerdict& peer, const std::optional<KeyPart>& key) {
  const bool both = peer.claim && key && key->is_recorded && key->record->fleet == peer.claim->fleet;
  if (!both || key->record->generation == peer.claim->generation) return Compared::unknown;
  return peer.claim->generation > key->record->generation ? Compared::later : Compared::earlier;
}

Steps about_copies(const Host& host) {
  // Nobody knows here which of the two is the copy. The original has to keep its identity.
  return {{"on the one that is a copy", command_line_elsewhere(host.options, "identity --renew")},
          {"then here", command_line_for(host.options, "verify")}};
}

// Then the peers disagree because of the key here, and theirs must not be replaced with it.
bool is_wrong_here(const std::optional<KeyPart>& key) { return key && key->record && !key->is_recorded; }

Steps steps_about(const Host& host, const PeerVerdict& peer, const std::optional<KeyPart>& key,
                  const std::optional<Pin>& own) {
  switch (peer.result) {
    case PeerResult::disagree:
      if (is_wrong_here(key)) return {};
      if (peer.introduced_by != Introduction::itself) return steps_for_disagreement(host, peer, key);
      return {{"if " + peer.address + " is not part of this fleet",
               command_line_for(host.options, "peers remove " + peer.pin->text())}};
    case PeerResult::unreachable: return to_ask_again(ErrorKind::peer_silent, host, peer);
    case PeerResult::incompatible: return to_ask_again(ErrorKind::peer_incompatible, host, peer);
    case PeerResult::untrusted: return about_untrusted(host, peer, own);
    case PeerResult::no_key: return steps_to_invite(host.options, "on " + peer.address);
    case PeerResult::clone: return about_copies(host);
    case PeerResult::removed: return about_removed(host, peer);
    case PeerResult::agree:
    case PeerResult::self:
    case PeerResult::has_key: return {};  // the last one only answers a host without a key
  }
  __builtin_unreachable();
}

// The peer answers only hosts that a person there has added.
Steps to_be_added(const Host& host, const PeerVerdict& peer, const Pin& own) {
  const std::string add = "peers add " + host.address().text() + " --pin " + own.text();
  return {{"on " + peer.address, command_line_elsewhere(host.options, add)}};
}

// What is wrong, about one host and about several.
struct Words {
  std::string_view one;
  std::string_view several;
};

Words words_for(PeerResult result) {
  switch (result) {
    case PeerResult::disagree: return {"holds another key", "hold another key"};
    case PeerResult::unreachable: return {"does not answer", "do not answer"};
    case PeerResult::incompatible: return {"answers with another protocol", "answer with another protocol"};
    case PeerResult::untrusted: return {"is not trusted", "are not trusted"};
    case PeerResult::no_key: return {"has no key", "have no key"};
    case PeerResult::clone:
      return {"shares its identity with another machine: one of the two is a copy",
              "share their identity with other machines"};
    case PeerResult::removed: return {"was removed here", "were removed here"};
    case PeerResult::agree:
    case PeerResult::self:
    case PeerResult::has_key: return {};
  }
  __builtin_unreachable();
}

// About this host and one other, more is known than the result alone says.
std::string_view predicate_for(const PeerVerdict& peer, const std::optional<KeyPart>& key) {
  if (peer.wants_adding) return "does not accept this host as a peer";
  if (peer.result == PeerResult::clone && !peer.pin) return "shows this host's own identity: one of the two is a copy";
  if (peer.result == PeerResult::untrusted && peer.when) return "gave no trusted answer";
  if (peer.result == PeerResult::untrusted && peer.pin && peer.is_stranger()) return "answers with another identity";
  if (peer.result == PeerResult::disagree) {
    switch (generation_of(peer, key)) {
      case Compared::later: return "holds a newer key of this fleet";
      case Compared::earlier: return "holds an older key of this fleet";
      case Compared::unknown: break;
    }
  }
  return words_for(peer.result).one;
}

std::string sentence_about(const PeerVerdict& peer, std::int64_t others, const std::optional<KeyPart>& key) {
  const Words words = words_for(peer.result);
  if (others == 0) return named(peer) + " " + std::string(predicate_for(peer, key));
  if (others > 0) return named(peer) + " and " + std::to_string(others) + " more " + std::string(words.several);
  return named(peer) + " " + std::string(words.one);
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

Steps steps_to_invite(const Options& options, const std::string& where) {
  return {{"first here", command_line_for(options, "invite")},
          {"then " + where, command_line_elsewhere(options, "join")}};
}

Message next_host(const Options& options) {
  return {"each other host needs this key", steps_to_invite(options, "on that host")};
}

Steps steps_for_disagreement(const Host& host, const PeerVerdict& peer, const std::optional<KeyPart>& key) {
  const std::string here = key && key->is_recorded ? key->record->fleet.hex() : "unrecorded";
  const std::string there = peer.claim ? peer.claim->fleet.hex() : "FLEET";
  const std::string displacing = "join --displace --confirm ";
  const std::string look = peer.claim ? "" : ", with the FLEET that its status shows";
  Steps take = {{"on " + peer.address, command_line_elsewhere(host.options, "invite")},
                {"then here", command_line_for(host.options, displacing + here)}};
  Steps give = {{"here", command_line_for(host.options, "invite")},
                {"then on " + peer.address + look, command_line_elsewhere(host.options, displacing + there)}};
  const auto under = [](const std::string& condition, Steps steps) {
    steps.front().purpose = condition + ", " + steps.front().purpose;
    return steps;
  };
  switch (generation_of(peer, key)) {
    case Compared::earlier: return give;
    case Compared::later: return take;
    case Compared::unknown: break;
  }
  Steps both = under("if that other key is the right one", take);
  for (auto& step : under("if this host has the right key", give)) both.push_back(std::move(step));
  return both;
}

Steps steps_for(Reason reason, const std::vector<PeerVerdict>& peers, const Host& host,
                const std::optional<KeyPart>& key) {
  const ErrorKind kind = kind_of(reason);
  if (kind != ErrorKind::peer_disagrees && kind != ErrorKind::outdated_key) return steps_for(reason, host.options);
  const auto disagrees = [](const PeerVerdict& peer) {
    return peer.result == PeerResult::disagree && peer.introduced_by != Introduction::itself;
  };
  const auto first = std::ranges::find_if(peers, disagrees);
  const auto later = std::ranges::find_if(
      peers, [&](const PeerVerdict& peer) { return disagrees(peer) && generation_of(peer, key) == Compared::later; });
  const auto cause = reason == Reason::later_generation && later != peers.end() ? later : first;
  return cause != peers.end() ? steps_for_disagreement(host, *cause, key) : steps_for(reason, host.options);
}

void advise_about(Report& report, const std::vector<PeerVerdict>& peers, const Host& host,
                  const std::optional<Pin>& own) {
  for (const PeerResult result : advised) {
    const auto concerned = [&](const PeerVerdict& one) {
      // What another machine with the same identity answers is one trouble with the clone.
      return needs_advice(one, result) && (result != PeerResult::untrusted || !is_of_clone(one, peers));
    };
    const auto peer = std::ranges::find_if(peers, concerned);
    if (peer == peers.end()) continue;
    Steps steps = peer->wants_adding && own ? to_be_added(host, *peer, *own) : Steps();
    for (auto& step : steps_about(host, *peer, report.key, own)) steps.push_back(std::move(step));
    if (steps.empty()) continue;
    const auto others = std::ranges::count_if(peers, concerned) - 1;
    report.warn(sentence_about(*peer, others, report.key), std::move(steps));
  }
}

void name_newcomers(Report& report, const std::vector<PeerVerdict>& peers, const Host& host) {
  std::string named;
  for (const PeerVerdict& peer : peers) {
    if (peer.introduced_by == Introduction::itself && !peer.address.empty())
      named += (named.empty() ? "\"" : ", \"") + peer.address + "\"";
  }
  if (named.empty()) return;
  report.remark({"some peers introduced themselves, so the gate does not count them yet: " + named,
                 {{"if they belong to this fleet, add them to peers in " + configuration_of(host), ""}}});
}

}  // namespace agent
