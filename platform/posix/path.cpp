#include "platform/path.h"

namespace platform {

std::optional<std::string> problem_of_path(const Path&) { return std::nullopt; }

}  // namespace platform
