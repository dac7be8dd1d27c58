// SPDX-License-Identifier: ISC
// What a host says of itself.
#include "platform/host/host_facts.h"

#include <doctest/doctest.h>

#include "tests/support/temporary_directory.h"

TEST_CASE("an instance is one boot and one directory") {
  const tests::TemporaryDirectory one;
  const tests::TemporaryDirectory other;
  const std::string instance = platform::instance_id(one.path()).value_or("");
  CHECK(instance.size() == 64);
  CHECK(platform::instance_id(one.path()).value_or("") == instance);
  CHECK(platform::instance_id(other.path()).value_or("") != instance);
  CHECK(!platform::instance_id(one.path() / "missing"));
}
