// Reports to the service control manager how this process does as a service.
#pragma once

namespace platform::windows {

/// Does nothing in a process that no service control manager started.
void report_running();
void report_stopping();

}  // namespace platform::windows
