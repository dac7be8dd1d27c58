// SPDX-License-Identifier: ISC
// The system's headers, and those that only these tests need.
#pragma once

// clang-format off
#include "platform/base/windows/system.h"
#include <aclapi.h>
#include <winioctl.h>
// clang-format on

namespace selftest {}
