#include "platform/program.h"

namespace platform {

namespace {

tl::unexpected<Error> none_here() {
  return fail(ErrorKind::program_absent, "genkey-agent-backup, which knows stores and archives, is not made for Windows");
}

}  // namespace

Result<SecretBytes> run_program(const Program& /*program*/, const SecretBytes& /*request*/,
                                const ProgramLimits& /*limits*/) {
  return none_here();
}
Result<SecretBytes> receive_request(std::size_t /*limit*/) { return none_here(); }
Result<void> send_reply(const SecretBytes& /*reply*/) { return none_here(); }

}  // namespace platform
