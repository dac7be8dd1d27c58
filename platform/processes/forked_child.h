// Work in a child process under another account, whose only way back is one pipe.
#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "platform/accounts/account.h"
#include "platform/base/bytes.h"
#include "platform/base/result.h"
#include "platform/base/secret_bytes.h"

namespace platform {

/// What the child says: a secret, which the parent receives in locked memory, and public bytes.
struct ChildReport {
  SecretBytes secret;
  Bytes said;
};

struct ChildLimits {
  std::size_t secret = 0;                  // the largest secret that the parent takes
  std::size_t said = 0;                    // the largest public report
  std::chrono::milliseconds time{60'000};  // after which the child is ended
};

/// Forks; the child closes every descriptor but its pipe and standard error, becomes `account` (when given and this is
/// root), runs `work`, sends what it returns and is ended without running any exit handler. It dies with the parent,
/// and is gone when this returns. peer_silent when the child crashed, threw, took too long or said too much: nobody can
/// tell what it knew.
///
/// Windows cannot fork: there the work is done in this very process, under its own account and without a time limit,
/// and nothing parts the rest of the memory from what peers send.
Result<ChildReport> run_in_child(const std::optional<Account>& account, const ChildLimits& limits,
                                 const std::function<ChildReport()>& work);

}  // namespace platform
