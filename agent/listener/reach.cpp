// SPDX-License-Identifier: ISC
#include "agent/listener/reach.h"

#include <optional>

#include "agent/base/limits.h"
#include "platform/files/file.h"
#include "platform/files/listing.h"
#include "platform/host/typed_command.h"

namespace agent {

namespace {

using platform::Account;
using platform::ErrorKind;
using platform::fail;
using platform::Path;
using platform::Result;

bool is_denied(const platform::Error& error) { return error.kind == ErrorKind::denied; }

// The topmost directory that this account may not pass through on the way to `path`.
std::optional<Path> barrier_on_the_way_to(const Path& path) {
  Path directory;
  for (const Path& part : path) {
    const Path next = directory / part;
    const auto facts = platform::facts_of(next);
    if (!facts && is_denied(facts.error())) return directory;
    directory = next;
  }
  return std::nullopt;
}

tl::unexpected<platform::Error> not_its_own(const Path& what, const Path& directory, const Account& account) {
  return fail(ErrorKind::configuration,
              "the listener's account " + account.name + " cannot read " + what.string() + ", which must belong to it",
              {{"to hand it over",
                "chown -R " + platform::typed_word(account.owner()) + " " + platform::typed_word(directory.string())}});
}

}  // namespace

Result<void> check_reach(const Path& agent_directory, const Account& account) {
  if (const auto barrier = barrier_on_the_way_to(agent_directory)) {
    return fail(
        ErrorKind::configuration,
        "the listener's account " + account.name + " cannot pass through " + barrier->string() + " to its files",
        {{"to let it pass, unless you choose another --state-dir",
          "chmod o+x " + platform::typed_word(barrier->string())}});
  }
  const auto files = platform::list_directory(agent_directory, limits::agent_files);
  if (!files && is_denied(files.error())) return not_its_own(agent_directory, agent_directory, account);
  // Other errors are told with each request that they concern. They do not keep this host from answering the others.
  if (!files) return {};
  for (const platform::ListedFile& file : *files) {
    if (file.facts.type != platform::FileType::regular || platform::lets_read(file.facts, account)) continue;
    return not_its_own(agent_directory / file.name, agent_directory, account);
  }
  return {};
}

}  // namespace agent
