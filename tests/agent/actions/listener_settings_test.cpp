// SPDX-License-Identifier: ISC
// What a running listener read, and what a restart would change.
#include "agent/actions/listener_settings.h"

#include <doctest/doctest.h>

using agent::changes_between;
using agent::ListenerSettings;

TEST_CASE("a listener's settings are read as they were written") {
  const ListenerSettings settings{{"name", "\"om1\""}, {"serve.refetch", "true"}};
  const auto read = agent::decode_listener_settings(agent::encode(settings));
  REQUIRE(read);
  CHECK(*read == settings);
  for (const char* text :
       {R"({"schema":"genkey-agent/serving/1","settings":{"name":"\u001b[2J"}})", "", "[]", "{}",
        R"({"schema":"genkey-agent/serving/2","settings":{}})", R"({"schema":"genkey-agent/serving/1","settings":[]})",
        R"({"schema":"genkey-agent/serving/1","settings":{"name":1}})"}) {
    CAPTURE(text);
    CHECK_FALSE(agent::decode_listener_settings(text));
  }
}

TEST_CASE("what differs is named, also what is new and what is gone") {
  const ListenerSettings running{{"name", "a"}, {"address", "b"}, {"tls.ca", "c"}};
  const ListenerSettings configured{{"name", "a"}, {"address", "d"}, {"serve.listen", "e"}};
  const auto changes = changes_between(running, configured);
  REQUIRE(changes.size() == 3);
  CHECK((changes[0].key == "address" && changes[0].running == "b" && changes[0].configured == "d"));
  CHECK((changes[1].key == "serve.listen" && changes[1].running.empty()));
  CHECK((changes[2].key == "tls.ca" && changes[2].configured.empty()));
  CHECK(changes_between(running, running).empty());
}

TEST_CASE("only what the listener uses is compared, and what is not set is left out") {
  const std::vector<agent::Setting> settings = {{.key = "name", .value = "x", .where = {}},
                                                {.key = "gate.policy", .value = "y", .where = {}},
                                                {.key = "tls.ca", .value = {}, .where = {}}};
  CHECK(agent::listener_settings(settings) == ListenerSettings{{"name", "x"}});
}
