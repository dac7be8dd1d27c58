// SPDX-License-Identifier: ISC
// What the kernel knows of a secret's pages.
#include "platform/base/secret_bytes.h"

#include <cstdint>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include <doctest/doctest.h>

#include "platform/base/memory.h"
#include "platform/processes/hardening.h"
#include "tests/support/libsodium.h"

using platform::SecretBytes;

namespace {

struct Mapping {
  std::string access;  // "rw-p"
  std::string flags;   // "rd wr mr mw me lo dd ", proc(5)
};

// From /proc/self/smaps, whose entries begin with "BEGIN-END ACCESS ..." and end with their VmFlags.
std::optional<Mapping> mapping_of(std::uintptr_t address) {
  std::ifstream all("/proc/self/smaps");
  std::optional<Mapping> found;
  for (std::string line; std::getline(all, line);) {
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;
    char dash = 0;
    std::string access;
    std::istringstream in(line);
    const bool begins = in >> std::hex >> begin >> dash >> end >> access && dash == '-';
    if (begins && begin <= address && address < end) found = Mapping{access, ""};
    if (found && line.starts_with("VmFlags: ")) return Mapping{found->access, line.substr(9)};
  }
  return std::nullopt;
}

std::uintptr_t address_of(const SecretBytes& secret) {
  return reinterpret_cast<std::uintptr_t>(secret.reveal().data());
}

bool is_locked(const SecretBytes& secret) {
  const auto mapping = mapping_of(address_of(secret));
  return mapping && mapping->flags.find("lo ") != std::string::npos;
}

// The address and thread sanitizers replace mlock(2) by a function that does nothing and reports success.
#ifdef GENKEY_SANITIZED
constexpr bool locks_for_real = false;
#else
constexpr bool locks_for_real = true;
#endif

bool can_see_locks() {
  if (!locks_for_real) MESSAGE("left out under a sanitizer that locks nothing");
  return locks_for_real && platform::can_lock_memory();
}

const auto page = static_cast<std::uintptr_t>(getpagesize());

}  // namespace

TEST_CASE("a secret has pages of its own, between pages that nothing can read or write") {
  std::vector<SecretBytes> secrets;
  for (const std::size_t size : {1U, 24U, 128U, 129U, 4096U, 5000U}) {
    CAPTURE(size);
    const SecretBytes& secret = secrets.emplace_back(size);
    const std::uintptr_t begin = address_of(secret);
    const auto own = mapping_of(begin);
    const auto behind = mapping_of(((begin + size - 1) / page + 1) * page);
    REQUIRE(own);
    REQUIRE(behind);
    CHECK(own->access == "rw-p");
    CHECK(behind->access == "---p");
    std::uintptr_t before = begin;
    while (mapping_of(before) && mapping_of(before)->access == "rw-p") before -= page;
    REQUIRE(mapping_of(before));
    CHECK(mapping_of(before)->access != "rw-p");
    CHECK(begin - before <= 2 * page);
  }
}

TEST_CASE("the pages of a secret that is gone are gone") {
  std::uintptr_t begin = 0;
  {
    const SecretBytes secret(24);
    begin = address_of(secret);
    REQUIRE(mapping_of(begin));
  }
  const auto mapping = mapping_of(begin);
  CHECK((!mapping || mapping->access != "rw-p"));
}

TEST_CASE("a secret is locked where memory can be locked, and is in no core dump") {
  if (!can_see_locks()) return;
  const SecretBytes small(24);
  const SecretBytes large(5000);
  for (const SecretBytes* secret : {&small, &large}) {
    CHECK(is_locked(*secret));
    CHECK(mapping_of(address_of(*secret))->flags.find("dd ") != std::string::npos);
  }
}

TEST_CASE("a forked process locks the secrets that it inherited again") {
  if (!can_see_locks()) return;
  const SecretBytes small(24);
  const SecretBytes large(5000);
  const pid_t child = fork();
  if (child == 0) {
    platform::lock_secrets_again();
    _exit(is_locked(small) && is_locked(large) ? 0 : 1);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}
