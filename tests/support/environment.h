// SPDX-License-Identifier: ISC
// Sets and unsets variables of the environment. They stay as they are until the test changes them back.
#pragma once

#include <cstdlib>

namespace tests {

#ifdef _WIN32
inline void set_variable(const char* name, const char* value) { _putenv_s(name, value); }
inline void unset_variable(const char* name) { _putenv_s(name, ""); }
#else
inline void set_variable(const char* name, const char* value) { setenv(name, value, 1); }
inline void unset_variable(const char* name) { unsetenv(name); }
#endif

}  // namespace tests
