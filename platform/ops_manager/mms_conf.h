// What Ops Manager's start script will make of conf/mms.conf, without running it.
//
// The vendor script sources the file as shell, so this reads the small part of shell that such files use: assignments,
// `export`, quotes, comments, and $NAME or ${NAME} of variables it knows. Anything else on the line of a variable that
// is asked for makes that variable *unknown*, never a guess. Pure: bytes in, values out.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform/base/result.h"

namespace platform {

struct MmsConf {
  std::optional<std::string> enc_key_path;  // ENC_KEY_PATH, as written but unquoted, ${HOME} not yet expanded
  std::optional<std::string> mms_user;      // MMS_USER; nothing when absent or empty
};

/// configuration, naming `origin` and the line, when a wanted variable is set in a way that only a shell could
/// evaluate.
Result<MmsConf> parse_mms_conf(std::string_view text, std::string_view origin);

/// Expands $HOME and ${HOME} (and no other name) as the service will. configuration for any other name, or when what
/// results is not an absolute path.
Result<std::string> expand_home(std::string_view value, std::string_view home, std::string_view origin);

}  // namespace platform
