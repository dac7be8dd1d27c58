// SPDX-License-Identifier: ISC
#include "platform/processes/confined_program.h"

namespace platform {

Result<std::string> output_of(const ConfinedProgram& program, std::string_view /*last_words*/,
                              const ConfinedLimits& /*limits*/) {
  return fail(ErrorKind::program_absent, program.file.string() + " is not run on Windows");
}

}  // namespace platform
