// SPDX-License-Identifier: ISC
// serve: the listener. It reads key and identity, binds, and then becomes the agent's account for good: it cannot write
// the key, and holds it only in locked memory. Without a key it runs too and answers so. When the key file changes it
// ends, and its service manager runs it again with the new key.
#include <algorithm>

#include "agent/actions/listener_settings.h"
#include "agent/actions/reported_facts.h"
#include "agent/base/log.h"
#include "agent/commands/table.h"
#include "agent/fleet/member.h"
#include "agent/fleet/own_identity.h"
#include "agent/fleet/roster_file.h"
#include "agent/listener/reach.h"
#include "agent/listener/responder.h"
#include "agent/listener/server.h"
#include "platform/files/file.h"
#include "platform/host/host_facts.h"
#include "platform/processes/hardening.h"
#include "platform/services/service_notify.h"

namespace agent::commands {

namespace {

using platform::Result;

bool may_hand_over(const keystore::Holding& holding) {
  // A host that is unsure of its key proves it, but hands it to nobody.
  return holding.is_recorded && holding.standing() >= keystore::Standing::chosen;
}

Result<OwnPart> own_part(const Host& host, const Member& member) {
  OwnPart own{.pin = member.identity.pin(),
              .claim = own_claim(host, member.holding),
              .may_hand_over = may_hand_over(member.holding),
              .refetch = host.config.refetch,
              .without_ticket = host.config.join_without_ticket,
              .facts = facts_source(host)};
  const std::string instance = TRY(platform::instance_id(host.files.state_directory));
  const auto bytes = platform::hex_decode(instance);
  std::ranges::copy(*bytes, own.instance.begin());
  if (member.holding.key) own.key = member.holding.key->duplicate();
  // Without an epoch nobody counts as a member, so a key that is not the recorded one is not handed out again either.
  if (member.holding.is_recorded) own.epoch = member.holding.record->epoch;
  return own;
}

void announce(const Host& host, const Member& member, const std::vector<Address>& listening) {
  std::string where;
  for (const Address& address : listening) where += (where.empty() ? "" : ", ") + address.text();
  log::info("listening on " + where);
  if (!member.holding.key) log::warning("there is no key in " + host.files.key_file.string() + ": answering no-key");
  if (member.holding.record_problem) log::warning(member.holding.record_problem->message + ": handing out nothing");
  if (member.holding.key && member.holding.record && !member.holding.is_recorded) {
    log::warning("the key on this host is not the one recorded for it: handing out nothing");
  }
  platform::notify_service_manager("READY=1\nSTATUS=listening on " + where +
                                   (member.holding.key ? "" : ", without a key"));
  log::detail("serving as " + host.agent.name);
}

// A new record of the same key changes only the claim, and its public part is readable without root. False if it is of
// another epoch: only a listener that is started anew, as root, can find out whose key it is.
bool take_new_claim(const Host& host, Responder& responder) {
  const auto found = keystore::load_public(host.files.state_directory);
  // A public part that cannot be read says nothing about the key, so the old claim goes on.
  if (!found) return true;
  if (found->epoch != responder.own().epoch) return false;
  Claim claim = responder.own().claim;
  claim.fleet = found->claim.fleet;
  claim.generation = found->claim.generation;
  claim.standing = found->claim.standing;
  responder.set_claim(claim, claim.standing >= keystore::Standing::chosen);
  return true;
}

struct Watches {
  platform::FileWatch key;
  platform::FileWatch claim;
};

// They need root: the agent's account may not be able to look into the directory of the key.
Result<Watches> watch_files(const Host& host) {
  platform::FileWatch key = TRY(platform::FileWatch::start(host.files.key_file));
  platform::FileWatch claim = TRY(platform::FileWatch::start(host.claim_file()));
  return Watches{std::move(key), std::move(claim)};
}

Result<Ended> listen(const Host& host, const Member& member, Watches& watches, Server& server) {
  OwnPart own = TRY(own_part(host, member));
  Responder responder(std::move(own), roster_of(host), tickets_of(host));
  // After everything that needs root, and before the first byte from a peer.
  TRY(platform::become(host.agent));
  TRY(check_reach(host.agent_directory(), host.agent));

  const ServerEvents events{.ready = [&](const std::vector<Address>& listening) { announce(host, member, listening); },
                            .problem = [](const std::string& problem) { log::warning(problem); }};
  const auto claim_changed = [&](Responder& changed) { return take_new_claim(host, changed); };
  const Ended ended = TRY(server.run(member.identity, responder, watches.key, watches.claim, claim_changed, events));
  // The counter of strangers' failures is written at the end too, not only once a minute.
  TRY(responder.flush());
  return ended;
}

// systemd may run this as the agent's account from the start, after root has prepared the state
// (ExecStartPre=+genkey-agent identity), with the capability to read root's files. Then there is nothing to make or to
// repair here.
bool is_prepared_by_root(const Host& host) {
  const auto directory = platform::facts_of(host.files.state_directory);
  return !platform::running_as_root() && directory && directory->uid == 0;
}

// Makes the state, and finishes an interrupted installation, before anything is watched: what this command itself
// changes must not end it.
Result<void> prepare_state(const Host& host) {
  if (!is_prepared_by_root(host)) TRY(open_locked(host));
  return {};
}

}  // namespace

Result<Report> serve(const Host& host) {
  log::start(host.options.quiet ? log::Level::quiet : host.options.verbose ? log::Level::verbose : log::Level::normal);
  // A warning and no error: a listener that does not run leaves the other hosts without an answer.
  if (!platform::can_lock_memory()) {
    log::warning(
        "memory cannot be locked here (raise the limit, LimitMEMLOCK= or ulimit -l): a secret could reach swap");
  }
  TRY(prepare_state(host));
  // The watches come before the look, so that a key that is replaced in between is noticed.
  Watches watches = TRY(watch_files(host));
  const Member member = TRY(open_member(host));
  const auto& addresses = host.options.listen.empty() ? host.config.listen : host.options.listen;
  // Bound as root, so that a port below 1024 works, and before the account is changed.
  Server server = TRY(Server::bind({.listen = addresses, .authority = own_authority(host.config)}));
  // Before the account changes. A listener that cannot say what it read still answers its peers.
  const auto announced = announce_settings(host);
  if (!announced) log::warning("what the listener read is not noted: " + announced.error().message);
  const Ended ended = TRY(listen(host, member, watches, server));
  platform::notify_service_manager("STOPPING=1");
  log::info(ended == Ended::signal ? "ended by a signal" : "the key changed: ending, to be started anew with it");
  return Report{.command = Command::serve};
}

}  // namespace agent::commands
