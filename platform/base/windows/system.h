// SPDX-License-Identifier: ISC
// The system's headers in an order that compiles: most of them need another header before them.
#pragma once

// clang-format off
#include <winsock2.h>
#include <windows.h>
#include <iphlpapi.h>
#include <lm.h>
#include <restartmanager.h>
#include <sddl.h>
#include <shellapi.h>
#include <shlobj.h>
#include <tlhelp32.h>
#include <wincrypt.h>
#include <ws2tcpip.h>
// clang-format on

namespace platform::windows {}
