// SPDX-License-Identifier: ISC
// What `systemctl status mongodb-mms` shows beside the unit while a command of ours holds up its start, or has refused
// it. Nothing happens where no service manager takes reports: at a terminal, on Windows, and below a unit without
// NotifyAccess=exec. Nor for the hook: systemd takes reports of the command in the unit only, and the hook runs inside
// it.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "agent/config/host.h"
#include "agent/fleet/targets.h"
#include "agent/gate/decision.h"

namespace agent {

/// Shows which peers are waited for, as long as this object lives.
class WaitStatus {
 public:
  WaitStatus(const Host& host, const std::vector<Target>& targets, std::chrono::milliseconds wait);
  WaitStatus(const WaitStatus&) = delete;
  WaitStatus& operator=(const WaitStatus&) = delete;
  ~WaitStatus();

 private:
  bool shown_ = false;
};

/// "waiting for om2.example.com:27424, at most 30 s". Empty if there is nobody but this host itself.
std::string wait_status_text(const Host& host, const std::vector<Target>& targets, std::chrono::milliseconds wait);

/// Shows why the start was refused, until systemd forgets it at the next start.
void show_refusal(const Host& host, const std::vector<Reason>& reasons);

}  // namespace agent
