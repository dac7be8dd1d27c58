// SPDX-License-Identifier: ISC
// The values that conf/mms.conf gives in a start of Ops Manager. The file is shell, so bash sources it as the vendor's
// start script does: after the same variables are set, with the script's name and arguments, as the service's account.
// The file's own output is dropped. The command of our hook in it (agent/gate/hook_line.h) is noticed and not run.
//
// The file is code of another product's administrator, so it runs confined (platform/processes/confined_program.h says
// how far). An ordinary user who cannot be confined does not source the file of another account at all.
//
// It does not promise the same environment as a real start. A file that decides by the time, the terminal, a variable
// of the caller or a file that only root may read can give another path in a real start, and so can a file that needs
// to write.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "platform/accounts/account.h"
#include "platform/base/path.h"
#include "platform/base/result.h"

namespace platform {

struct StartScript {
  Path conf;                 // exists
  Path install_path;         // the directory above conf
  Account service;           // sources the file if this process is root; HOME is its home in any case
  std::string enc_key_path;  // what the script sets first, as a word of the shell: ${HOME} is replaced
  std::string mms_user;
  Path shell = "/bin/bash";
  std::chrono::milliseconds time{5'000};  // for all starts that are asked for
};

/// After the file has been sourced.
struct SourcedConf {
  std::string enc_key_path;                         // absolute
  std::string mms_user;                             // may be empty
  std::optional<std::string> enc_key_path_at_hook;  // nothing when the hook's command was not reached
  // BASE_PORT and BASE_SSL_PORT of the web server; the vendor's script sets 8080 and 8443 before it sources the file.
  std::optional<std::uint16_t> base_port;
  std::optional<std::uint16_t> base_ssl_port;
};

using StartArguments = std::vector<std::string>;

/// Whether only root and the script's account can change the file and the directories around it. Whoever can change it
/// decides what runs as that account. configuration, with the path that others can change. To be asked before an
/// account that the file itself names is used; for root it is asked at each sourcing.
Result<void> check_controlled_by_service(const StartScript& script);

/// For each start, in order, the values that the file gives; or configuration with the reason why they are not known:
/// the file cannot be read, is not complete shell, or ends the script; its path is empty, relative or holds control
/// characters. One configuration error for all if the shell cannot be asked. Every message names the file.
Result<std::vector<Result<SourcedConf>>> source_conf(const StartScript& script, std::span<const StartArguments> starts);

/// configuration, naming the file, when something in it is still open at its end, so that a line after it might not
/// run: a quote, bracket, condition, function or here-document.
Result<void> check_end_of_conf(const StartScript& script);

/// Reads what the shell printed for `starts` starts; configuration when that is damaged. Pure, for tests.
Result<std::vector<Result<SourcedConf>>> parse_sourced(std::string_view output, std::size_t starts,
                                                       std::string_view origin);

}  // namespace platform
