// SPDX-License-Identifier: ISC
#include "agent/actions/gate_service_state.h"

#include <doctest/doctest.h>

#include "platform/services/service_manager.h"

using agent::GateOfService;
using platform::ServiceStart;

namespace {

const std::vector<ServiceStart::Before> as_packaged = {{"/usr/bin/genkey-agent ensure --wait 10s", true},
                                                       {"/usr/bin/genkey-agent gate", false}};
const std::vector<std::string> drop_in = {"/usr/lib/systemd/system/mongodb-mms.service.d/50-genkey-agent.conf"};

}  // namespace

TEST_CASE("the gate is in force where a start runs it and obeys it") {
  CHECK(agent::gate_in({.before = as_packaged, .drop_ins = drop_in}) == GateOfService::in_force);
  CHECK(agent::gate_in({.before = {{"/opt/bin/genkey-agent --config /etc/x.toml gate", false}}}) ==
        GateOfService::in_force);
}

TEST_CASE("a gate whose refusal does not stop the start is not obeyed") {
  CHECK(agent::gate_in({.before = {{"/usr/bin/genkey-agent gate", true}}, .drop_ins = drop_in}) ==
        GateOfService::ignored);
}

TEST_CASE("an override that resets what runs before a start takes the gate out") {
  CHECK(agent::gate_in({.drop_ins = drop_in}) == GateOfService::lost);
  CHECK(agent::gate_in({.before = {{"/usr/bin/genkey-agent ensure", true}}, .drop_ins = drop_in}) ==
        GateOfService::lost);
  CHECK(agent::gate_in({.before = {{"/bin/echo gate", false}}, .drop_ins = drop_in}) == GateOfService::lost);
}

TEST_CASE("a drop-in that systemd has not read yet is not loaded, and one that was never installed is absent") {
  CHECK(agent::gate_in({.is_outdated = true}) == GateOfService::not_loaded);
  CHECK(agent::gate_in({}) == GateOfService::absent);
  CHECK(agent::gate_in({.drop_ins = {"/etc/systemd/system/mongodb-mms.service.d/local.conf"}}) ==
        GateOfService::absent);
}

TEST_CASE("only what a person should change is told, with the command for it") {
  const agent::Options options;
  CHECK_FALSE(agent::message_about({"mongodb-mms", GateOfService::in_force}, options).has_value());
  CHECK_FALSE(agent::message_about({"mongodb-mms", GateOfService::absent}, options).has_value());
  const auto lost = agent::message_about({"mongodb-mms", GateOfService::lost}, options);
  REQUIRE(lost.has_value());
  // Windows has another way to ask the gate, and to lose it.
  if (!platform::installs_services()) CHECK(lost->text.starts_with("mongodb-mms starts without the gate"));
  for (const GateOfService gate : {GateOfService::ignored, GateOfService::not_loaded}) {
    const auto message = agent::message_about({"mongodb-mms", gate}, options);
    REQUIRE(message.has_value());
    CHECK(message->steps.back().command.ends_with("systemctl daemon-reload"));
  }
}
