// SPDX-License-Identifier: ISC
// Every setting is shown with the value that counts and with where it comes from.
#include "agent/config/effective_settings.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "tests/support/this_system.h"

using agent::effective_settings;
using agent::Options;
using agent::Origin;
using agent::Setting;

namespace {

Setting found(const std::vector<Setting>& settings, std::string_view key) {
  const auto setting = std::ranges::find(settings, key, &Setting::key);
  REQUIRE(setting != settings.end());
  return *setting;
}

Options options_with_file() {
  Options options;
  options.config = tests::absolute("/etc/agent.toml");
  return options;
}

}  // namespace

TEST_CASE("a value comes from the file with its line, or is the default") {
  const auto settings =
      agent::read_settings("first_host = true\n[gate]\nwait = \"90s\"\n[backup]\nstale_after = \"48h\"\n", "x");
  const auto all = effective_settings(options_with_file(), settings, nullptr);
  const Setting first_host = found(all, "first_host");
  CHECK(first_host.value == "true");
  CHECK(first_host.origin == Origin::file);
  CHECK(agent::origin_text(first_host) == tests::absolute("/etc/agent.toml") + ":1");
  CHECK(found(all, "backup.stale_after").value == "\"2d\"");
  CHECK(found(all, "gate.policy").value == "\"default\"");
  CHECK(agent::origin_text(found(all, "gate.policy")) == "default");
  CHECK_FALSE(found(all, "ticket_file").value);
}

TEST_CASE("an option, and the variable that stands for it, come before the file") {
  const auto settings = agent::read_settings("state_dir = '" + tests::absolute("/a") + "'\n", "x");
  Options options = options_with_file();
  options.state_dir = tests::absolute("/b");
  Setting shown = found(effective_settings(options, settings, nullptr), "state_dir");
  CHECK(shown.origin == Origin::option);
  CHECK(shown.where == "--state-dir");
  CHECK(shown.value->find("b") != std::string::npos);
  options.from_variables = {"GENKEY_AGENT_STATE_DIR"};
  shown = found(effective_settings(options, settings, nullptr), "state_dir");
  CHECK(shown.origin == Origin::variable);
  CHECK(shown.where == "GENKEY_AGENT_STATE_DIR");
}

TEST_CASE("files with secrets are only said to be set, and the listener's settings are known") {
  CHECK(agent::may_hold_secret({.key = "tls.key", .value = {}, .where = {}}));
  CHECK(agent::may_hold_secret({.key = "ticket_file", .value = {}, .where = {}}));
  CHECK_FALSE(agent::may_hold_secret({.key = "tls.ca", .value = {}, .where = {}}));
  CHECK(agent::is_for_listener({.key = "serve.listen", .value = {}, .where = {}}));
  CHECK_FALSE(agent::is_for_listener({.key = "gate.policy", .value = {}, .where = {}}));
}
