// SPDX-License-Identifier: ISC
#include "agent/fleet/facts_file.h"

#include <iterator>

#include "agent/base/limits.h"
#include "platform/files/file.h"

namespace agent {

using platform::Result;

platform::Path facts_file(const Host& host) { return host.files.state_directory / "facts.json"; }

Result<CollectedFacts> load_collected_facts(const Host& host) {
  const auto file = TRY(platform::read_file(facts_file(host), limits::facts_file, platform::Links::refuse));
  return decode_collected_facts(platform::text_of(file.content));
}

Result<void> save(const CollectedFacts& collected, const Host& host) {
  // JSON writes some characters as two. A file that is too long could not be read again.
  CollectedFacts kept = collected;
  std::string text = encode(kept);
  while (text.size() > limits::facts_file) {
    kept.facts.erase(std::prev(kept.facts.end()));
    text = encode(kept);
  }
  return platform::install_file({.path = facts_file(host),
                                 .content = platform::view_of(text),
                                 .uid = platform::current_user(),
                                 // Only the listener needs it. Settings of Ops Manager are not for everybody.
                                 .gid = platform::running_as_root() ? host.agent.gid : platform::current_group(),
                                 .mode = 0640,
                                 .existing = platform::NewFile::Existing::replace});
}

}  // namespace agent
