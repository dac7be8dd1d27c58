// SPDX-License-Identifier: ISC
// Many peers in one process: COUNT identities that hold one key, each on a port of its own, proving agreement
// to whoever asks. It is the product's protocol and TLS on the floor server's loop, without roster, limits or
// privileges: what verify is measured against should not be what slows it.
//
// They say that they live at ADDRESS, so that whoever asks finds them in its roster where it found them.
//
//   responders STATE_DIRECTORY KEY_FILE ADDRESS FIRST_PORT COUNT
#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "agent/base/limits.h"
#include "agent/protocol/agreement.h"
#include "agent/protocol/messages.h"
#include "agent/transport/identity.h"
#include "agent/transport/tls.h"
#include "keystore/host_key/record.h"
#include "keystore/key/key_proof.h"
#include "platform/processes/hardening.h"
#include "tests/bench/server.h"
#include "tests/bench/stop.h"

namespace {

template <class T>
T demand(platform::Result<T> result) {
  if (!result) bench::stop(result.error().message.c_str());
  return std::move(*result);
}

// What every port proves.
struct Fleet {
  keystore::KeyProof proof;
  agent::Claim claim;
};

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) bench::stop_with_errno(path.c_str());
  return {std::istreambuf_iterator<char>(file), {}};
}

Fleet load_fleet(const std::string& state_directory, const std::string& key_file) {
  const std::string key = content_of(key_file);
  platform::SecretBytes bytes(key.size());
  std::ranges::copy(std::as_bytes(std::span(key)), bytes.reveal_for_writing().begin());
  const auto record = demand(keystore::decode_record(content_of(state_directory + "/record.json")));
  return {.proof = keystore::KeyProof(demand(keystore::GenKey::create(std::move(bytes)))),
          .claim = {.fleet = record.fleet,
                    .generation = record.generation,
                    .standing = record.standing,
                    .name = {},
                    .address = {}}};
}

// One of the many peers.
struct Peer {
  Peer(const Fleet& shared, const std::string& address, int port)
      : fleet(shared),
        claim(shared.claim),
        identity(demand(agent::Identity::generate("bench"))),
        context(demand(agent::tls::make_context(agent::tls::Role::responder, identity, std::nullopt))) {
    claim.name = "peer" + std::to_string(port);
    claim.address = address + ":" + std::to_string(port);
  }
  const Fleet& fleet;
  agent::Claim claim;
  agent::Identity identity;
  agent::tls::Context context;
};

class Conversation : public bench::Visit {
 public:
  Conversation(const Peer& peer, bench::FileDescriptor socket)
      : Visit(peer.context.get(), std::move(socket)), peer_(peer) {}

 private:
  // False when what arrived is no question of ours.
  bool converse() override {
    filled_ = connection().read(buffer_, filled_);
    if (filled_ < agent::wire::frame_header) return true;
    const std::span<const std::byte> arrived = std::span(buffer_).first(filled_);
    const auto size = agent::wire::frame_size(arrived.first<agent::wire::frame_header>(), agent::limits::request_size);
    if (!size) return false;
    const auto body = arrived.subspan(agent::wire::frame_header);
    if (body.size() < *size) return true;
    const auto request = agent::wire::decode_request(body);
    return request && answer(*request);
  }

  bool answer(const agent::wire::Request& request) {
    const auto* agree = std::get_if<agent::wire::Agree>(&request);
    if (agree == nullptr) return answer_hello(request);
    const auto channel =
        demand(agent::tls::established(connection().tls(), agent::tls::Role::responder, peer_.identity)).channel;
    const auto reply = agent::prove_as_responder(peer_.fleet.proof, channel, *agree, peer_.claim);
    return reply && write(*reply);
  }

  bool answer_hello(const agent::wire::Request& request) {
    return std::holds_alternative<agent::wire::Hello>(request) && write(agent::wire::HelloReply{.has_key = true});
  }

  bool write(const agent::wire::Reply& reply) {
    connection().write(agent::wire::encode(reply).bytes());
    filled_ = 0;
    return true;
  }

  const Peer& peer_;
  std::array<std::byte, agent::wire::frame_header + agent::limits::request_size> buffer_{};
  std::size_t filled_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) bench::stop("usage: responders STATE_DIRECTORY KEY_FILE ADDRESS FIRST_PORT COUNT");
  if (!platform::harden_process()) bench::stop("libsodium does not start");
  bench::allow_many_descriptors();
  const Fleet fleet = load_fleet(argv[1], argv[2]);
  const bench::FileDescriptor epoll = bench::make_epoll();
  std::vector<std::unique_ptr<Peer>> peers;
  std::vector<std::unique_ptr<bench::Port>> ports;
  const int first = bench::number(argv[4]);
  const int end = first + bench::number(argv[5]);
  for (int port = first; port < end; ++port) {
    const Peer& peer = *peers.emplace_back(std::make_unique<Peer>(fleet, argv[3], port));
    ports.push_back(std::make_unique<bench::Port>(epoll.get(), port, [&peer](bench::FileDescriptor socket) {
      return std::make_unique<Conversation>(peer, std::move(socket));
    }));
  }
  bench::serve(epoll.get());
}
