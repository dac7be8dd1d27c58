// SPDX-License-Identifier: ISC
// The commands: one table of facts about them, and one file for each that does the work. Each gives a Report. An Error
// usually means that nothing was changed; what an interrupted command leaves behind is finished by running it again.
#pragma once

#include "agent/config/host.h"
#include "agent/report/report.h"
#include "platform/base/result.h"

namespace agent::commands {

/// The one list of commands. The parser, the program, the help and the completion read it.
CommandTable table();
/// Runs the command of host.options.
platform::Result<Report> run(const Host& host);

/// Uses only the options of the host: there is no configuration yet.
platform::Result<Report> setup(const Host& host);
platform::Result<Report> ensure(const Host& host);
platform::Result<Report> generate(const Host& host);
platform::Result<Report> import(const Host& host);
platform::Result<Report> invite(const Host& host);
platform::Result<Report> join(const Host& host);
platform::Result<Report> restore(const Host& host);
platform::Result<Report> verify(const Host& host);
platform::Result<Report> fleet(const Host& host);
platform::Result<Report> gate(const Host& host);
platform::Result<Report> status(const Host& host);
platform::Result<Report> audit(const Host& host);
/// Uses only the options of the host: --list and --explain need no host, and the rest examines it.
platform::Result<Report> doctor(const Host& host);
platform::Result<Report> serve(const Host& host);
platform::Result<Report> peers_list(const Host& host);
platform::Result<Report> peers_add(const Host& host);
platform::Result<Report> peers_remove(const Host& host);
platform::Result<Report> identity(const Host& host);
/// These two use only the options of the host, because the configuration may be wrong.
platform::Result<Report> config_check(const Host& host);
platform::Result<Report> config_show(const Host& host);
platform::Result<Report> hook_install(const Host& host);
platform::Result<Report> hook_remove(const Host& host);
platform::Result<Report> hook_run(const Host& host);
platform::Result<Report> service_install(const Host& host);
platform::Result<Report> service_remove(const Host& host);
platform::Result<Report> service_start(const Host& host);
platform::Result<Report> service_stop(const Host& host);
/// Uses only the options of the host. What is wrong with the rest goes to the system's log.
platform::Result<Report> service_run(const Host& host);
platform::Result<Report> backup_create(const Host& host);
platform::Result<Report> backup_list(const Host& host);
platform::Result<Report> backup_check(const Host& host);
platform::Result<Report> backup_drill(const Host& host);
platform::Result<Report> backup_prune(const Host& host);
/// Uses only the options of the host, because the identity is made on a machine that need not have Ops Manager.
platform::Result<Report> backup_new_identity(const Host& host);

}  // namespace agent::commands
