// SPDX-License-Identifier: ISC
// What the service manager says of the host.
#include "platform/host/host_facts.h"

#include <string>

#include <doctest/doctest.h>

#include "tests/support/environment.h"
#include "tests/support/temporary_directory.h"

namespace {

constexpr const char* boot_id_variable = "GENKEY_AGENT_BOOT_ID";

class GivenBoot {
 public:
  explicit GivenBoot(const char* boot) { tests::set_variable(boot_id_variable, boot); }
  ~GivenBoot() { tests::unset_variable(boot_id_variable); }
  GivenBoot(const GivenBoot&) = delete;
  GivenBoot& operator=(const GivenBoot&) = delete;
};

std::string instance_during(const char* boot, const tests::TemporaryDirectory& directory) {
  const GivenBoot given(boot);
  return platform::instance_id(directory.path()).value_or("");
}

}  // namespace

TEST_CASE("the boot that the service manager tells is taken, with and without dashes, and no half of one") {
  const tests::TemporaryDirectory directory;
  const auto plain = instance_during("de560944060d4cd6b0b293c5d763488d", directory);
  CHECK(plain.size() == 64);
  CHECK(instance_during("de560944-060d-4cd6-b0b2-93c5d763488d", directory) == plain);
  CHECK(instance_during("00000944-060d-4cd6-b0b2-93c5d763488d", directory) != plain);
  CHECK(instance_during("", directory).empty());
  CHECK(instance_during("de560944", directory).empty());
}

TEST_CASE("what an image has before its first boot is no machine's id") {
  CHECK(platform::is_machine_id("4f3c2b1a0d9e8f7a6b5c4d3e2f1a0b9c"));
  for (const char* text : {"", "uninitialized", "00000000000000000000000000000000", "4f3c2b1a0d9e8f7a6b5c4d3e2f1a0b9",
                           "4f3c2b1a0d9e8f7a6b5c4d3e2f1a0b9c0", "4f3c2b1a-0d9e-8f7a-6b5c-4d3e2f1a0b",
                           "4f3c2b1a0d9e8f7a6b5c4d3e2f1a0b9g"}) {
    CAPTURE(text);
    CHECK_FALSE(platform::is_machine_id(text));
  }
  CHECK((platform::machine_id().empty() || platform::is_machine_id(platform::machine_id())));
}
