#include "platform/process_chain.h"

namespace platform {

// It serves the hook in mms.conf, and there is none on Windows.
std::vector<std::string> ancestors() { return {}; }

}  // namespace platform
