// SPDX-License-Identifier: ISC
// The client of backup stores as a program, for the stories: one act on one destination.
//
//   backup-store PROGRAM SECONDS put|get|list|remove DESTINATION [NAME]
//
// put reads the copy from standard input, get writes it to standard output. An error is reported as a command of
// genkey-agent reports it, with its exit code.
#include <iostream>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include "agent/backups/store.h"
#include "agent/commands/table.h"
#include "agent/config/host.h"
#include "agent/report/advice.h"
#include "platform/processes/hardening.h"

namespace {

using agent::BackupStore;
using keystore::BackupName;
using platform::ErrorKind;
using platform::Result;

// As root the backup program becomes another account, as it does in an installation where the agent's account is
// missing.
std::optional<platform::Account> account_for_children() {
  if (!platform::running_as_root()) return std::nullopt;
  const auto nobody = platform::find_account("nobody");
  return nobody ? std::optional(*nobody) : std::nullopt;
}

Result<void> put(const BackupStore& store, const BackupName& name) {
  const std::string content{std::istreambuf_iterator<char>(std::cin), {}};
  TRY(agent::put_backup(store, name, platform::view_of(content)));
  return {};
}

Result<void> get(const BackupStore& store, const BackupName& name) {
  const auto content = TRY(agent::get_backup(store, name));
  std::cout << platform::text_of(content);
  return {};
}

Result<void> list(const BackupStore& store) {
  const auto copies = TRY(agent::list_backups(store));
  for (const auto& copy : copies)
    std::cout << copy.name.text() << " " << copy.size << " " << platform::format_time(copy.stored) << "\n";
  return {};
}

Result<void> remove(const BackupStore& store, const BackupName& name) {
  const auto removal = TRY(agent::remove_backup(store, name));
  std::cout << (removal == agent::Removal::gone ? "gone" : "former version stays") << "\n";
  return {};
}

Result<void> run(std::span<const std::string> arguments) {
  if (arguments.size() < 4) return fail(ErrorKind::usage, "usage: backup-store PROGRAM SECONDS ACT DESTINATION [NAME]");
  auto destination = TRY(agent::parse_destination(arguments[3]));
  const BackupStore store{.destination = std::move(destination),
                          .program = {arguments[0], account_for_children()},
                          .patience = std::chrono::seconds(std::stol(arguments[1]))};
  const std::string& act = arguments[2];
  if (act == "list") return list(store);
  const auto name = keystore::parse_backup_name(arguments.size() > 4 ? arguments[4] : "");
  if (!name) return fail(ErrorKind::usage, "that is no backup's name");
  if (act == "put") return put(store, *name);
  if (act == "get") return get(store, *name);
  return remove(store, *name);
}

}  // namespace

int main(int count, char** words) {
  if (!platform::harden_process()) return 1;
  const std::vector<std::string> arguments(words + 1, words + count);
  const auto done = run(arguments);
  if (done) return std::cout.flush() ? 0 : 1;
  std::cerr << agent::name_of(done.error().kind) << ": " << done.error().message << "\n"
            << agent::on_one_line(agent::steps_for(done.error(), {.table = agent::commands::table()})) << "\n";
  return agent::exit_code_for(done.error().kind);
}
