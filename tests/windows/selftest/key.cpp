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
void judge_size(const Path& key_file, Judgements& judgements) {
  const auto facts = platform::facts_of(key_file);
  judgements.judge("the key has 24 bytes", facts && facts->size == key_size,
                   facts ? std::to_string(facts->size) + " bytes" : facts.error().message);
}

void judge_sealed(const Path& identity, Judgements& judgements) {
  const auto file = platform::read_file(identity, most, platform::Links::refuse);
  const bool sealed = file && platform::text_of(file->content).find("PRIVATE KEY") == std::string_view::npos;
  judgements.judge("the private key is sealed for this machine", sealed,
                   file ? "it is plain PEM" : file.error().message);
}

void let_in(Deed deed, const Path& key_file, Judgements& judgements) {
  if (const auto problem = let_everyone(deed, key_file))
    judgements.judge("everyone is let at the key", false, *problem);
}

void try_mending(const Program& program, Deed deed, const char* command, Judgements& judgements) {
  const bool read = deed == Deed::read;
  let_in(deed, program.key_file(), judgements);
  const std::string deeds = read ? "read" : "read and write";
  const Outcome noticed = program.run("audit");
  judgements.judge_kept("it notices that everyone may " + deeds + " the key",
                        noticed.code == (read ? 10 : 13) && noticed.says("everyone can " + deeds + " it"),
                        noticed.text());
  const Outcome mended = program.run(command);
  judge_good(judgements, std::string("genkey-agent ") + command + " ends well then", mended);
  judge_private(judgements, std::string("the key that ") + command + " mended", program.key_file());
}

}  // namespace

void try_key(const Program& program, Judgements& judgements) {
  const Outcome made = program.run("generate");
  judgements.judge("it makes a key", made.code == 0, made.text());
  judge_size(program.key_file(), judgements);
  judge_private(judgements, "the key file", program.key_file());
  judge_private(judgements, "the record", program.state() / "record.json");
  judge_public(judgements, "the state directory", program.state());
  judge_private(judgements, "the identity", program.state() / "identity.pem");
  judge_sealed(program.state() / "identity.pem", judgements);
  judge_good(judgements, "it finds its own files good", program.run("audit"));
  const Outcome gate = program.run("gate --policy local");
  judgements.judge("the gate lets Ops Manager start", gate.code == 0, gate.text());
  try_mending(program, Deed::read, "audit --fix", judgements);
  try_mending(program, Deed::everything, "ensure", judgements);
}

}  // namespace selftest
