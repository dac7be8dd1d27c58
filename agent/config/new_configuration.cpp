// SPDX-License-Identifier: ISC
#include "agent/config/new_configuration.h"

#include <stdexcept>

#include "agent/base/limits.h"
#include "agent/config/example_configuration.h"

namespace agent {

namespace {

// The example has each setting as a comment with a sample value, which the real line replaces.
void replace_sample(std::string& text, const std::string& key, const std::string& value) {
  const std::string sample = "\n#" + key + " = ";
  const auto begin = text.find(sample);
  // Only in a build whose example lost the line; a test of this unit is red then.
  if (begin == std::string::npos) throw std::logic_error("the example has no line for " + key);
  const auto end = text.find('\n', begin + 1);
  text.replace(begin + 1, end - begin - 1, key + " = " + value);
}

// Names and addresses are plain, so nothing in them needs an escape.
std::string quoted(const std::string& text) { return '"' + text + '"'; }

// As people write it: without the port that everybody uses.
std::string short_text(const Address& address) {
  const std::string text = address.text();
  const std::string port = ":" + std::to_string(limits::default_port);
  return address.port == limits::default_port ? text.substr(0, text.size() - port.size()) : text;
}

}  // namespace

std::string text_of(const NewConfiguration& wanted) {
  std::string text(example_configuration());
  if (wanted.name) replace_sample(text, "name", quoted(*wanted.name));
  if (wanted.address) replace_sample(text, "address", quoted(short_text(*wanted.address)));
  std::string peers;
  for (const Address& peer : wanted.peers) peers += (peers.empty() ? "" : ", ") + quoted(short_text(peer));
  if (!wanted.peers.empty()) replace_sample(text, "peers", "[" + peers + "]");
  return text;
}

}  // namespace agent
