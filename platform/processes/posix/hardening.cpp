// SPDX-License-Identifier: ISC
#include "platform/processes/hardening.h"

#include <array>
#include <grp.h>
#include <linux/capability.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <sodium.h>

#include "platform/base/posix/errno_error.h"

namespace platform {

namespace {

// Enough for the largest reply that holds a key (64 KiB) and for other secrets, which take at least a page each.
constexpr std::size_t probe_size = 256 * std::size_t{1024};

// A change of user id resets "dumpable" to the system's setting, so become() calls this again.
Result<void> deny_inspection() {
  // A core file, or a tracer of the same user, would show every secret in memory.
  const rlimit none{0, 0};
  if (setrlimit(RLIMIT_CORE, &none) != 0) return fail(ErrorKind::internal, "cannot switch off core dumps");
  if (prctl(PR_SET_DUMPABLE, 0) != 0) return fail(ErrorKind::internal, "cannot switch off tracing");
  return {};
}

Result<void> change_ids(const Account& account, std::span<const GroupId> groups) {
  const auto name = account.name;
  // Groups first and the user last: after the user changed, the others would be refused.
  const bool done = setgroups(groups.size(), groups.data()) == 0 &&
                    setresgid(account.gid, account.gid, account.gid) == 0 &&
                    setresuid(account.uid, account.uid, account.uid) == 0;
  if (!done) return fail(ErrorKind::internal, "cannot become the account " + name);
  // Proves that the saved user id is gone too; otherwise a flaw could bring root back.
  if (account.uid != 0 && setuid(0) == 0) return fail(ErrorKind::internal, "could become root again from " + name);
  return {};
}

// A service manager may have lent capabilities to an ordinary account, to read files of root.
Result<void> drop_capabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  const std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> none{};
  if (syscall(SYS_capset, &header, none.data()) == 0) return {};
  return fail(ErrorKind::internal, "cannot give up capabilities");
}

}  // namespace

Result<void> harden_process() {
  if (sodium_init() < 0) return fail(ErrorKind::internal, "libsodium does not start");
  return deny_inspection();
}

bool can_lock_memory() {
  void* memory = mmap(nullptr, probe_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return false;
  const bool locked = mlock(memory, probe_size) == 0;
  munmap(memory, probe_size);
  return locked;
}

Result<void> bound_memory(std::size_t bytes) {
  const rlimit most{bytes, bytes};
  if (setrlimit(RLIMIT_DATA, &most) == 0) return {};
  return fail(ErrorKind::internal, "cannot limit memory");
}

Result<void> become(const Account& account, std::span<const GroupId> groups) {
  if (running_as_root() && account.uid != 0) TRY(change_ids(account, groups));
  if (account.uid != 0) TRY(drop_capabilities());
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return fail(ErrorKind::internal, "cannot forgo new privileges");
  return deny_inspection();
}

}  // namespace platform
