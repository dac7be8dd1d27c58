// SPDX-License-Identifier: ISC
// adversary ATTACK [--option VALUE]...: what an attacker can do with a socket and without the key. attacks.h and
// impostors.h describe each attack. `identity --file FILE` makes an identity that several attacks can share, and prints
// its pin.
#include <array>
#include <csignal>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string_view>

#include <sodium.h>

#include "tests/adversary/arguments.h"
#include "tests/adversary/attacks.h"
#include "tests/adversary/impostors.h"

namespace adversary {

namespace {

void make_identity(const Arguments& arguments) {
  const auto identity = agent::Identity::generate("adversary");
  if (!identity) throw std::runtime_error(identity.error().message);
  const auto stored = identity->save(arguments.text("--file"));
  if (!stored) throw std::runtime_error(stored.error().message);
  std::cout << identity->pin().text() << std::endl;
}

struct Attack {
  std::string_view name;
  void (*run)(const Arguments&);
};

constexpr std::array attacks = {
    Attack{"identity", make_identity},
    Attack{"greet", greet},
    Attack{"handshake", shake_hands_wrongly},
    Attack{"frame", send_frame},
    Attack{"slow", send_slowly},
    Attack{"claim", claim_without_proof},
    Attack{"redeem", redeem},
    Attack{"refetch", refetch},
    Attack{"replay-client", replay_client},
    Attack{"hold", hold},
    Attack{"answer", answer_wrongly},
    Attack{"middle", stand_in_the_middle},
    Attack{"record", record},
    Attack{"replay-server", replay_server},
};

void run(std::string_view name, const Arguments& arguments) {
  for (const Attack& attack : attacks) {
    if (attack.name == name) return attack.run(arguments);
  }
  throw std::runtime_error("no such attack: " + std::string(name));
}

}  // namespace

}  // namespace adversary

int main(int argc, char** argv) {
  try {
    if (argc < 2) throw std::runtime_error("which attack?");
    if (sodium_init() < 0) throw std::runtime_error("libsodium does not start");
    // A listener that ends the connection is an expected result, and TLS writes have no MSG_NOSIGNAL.
    if (std::signal(SIGPIPE, SIG_IGN) == SIG_ERR) throw std::runtime_error("cannot ignore SIGPIPE");
    adversary::run(argv[1], adversary::Arguments(argc - 2, argv + 2));
  } catch (const std::exception& error) {
    std::cerr << "adversary: " << error.what() << "\n";
    return 1;
  }
  return 0;
}
