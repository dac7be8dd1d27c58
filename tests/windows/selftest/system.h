// What the system declares, with what only these tests ask it.
#pragma once

// clang-format off
#include "platform/base/windows/system.h"
#include <aclapi.h>
#include <winioctl.h>
// clang-format on

namespace selftest {}
