// SPDX-License-Identifier: ISC
#include "agent/config/misplaced_secret.h"

#include <cstdlib>

#include "agent/base/repeatable.h"

namespace agent {

namespace {

constexpr std::string_view ticket = "a ticket";

// A ticket that other users may have read still works for the first of them.
std::string remedy_for(std::string_view form) {
  if (form == ticket)
    return "Make a new one with 'genkey-agent invite' on a host that has the key, and give it with --ticket-file FILE "
           "or "
           "on standard input.";
  return "Replace it, and give the new one in a file.";
}

// A passphrase has no form. It shows by where it stands: the flag takes no value, and a copy has a dot in its name.
bool is_passphrase(std::string_view word, std::string_view before) {
  if (word.starts_with("--passphrase=")) return true;
  return before == "--passphrase" && !word.starts_with('-') && word.find_first_of("./\\:") == std::string_view::npos;
}

}  // namespace

std::optional<std::string> misplaced_secret(std::span<const char* const> words) {
  std::string_view before;
  for (const std::string_view word : words.subspan(words.empty() ? 0 : 1)) {
    if (const auto form = secret_form(word)) {
      return std::string(*form) + " is on the command line, where every user of this host can read it. " +
             remedy_for(*form);
    }
    if (is_passphrase(word, before))
      return "--passphrase takes no value: it asks on the terminal. Name a copy before it, and a file as ./FILE.";
    before = word;
  }
  return std::nullopt;
}

std::optional<std::string> misplaced_secret_in_variable(const std::string& name) {
  const char* const value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): one thread
  const auto form = value != nullptr ? secret_form(value) : std::nullopt;
  if (!form) return std::nullopt;
  return name + " holds what looks like " + std::string(*form) + ". " + remedy_for(*form);
}

}  // namespace agent
