// SPDX-License-Identifier: ISC
#include "agent/config/mistake.h"

#include <algorithm>
#include <array>

namespace agent {

namespace {

// Keys, and tables of keys, that the gate does without, and those by which it knows whom to ask.
constexpr std::array not_for_the_gate = {std::string_view("first_host"),    std::string_view("ticket_file"),
                                         std::string_view("serve.refetch"), std::string_view("serve.facts"),
                                         std::string_view("gate.wait"),     std::string_view("join"),
                                         std::string_view("backup")};
constexpr std::array for_asking_peers = {std::string_view("name"), std::string_view("address"),
                                         std::string_view("peers"), std::string_view("serve"), std::string_view("tls")};

// "gate.policy" is in "gate".
bool is_in(std::string_view key, std::string_view table) {
  return key == table || (key.starts_with(table) && key.substr(table.size()).starts_with('.'));
}

}  // namespace

Bearing bearing_of(std::string_view key) {
  const auto holds = [key](std::string_view table) { return is_in(key, table); };
  if (std::ranges::any_of(not_for_the_gate, holds)) return Bearing::none;
  // An unknown key of the table, too: it may be a mistyped policy.
  if (holds("gate")) return Bearing::policy;
  if (std::ranges::any_of(for_asking_peers, holds)) return Bearing::peers;
  // Where the files are; and an unknown key may be a mistyped one of these.
  return Bearing::place;
}

}  // namespace agent
