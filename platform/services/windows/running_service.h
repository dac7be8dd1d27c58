// SPDX-License-Identifier: ISC
// Reports the state of this process to the service control manager.
#pragma once

namespace platform::windows {

/// Both do nothing in a process that no service control manager started.
void report_running();
void report_stopping();

}  // namespace platform::windows
