// SPDX-License-Identifier: ISC
#include "platform/services/service_notify.h"

#include "platform/services/windows/running_service.h"

namespace platform {

void notify_service_manager(std::string_view message) {
  if (message.starts_with("READY=1")) windows::report_running();
  if (message.starts_with("STOPPING=1")) windows::report_stopping();
}

}  // namespace platform
