// SPDX-License-Identifier: ISC
#include "agent/fleet/key_request.h"

#include <algorithm>
#include <functional>
#include <thread>

#include "agent/base/limits.h"
#include "agent/fleet/ask_peers.h"
#include "agent/fleet/own_identity.h"
#include "agent/transport/peer_requests.h"

namespace agent {

namespace {

using platform::Error;
using platform::ErrorKind;
using platform::fail;
using platform::Result;

// Tickets have kinds of their own, so that a person learns whether the ticket was wrong, used or expired.
ErrorKind kind_of(wire::Refusal why) {
  switch (why) {
    case wire::Refusal::unknown_ticket: return ErrorKind::bad_ticket;
    case wire::Refusal::used_ticket: return ErrorKind::used_ticket;
    case wire::Refusal::expired_ticket: return ErrorKind::expired_ticket;
    case wire::Refusal::removed: return ErrorKind::removed_there;
    case wire::Refusal::not_a_member:
    case wire::Refusal::not_ready:
    case wire::Refusal::banned:
    case wire::Refusal::not_offered:
    case wire::Refusal::yourself:
    case wire::Refusal::not_allowed: return ErrorKind::refused;
  }
  __builtin_unreachable();
}

Error error_of(const Trouble& trouble, const Address& address) {
  // The address belongs in the sentence: a joining host asks several, and only one of them needs attention.
  const std::string text = address.text() + ": " + trouble.reason;
  switch (trouble.kind) {
    case Trouble::Kind::unreachable: return {ErrorKind::peer_silent, text};
    case Trouble::Kind::incompatible: return {ErrorKind::peer_incompatible, text};
    case Trouble::Kind::untrusted:
    case Trouble::Kind::withheld: return {ErrorKind::peer_untrusted, text};
  }
  __builtin_unreachable();
}

using Clock = std::chrono::steady_clock;
using Requester = std::function<wire::Request()>;
using Acceptable = std::function<bool(const Pin&)>;

std::chrono::milliseconds until(Clock::time_point end) {
  return std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
}

// Asks one address once. `acceptable` sees the pin before anything is sent, because a ticket's secret must reach nobody
// but its inviter.
Result<Received> ask_for_key(const Asker& asker, const Address& address, const Acceptable& acceptable,
                             const Requester& request, Clock::time_point end) {
  const Question question = [&](std::size_t /*target*/, const Contact& contact) -> std::optional<wire::Request> {
    if (!acceptable(contact.pin)) return std::nullopt;
    return request();
  };
  const auto time = std::min<std::chrono::milliseconds>(until(end), limits::peer_step);
  const RequestOptions options{
      .context = asker.context, .time = time, .progress = progress_for(asker.host, Clock::now() + time)};
  auto outcomes = request_all(asker.identity, own_authority(asker.host.config), {address}, question, options);
  if (auto* trouble = std::get_if<Trouble>(&outcomes.front())) {
    // Only `acceptable` can have withheld the question, so the reason is known here and not in the transport.
    if (trouble->kind == Trouble::Kind::withheld) trouble->reason = "it is not the host that was expected there";
    return tl::unexpected(error_of(*trouble, address));
  }
  auto& exchange = std::get<Exchange>(outcomes.front());
  if (const auto* refused = std::get_if<wire::Refused>(&exchange.reply)) {
    return fail(kind_of(refused->why), address.text() + " refuses: " + std::string(describe(refused->why)));
  }
  // It answers, so a look at its listener would not help. Another host has to be asked.
  if (std::holds_alternative<wire::NoKey>(exchange.reply))
    return fail(ErrorKind::refused, address.text() + " has no key itself");
  auto* handover = std::get_if<wire::Handover>(&exchange.reply);
  if (handover == nullptr)
    return fail(ErrorKind::peer_incompatible, address.text() + " answers something that was not asked");
  auto key = TRY(keystore::GenKey::create(std::move(handover->key)));
  return Received{std::move(key),
                  {address, exchange.contact.pin, std::move(handover->claim), std::move(handover->roster)}};
}

// A peer that is silent, untrusted or incompatible may be the wrong host behind that address, so the next address is
// worth a try. A refusal comes from the right host and would be the same at its other addresses.
bool worth_another_try(const Error& error) {
  return error.kind == ErrorKind::peer_silent || error.kind == ErrorKind::peer_untrusted ||
         error.kind == ErrorKind::peer_incompatible;
}

Result<Received> first_that_gives(const Asker& asker, const std::vector<Address>& addresses,
                                  const Acceptable& acceptable, const Requester& request, bool go_on_after_refusal,
                                  Clock::time_point end) {
  Result<Received> last = fail(ErrorKind::peer_silent, "no peer is known that could be asked");
  for (const Address& address : addresses) {
    auto received = ask_for_key(asker, address, acceptable, request, end);
    if (received) return received;
    // Without a ticket each target is another host, and one host's refusal says nothing about the next.
    const bool final = !worth_another_try(received.error()) && !go_on_after_refusal;
    last = std::move(received);
    if (final || Clock::now() >= end) break;
  }
  return last;
}

wire::Join join_message(const Asker& asker, const Ticket* ticket) {
  wire::Join join;
  // An empty secret is how the message asks without a ticket, as an allowed name of a CA.
  if (ticket != nullptr) {
    join.ticket = ticket->id;
    join.secret = ticket->secret.duplicate();
  }
  join.name = asker.claim.name;
  join.address = asker.claim.address;
  return join;
}

// The record's witness decides, not the sender: a peer of another fleet may send a perfectly good key.
bool matches(const Received& received, const keystore::Record& record) {
  return keystore::is_recorded(keystore::KeyProof(received.key), record);
}

// not_recorded and not a refusal: the peer answered, and its key is the problem.
tl::unexpected<Error> offers_another(const Address& address) {
  return fail(ErrorKind::not_recorded, address.text() + " offers another key than the one recorded on this host");
}

// Who may give the key: whether this answer at this target is worth asking for it.
using MayGive = std::function<bool(const PeerAnswer&)>;

// Asks all of them at once who has a key. The key itself is asked for one by one, and each dead address in that list
// would cost its full time limit. An answer of somebody who may not give the key does not end the wait.
std::vector<Address> living(const Asker& asker, const std::vector<Target>& targets, const MayGive& may_give,
                            const AskOptions& wait) {
  // Without the key in hand the round only says hello, so that no proof of a displaced or wrong key goes out.
  const Asker without_key{asker.host, asker.identity, asker.roster, asker.claim};
  const auto gives = [&](const PeerAnswer& answer) { return answer.result == PeerResult::has_key && may_give(answer); };
  AskOptions options = wait;
  options.enough = [&](const std::vector<PeerAnswer>& answers) { return std::ranges::any_of(answers, gives); };
  std::vector<Address> found;
  for (const PeerAnswer& answer : ask_peers_in_this_process(without_key, targets, options)) {
    if (gives(answer)) found.push_back(answer.asked);
  }
  return found;
}

// An inviter has several addresses, and some may lead nowhere from here. If none answers, the first is asked anyway, so
// that the error has a reason to show.
std::vector<Address> living_of(const Asker& asker, const Ticket& ticket) {
  const auto targets = targets_of(asker.host, asker.roster, ticket.addresses);
  const auto is_inviter = [&](const PeerAnswer& answer) { return answer.pin == ticket.inviter; };
  auto found = living(asker, targets, is_inviter, {.wait = limits::join_patience, .try_again = true});
  return found.empty() ? std::vector<Address>{ticket.addresses.front()} : found;
}

Result<Received> request_with_ticket_here(const Asker& asker, const Ticket& ticket) {
  const auto end = Clock::now() + limits::join_wait;
  const auto ask = [&](const std::vector<Address>& addresses) {
    return first_that_gives(
        asker, addresses, [&](const Pin& pin) { return pin == ticket.inviter; },
        [&] { return join_message(asker, &ticket); }, false, end);
  };
  // The usual ticket has one address, and asking it directly saves a connection. Only if it is silent is it worth
  // waiting for.
  if (ticket.addresses.size() == 1) {
    auto received = ask(ticket.addresses);
    if (received || received.error().kind != ErrorKind::peer_silent) return received;
  }
  return ask(living_of(asker, ticket));
}

// A known peer, or any host at an address that a person named and where nobody was ever met: the roster may be
// lost. The record's witness decides what is installed, so a stranger can only learn that this host lost its key.
bool may_refetch_from(const Asker& asker, const std::vector<Target>& targets, const PeerAnswer& answer) {
  if (!answer.pin || asker.roster.is_removed(*answer.pin)) return false;
  if (asker.roster.find(*answer.pin) != nullptr) return true;
  const auto target = std::ranges::find(targets, answer.asked, &Target::address);
  return target != targets.end() && target->configured && !target->owner;
}

Result<Received> refetch_once(const Asker& asker, const std::vector<Target>& targets, const keystore::Record& record,
                              const AskOptions& wait, Clock::time_point end) {
  const Requester request = [&] { return wire::Refetch{asker.claim.name, asker.claim.address}; };
  const auto may_give = [&](const PeerAnswer& answer) { return may_refetch_from(asker, targets, answer); };
  Result<Received> last = fail(ErrorKind::peer_silent, "no peer that has a key answers");
  // A wrong key or a refusal does not end the search: one outdated peer must not keep this host from the right key.
  const auto found = living(asker, targets, may_give, wait);
  for (std::size_t at = 0; at < found.size(); ++at) {
    const Address& address = found[at];
    // Each gets its share of the time, so that one that hangs leaves some for the next.
    const auto share = Clock::now() + until(end) / static_cast<std::int64_t>(found.size() - at);
    // The host may have changed since it said hello, so its pin is looked at again.
    const Acceptable acceptable = [&](const Pin& pin) {
      return may_refetch_from(asker, targets, {.asked = address, .pin = pin});
    };
    auto received = ask_for_key(asker, address, acceptable, request, share);
    if (received && matches(*received, record)) return received;
    if (received) {
      last = offers_another(address);
    } else {
      last = std::move(received);
    }
    if (Clock::now() >= end) break;
  }
  return last;
}

Result<Received> refetch_here(const Asker& asker, const std::vector<Target>& targets, const keystore::Record& record,
                              std::optional<std::chrono::milliseconds> wait) {
  const auto end = Clock::now() + wait.value_or(limits::verify_wait);
  for (;;) {
    const AskOptions options{.wait = until(end), .try_again = wait.has_value()};
    auto received = refetch_once(asker, targets, record, options, end);
    // Those who answered could not give the key, or nobody did. They may be able to in a moment. A host without peers
    // waits for nobody.
    if (received || !wait || targets.empty() || until(end) <= limits::pause_of_refetch) return received;
    std::this_thread::sleep_for(limits::pause_of_refetch);
  }
}
}  // namespace

Result<Received> request_with_ticket(const Asker& asker, const Ticket& ticket) {
  auto received = receive_in_child(asker, limits::join_wait, [&] { return request_with_ticket_here(asker, ticket); });
  if (received || received.error().kind != ErrorKind::removed_there) return received;
  return fail(ErrorKind::removed_there, received.error().message, steps_there(asker));
}

Result<Received> request_without_ticket(const Asker& asker, const std::vector<Target>& targets) {
  return receive_in_child(asker, limits::join_wait, [&] {
    const auto end = Clock::now() + limits::join_wait;
    const Acceptable acceptable = [&](const Pin& pin) { return pin != asker.identity.pin(); };
    const auto anybody = [&](const PeerAnswer& answer) { return answer.pin && acceptable(*answer.pin); };
    return first_that_gives(
        asker, living(asker, targets, anybody, AskOptions{}), acceptable, [&] { return join_message(asker, nullptr); },
        true, end);
  });
}

Result<Received> refetch(const Asker& asker, const std::vector<Target>& targets, const keystore::Record& record,
                         std::optional<std::chrono::milliseconds> wait) {
  auto received = receive_in_child(asker, wait.value_or(limits::verify_wait),
                                   [&] { return refetch_here(asker, targets, record, wait); });
  // The child has checked this too, but it has talked to strangers, who may have taken it over. So this process checks
  // again before anything reaches the disk.
  if (received && !matches(*received, record)) return offers_another(received->giver.from);
  return received;
}

}  // namespace agent
