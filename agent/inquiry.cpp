#include "agent/inquiry.h"

#include <algorithm>
#include <iostream>

#include "agent/ask.h"
#include "agent/byte_stream.h"
#include "agent/limits.h"
#include "platform/child.h"
#include "platform/host_facts.h"
#include "platform/memory.h"
#include "platform/terminal.h"

namespace agent {

namespace {

using platform::ChildReport;
using platform::Error;
using platform::ErrorKind;
using platform::fail;
using platform::Result;

constexpr std::size_t answer_size = 2048;  // an encoded PeerAnswer is smaller
constexpr std::size_t note_size = limits::reply_size + 1024;

std::vector<Address> addresses_of(const std::vector<Target>& targets) {
  std::vector<Address> addresses;
  std::ranges::transform(targets, std::back_inserter(addresses), &Target::address);
  return addresses;
}

bool is_known(const Asker& asker, const Pin& pin) { return std::ranges::find(asker.known, pin) != asker.known.end(); }

std::string_view describe(wire::Refusal why) {
  switch (why) {
    case wire::Refusal::removed: return "it has removed this host from its peers";
    case wire::Refusal::not_a_member: return "it does not know this host as a member of its fleet";
    case wire::Refusal::not_ready: return "its own key is not confirmed, so it hands out none";
    case wire::Refusal::unknown_ticket: return "it has issued no such ticket";
    case wire::Refusal::used_ticket: return "the ticket has been used up";
    case wire::Refusal::expired_ticket: return "the ticket has expired by its clock";
    case wire::Refusal::banned: return "too many wrong tickets came from this host; it answers again in ten minutes";
    case wire::Refusal::not_offered: return "its configuration does not offer that";
    case wire::Refusal::yourself: return "it has the same identity as this host";
  }
  __builtin_unreachable();
}

ErrorKind kind_of(wire::Refusal why) {
  switch (why) {
    case wire::Refusal::unknown_ticket: return ErrorKind::bad_ticket;
    case wire::Refusal::used_ticket: return ErrorKind::used_ticket;
    case wire::Refusal::expired_ticket: return ErrorKind::expired_ticket;
    default: return ErrorKind::refused;
  }
}

Error error_of(const Trouble& trouble, const Address& address) {
  const std::string text = address.text() + ": " + trouble.reason;
  switch (trouble.kind) {
    case Trouble::Kind::unreachable: return {ErrorKind::peer_silent, text};
    case Trouble::Kind::incompatible: return {ErrorKind::peer_incompatible, text};
    case Trouble::Kind::untrusted:
    case Trouble::Kind::withheld: return {ErrorKind::peer_untrusted, text};
  }
  __builtin_unreachable();
}

AskOptions ask_options(const std::vector<Address>& targets, const InquiryOptions& options) {
  AskOptions ask{.time_per_peer = options.time_per_peer, .wait = options.wait};
  if (platform::stderr_is_terminal()) {
    ask.progress = [all = targets.size()](std::size_t answered, std::size_t /*all*/) {
      std::cerr << "genkey-agent: waiting for peers, " << answered << " of " << all << " have answered\n";
    };
  }
  return ask;
}

// --- agreement, inside the child ---

class AgreementRound {
 public:
  AgreementRound(const Asker& asker, const std::vector<Target>& targets)
      : asker_(asker), targets_(targets), instance_(platform::instance_id(asker.host.place.state_directory)) {
    if (asker.key == nullptr) return;
    proof_.emplace(*asker.key);
    weak_ = keystore::weakness_of(*asker.key).has_value();
  }

  std::optional<wire::Request> question(const Contact& contact) const {
    if (contact.pin == asker_.identity.pin() || !proof_) return wire::Hello{};
    if (weak_ && !is_known(asker_, contact.pin)) return std::nullopt;
    return prove_as_initiator(*proof_, contact.channel, asker_.claim);
  }

  PeerAnswer judge(std::size_t target, const Outcome& outcome) const {
    PeerAnswer answer{.asked = targets_[target].address};
    if (const auto* trouble = std::get_if<Trouble>(&outcome)) return judge_trouble(std::move(answer), *trouble);
    const auto& exchange = std::get<Exchange>(outcome);
    answer.pin = exchange.contact.pin;
    std::visit([&](const auto& reply) { judge_reply(answer, exchange, reply); }, exchange.reply);
    return answer;
  }

 private:
  static PeerAnswer judge_trouble(PeerAnswer answer, const Trouble& trouble) {
    answer.pin = trouble.pin;
    answer.detail = trouble.reason;
    switch (trouble.kind) {
      case Trouble::Kind::unreachable: answer.result = PeerResult::unreachable; break;
      case Trouble::Kind::incompatible: answer.result = PeerResult::incompatible; break;
      case Trouble::Kind::untrusted: answer.result = PeerResult::untrusted; break;
      case Trouble::Kind::withheld:
        answer.result = PeerResult::untrusted;
        answer.detail = "this host's key is weak, and is proved only to peers that are known by their pin";
        break;
    }
    return answer;
  }

  void judge_reply(PeerAnswer& answer, const Exchange& exchange, const wire::HelloReply& reply) const {
    if (exchange.contact.pin == asker_.identity.pin()) {
      const bool here = instance_ && platform::hex_encode(reply.instance) == *instance_;
      answer.result = here ? PeerResult::self : PeerResult::clone;
      if (!here) answer.detail = "another machine shows this host's own identity";
      return;
    }
    answer.result = reply.has_key ? PeerResult::disagree : PeerResult::no_key;
  }
  void judge_reply(PeerAnswer& answer, const Exchange& exchange, const wire::AgreeReply& reply) const {
    const auto& request = std::get<wire::Agree>(exchange.request);
    if (proof_ && is_proof(*proof_, exchange.contact.channel, request, reply)) {
      answer.result = PeerResult::agree;
      answer.claim = reply.claim;
      answer.standing = reply.claim.standing;
      return;
    }
    answer.result = PeerResult::untrusted;
    answer.detail = "it took our proof and gave none of its own";
  }
  static void judge_reply(PeerAnswer& answer, const Exchange& /*exchange*/, const wire::Disagree& reply) {
    answer.result = PeerResult::disagree;
    answer.claim = reply.claim;
    answer.standing = reply.claim ? reply.claim->standing : reply.standing;
  }
  static void judge_reply(PeerAnswer& answer, const Exchange& /*exchange*/, const wire::NoKey& /*reply*/) {
    answer.result = PeerResult::no_key;
  }
  static void judge_reply(PeerAnswer& answer, const Exchange& /*exchange*/, const wire::Refused& reply) {
    answer.result = PeerResult::untrusted;
    answer.detail = describe(reply.why);
  }
  static void judge_reply(PeerAnswer& answer, const Exchange& /*exchange*/, const wire::Handover& /*reply*/) {
    answer.result = PeerResult::incompatible;
    answer.detail = "it answers something that was not asked";
  }

  const Asker& asker_;
  const std::vector<Target>& targets_;
  Result<std::string> instance_;
  std::optional<keystore::KeyProof> proof_;
  bool weak_ = false;
};

std::vector<PeerAnswer> inquire_here(const Asker& asker, const std::vector<Target>& targets,
                                     const InquiryOptions& options) {
  const AgreementRound round(asker, targets);
  const auto addresses = addresses_of(targets);
  const auto judged = [&](const std::vector<Outcome>& outcomes) {
    std::vector<PeerAnswer> answers;
    for (std::size_t at = 0; at < outcomes.size(); ++at) answers.push_back(round.judge(at, outcomes[at]));
    return answers;
  };
  AskOptions ask = ask_options(addresses, options);
  if (options.enough)
    ask.enough = [&](const std::vector<Outcome>& outcomes) { return options.enough(judged(outcomes)); };
  const Question question = [&](std::size_t /*target*/, const Contact& contact) { return round.question(contact); };
  return judged(ask_all(asker.identity, asker.host.authority, addresses, question, ask));
}

platform::ChildLimits limits_for(std::size_t targets, const InquiryOptions& options) {
  // Connecting and talking each have their time, and a crowd takes its turns.
  const auto turns = static_cast<std::int64_t>(targets / limits::handshakes_in_flight + 1);
  return {.secret = 0,
          .said = targets * answer_size,
          .time = options.wait + (turns + 1) * 2 * options.time_per_peer + limits::child_grace};
}

// --- receiving the key ---

// What the child says of a hand-over: the key as its secret, and the note; or no key and an error.
ChildReport report(const Result<Received>& received) {
  ByteWriter out;
  if (received) {
    return {received->key.duplicate_bytes(), encode(received->note)};
  }
  out.number(static_cast<std::uint8_t>(received.error().kind)).counted(received.error().message);
  return {platform::SecretBytes(), out.take()};
}

Result<Received> understand(ChildReport said) {
  if (said.secret.empty()) {
    ByteReader in(said.said);
    const auto kind = in.number<std::uint8_t>();
    const std::string message = in.counted_text();
    if (!in.finished() || kind > static_cast<std::uint8_t>(ErrorKind::needs_confirmation)) {
      return fail(ErrorKind::peer_silent, "the process that talks to peers spoke nonsense");
    }
    return fail(static_cast<ErrorKind>(kind), message);
  }
  auto note = decode_handover_note(said.said);
  if (!note) return fail(ErrorKind::peer_silent, "the process that talks to peers spoke nonsense");
  auto key = TRY(keystore::GenKey::create(std::move(said.secret)));
  return Received{std::move(key), std::move(*note)};
}

Result<Received> receive_in_child(const Asker& asker, std::chrono::milliseconds time,
                                  const std::function<Result<Received>()>& work) {
  const platform::ChildLimits child_limits{
      .secret = keystore::GenKey::size, .said = note_size, .time = time + limits::child_grace};
  auto said = TRY(platform::run_in_child(asker.host.agent, child_limits, [&] { return report(work()); }));
  return understand(std::move(said));
}

using Requester = std::function<wire::Request()>;
using Acceptable = std::function<bool(const Pin&)>;

// One address, once. `acceptable` judges who answers before anything is asked of it.
Result<Received> ask_for_key(const Asker& asker, const Address& address, const Acceptable& acceptable,
                             const Requester& request) {
  const Question question = [&](std::size_t /*target*/, const Contact& contact) -> std::optional<wire::Request> {
    if (!acceptable(contact.pin)) return std::nullopt;
    return request();
  };
  auto outcomes = ask_all(asker.identity, asker.host.authority, {address}, question, AskOptions{});
  if (auto* trouble = std::get_if<Trouble>(&outcomes.front())) {
    if (trouble->kind == Trouble::Kind::withheld) trouble->reason = "it is not the host that was expected there";
    return tl::unexpected(error_of(*trouble, address));
  }
  auto& exchange = std::get<Exchange>(outcomes.front());
  if (const auto* refused = std::get_if<wire::Refused>(&exchange.reply)) {
    return fail(kind_of(refused->why), address.text() + " refuses: " + std::string(describe(refused->why)));
  }
  auto* handover = std::get_if<wire::Handover>(&exchange.reply);
  if (handover == nullptr) return fail(ErrorKind::peer_silent, address.text() + " has no key itself");
  auto key = TRY(keystore::GenKey::create(std::move(handover->key)));
  return Received{std::move(key),
                  {address, exchange.contact.pin, std::move(handover->claim), std::move(handover->roster)}};
}

// Refusals are final; silence is not.
bool worth_another_try(const Error& error) {
  return error.kind == ErrorKind::peer_silent || error.kind == ErrorKind::peer_untrusted ||
         error.kind == ErrorKind::peer_incompatible;
}

Result<Received> first_that_gives(const Asker& asker, const std::vector<Address>& addresses,
                                  const Acceptable& acceptable, const Requester& request, bool go_on_after_refusal) {
  Result<Received> last = fail(ErrorKind::peer_silent, "no peer is known that could be asked");
  for (const Address& address : addresses) {
    auto received = ask_for_key(asker, address, acceptable, request);
    if (received) return received;
    const bool final = !worth_another_try(received.error()) && !go_on_after_refusal;
    last = std::move(received);
    if (final) break;
  }
  return last;
}

wire::Join join_message(const Asker& asker, const Ticket* ticket) {
  wire::Join join;
  if (ticket != nullptr) {
    join.ticket = ticket->id;
    join.secret = ticket->secret.duplicate();
  }
  join.name = asker.claim.name;
  join.address = asker.claim.address;
  return join;
}

bool matches(const Received& received, const keystore::Record& record) {
  return keystore::is_recorded(keystore::KeyProof(received.key), record);
}

// Peers that are there and have a key, so that the dead ones cost their time once and at once.
std::vector<Address> living(const Asker& asker, const std::vector<Target>& targets, std::chrono::milliseconds wait) {
  const Asker without_key{asker.host, asker.identity, asker.claim};
  const InquiryOptions options{.wait = wait, .enough = [](const std::vector<PeerAnswer>& answers) {
                                 return std::ranges::any_of(answers, [](const PeerAnswer& answer) {
                                   return answer.result == PeerResult::disagree;
                                 });
                               }};
  std::vector<Address> found;
  for (const PeerAnswer& answer : inquire_here(without_key, targets, options)) {
    if (answer.result == PeerResult::disagree) found.push_back(answer.asked);
  }
  return found;
}

Result<Received> refetch_here(const Asker& asker, const std::vector<Target>& targets, const keystore::Record& record,
                              std::chrono::milliseconds wait) {
  const Acceptable acceptable = [&](const Pin& pin) { return is_known(asker, pin); };
  const Requester request = [&] { return wire::Refetch{asker.claim.name, asker.claim.address}; };
  Result<Received> last = fail(ErrorKind::peer_silent, "no peer that has a key answers");
  for (const Address& address : living(asker, targets, wait)) {
    auto received = ask_for_key(asker, address, acceptable, request);
    if (received && matches(*received, record)) return received;
    if (received) {
      last = fail(ErrorKind::not_recorded, address.text() + " offers another key than the one recorded on this host");
    } else {
      last = std::move(received);
    }
  }
  return last;
}

}  // namespace

std::vector<Target> targets_of(const Host& host, const Roster& roster, platform::Time now) {
  std::vector<Target> targets;
  const auto add = [&](const Address& address, bool configured) {
    if (std::ranges::find(targets, address, &Target::address) == targets.end())
      targets.push_back({address, configured});
  };
  for (const Address& address : host.config.peers) add(address, true);
  for (const std::string& text : roster.addresses()) {
    if (const auto address = parse_address(text)) add(*address, true);
  }
  for (const Peer& peer : roster.peers()) {
    const auto address = parse_address(peer.address);
    const bool recent = peer.acquaintance == Acquaintance::pinned || now - peer.seen <= limits::unseen;
    if (address && recent) add(*address, false);
  }
  return targets;
}

std::vector<PeerAnswer> inquire(const Asker& asker, const std::vector<Target>& targets, const InquiryOptions& options) {
  if (targets.empty()) return {};
  const auto said = platform::run_in_child(asker.host.agent, limits_for(targets.size(), options), [&] {
    platform::raise_descriptor_limit();
    return ChildReport{platform::SecretBytes(), encode(inquire_here(asker, targets, options))};
  });
  const auto addresses = addresses_of(targets);
  auto answers = said ? decode_answers(said->said, addresses) : std::nullopt;
  if (answers) return std::move(*answers);
  std::vector<PeerAnswer> none;
  for (const Address& address : addresses) {
    none.push_back(
        {.asked = address, .detail = said ? "the process that talks to peers spoke nonsense" : said.error().message});
  }
  return none;
}

Result<Received> redeem(const Asker& asker, const Ticket& ticket) {
  return receive_in_child(asker, limits::join_wait * 2, [&] {
    const Acceptable acceptable = [&](const Pin& pin) { return pin == ticket.inviter; };
    return first_that_gives(
        asker, ticket.addresses, acceptable, [&] { return join_message(asker, &ticket); }, false);
  });
}

Result<Received> request_without_ticket(const Asker& asker, const std::vector<Target>& targets) {
  return receive_in_child(asker, limits::join_wait * 2, [&] {
    const Acceptable acceptable = [&](const Pin& pin) { return pin != asker.identity.pin(); };
    return first_that_gives(
        asker, living(asker, targets, {}), acceptable, [&] { return join_message(asker, nullptr); }, true);
  });
}

Result<Received> refetch(const Asker& asker, const std::vector<Target>& targets, const keystore::Record& record,
                         std::chrono::milliseconds wait) {
  return receive_in_child(asker, limits::join_wait * 2 + wait,
                          [&] { return refetch_here(asker, targets, record, wait); });
}

}  // namespace agent
