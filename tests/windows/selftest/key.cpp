// SPDX-License-Identifier: ISC
#include "platform/files/file.h"
#include "tests/windows/selftest/checks.h"
#include "tests/windows/selftest/kept.h"

namespace selftest {

namespace {

using platform::Path;

constexpr std::size_t key_size = 24;
constexpr std::size_t most = 1 << 16U;

// Looks only at the size, so that the key's bytes do not reach this program.
void check_size(const Path& key_file, Tally& tally) {
  const auto facts = platform::facts_of(key_file);
  tally.check("the key has 24 bytes", facts && facts->size == key_size,
              facts ? std::to_string(facts->size) + " bytes" : facts.error().message);
}

void check_sealed(const Path& identity, Tally& tally) {
  const auto file = platform::read_file(identity, most, platform::Links::refuse);
  const bool sealed = file && platform::text_of(file->content).find("PRIVATE KEY") == std::string_view::npos;
  tally.check("the private key is sealed for this machine", sealed, file ? "it is plain PEM" : file.error().message);
}

void let_in(Deed deed, const Path& key_file, Tally& tally) {
  if (const auto problem = let_everyone(deed, key_file)) tally.check("everyone is let at the key", false, *problem);
}

void try_repair(const Program& program, Deed deed, const char* command, Tally& tally) {
  const bool read = deed == Deed::read;
  let_in(deed, program.key_file(), tally);
  const std::string deeds = read ? "read" : "read and write";
  const Outcome noticed = program.run("audit");
  tally.check_kept("it notices that everyone may " + deeds + " the key",
                   noticed.code == (read ? 10 : 13) && noticed.says("everyone can " + deeds + " it"), noticed.text());
  const Outcome repaired = program.run(command);
  check_good(tally, std::string("genkey-agent ") + command + " ends well then", repaired);
  check_private(tally, std::string("the key that ") + command + " repaired", program.key_file());
}

}  // namespace

void try_key(const Program& program, Tally& tally) {
  const Outcome made = program.run("generate");
  tally.check("it makes a key", made.code == 0, made.text());
  check_size(program.key_file(), tally);
  check_private(tally, "the key file", program.key_file());
  check_private(tally, "the record", program.state() / "record.json");
  check_public(tally, "the state directory", program.state());
  check_private(tally, "the identity", program.state() / "identity.pem");
  check_sealed(program.state() / "identity.pem", tally);
  check_good(tally, "it finds its own files good", program.run("audit"));
  const Outcome gate = program.run("gate --policy local");
  tally.check("the gate lets Ops Manager start", gate.code == 0, gate.text());
  try_repair(program, Deed::read, "audit --fix", tally);
  try_repair(program, Deed::everything, "ensure", tally);
}

}  // namespace selftest
