// SPDX-License-Identifier: ISC
#include <algorithm>

#include <nlohmann/json.hpp>

#include "agent/actions/listener_settings.h"

namespace agent {

namespace {

constexpr std::string_view schema = "genkey-agent/serving/1";

// Root prints what is in this file, and the file belongs to the agent's account, which talks to strangers.
bool is_plain(std::string_view text) {
  return std::ranges::none_of(text, [](unsigned char c) { return c < ' ' || c == 0x7f; });
}

}  // namespace

std::string encode(const ListenerSettings& settings) {
  const nlohmann::json object = {{"schema", schema}, {"settings", settings}};
  // A path may hold bytes that are not UTF-8.
  return object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

platform::Result<ListenerSettings> decode_listener_settings(std::string_view text) {
  const auto object = nlohmann::json::parse(text, nullptr, false);
  const bool known = object.is_object() && object.contains("schema") && object["schema"] == schema &&
                     object.contains("settings") && object["settings"].is_object();
  if (!known) return platform::fail(platform::ErrorKind::configuration, "this is not a listener's settings");
  ListenerSettings settings;
  for (const auto& [key, value] : object["settings"].items()) {
    const std::string plain = value.is_string() ? value.get<std::string>() : "\n";
    if (!is_plain(key) || !is_plain(plain))
      return platform::fail(platform::ErrorKind::configuration, "a listener's settings are damaged");
    settings.emplace(key, plain);
  }
  return settings;
}

}  // namespace agent
