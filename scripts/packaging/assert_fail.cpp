// SPDX-License-Identifier: ISC
// What a failed assertion of the standard library calls: std::__glibcxx_assert_fail, by the name that it has in object
// files. libstdc++ has it since GCC 12. Defined here, it is not looked for in the host's library, so that one program
// serves older distributions too. It prints nothing.

#include <cstdlib>

extern "C" [[noreturn]] void assertion_failed(const char* file, int line, const char* function,
                                              const char* condition) noexcept
    __asm__("_ZSt21__glibcxx_assert_failPKciS0_S0_");

extern "C" void assertion_failed(const char* /*file*/, int /*line*/, const char* /*function*/,
                                 const char* /*condition*/) noexcept {
  std::abort();
}
