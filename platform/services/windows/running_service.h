// This process as a service: what it tells the service control manager.
#pragma once

namespace platform::windows {

/// Does nothing in a process that no service control manager started.
void report_running();
void report_stopping();

}  // namespace platform::windows
