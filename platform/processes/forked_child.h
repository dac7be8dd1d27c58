// SPDX-License-Identifier: ISC
// Work in a child process under another account. Its only way back is one pipe.
//
// This is for code that reads what strangers send: a flaw in it must not reach the memory of root.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string_view>

#include "platform/accounts/account.h"
#include "platform/base/bytes.h"
#include "platform/base/result.h"
#include "platform/base/secret_bytes.h"

namespace platform {

/// The child's report: a secret, which the parent receives in locked memory, and public bytes.
struct ChildReport {
  SecretBytes secret;
  Bytes said;
};

/// A report that is all text and holds no secret.
inline ChildReport public_report(std::string_view text) {
  const auto bytes = view_of(text);
  return {SecretBytes(), Bytes(bytes.begin(), bytes.end())};
}

struct ChildLimits {
  std::size_t secret = 0;                  // the largest secret that the parent takes
  std::size_t said = 0;                    // the largest public report
  std::chrono::milliseconds time{60'000};  // then the child is killed
};

/// Forks. The child closes every descriptor but its pipe and standard error, becomes `account` (when given and this
/// process is root), runs `work`, sends what it returns, and ends without running exit handlers. It dies with the
/// parent and is gone when this returns. peer_silent when the child crashed, threw, took too long or sent too much,
/// because nothing is known about its peers then.
///
/// Windows cannot fork. There the work runs in this process, under its own account and without a time limit, and
/// nothing separates the rest of the memory from what peers send.
Result<ChildReport> run_in_child(const std::optional<Account>& account, const ChildLimits& limits,
                                 const std::function<ChildReport()>& work);

}  // namespace platform
