// SPDX-License-Identifier: ISC
#include "agent/commands/table.h"

#include <algorithm>
#include <array>

#include "platform/base/enum_count.h"

namespace agent::commands {

namespace {

// Each row describes one command and names the function that runs it. The facts go to the parser, which must not depend
// on the commands.
struct Row {
  CommandFacts facts;
  platform::Result<Report> (*run)(const Host& host) = nullptr;
};

constexpr std::array groups = {
    GroupFacts{.word = "peers", .help = "the peers this host knows"},
    GroupFacts{.word = "config", .help = "the configuration, as every command reads it"},
    GroupFacts{.word = "hook", .help = "the line in mms.conf that asks before each start of Ops Manager"},
    GroupFacts{.word = "service",
               .help = "the services of this program, and what Ops Manager's depend on",
               // Shown only where such a manager exists, since these commands cannot work elsewhere.
               .needs_service_manager = true},
    GroupFacts{.word = "backup", .help = "encrypted copies of the key; alone it is 'backup create'"},
};

constexpr std::array rows = {
    Row{{.command = Command::setup,
         .words = "setup",
         .help = "write the configuration file of a new host; asks for what is not given",
         .needs_host = false,
         .may_precede_ops_manager = true},
        &setup},
    Row{{.command = Command::ensure,
         .words = "ensure",
         .help = "bring this host to what its configuration asks for; never asks",
         .is_needed_first = true},
        &ensure},
    Row{{.command = Command::generate,
         .words = "generate",
         .help = "make the fleet's key on its first host",
         .is_needed_first = true,
         .tells_of_trial = true},
        &generate},
    Row{{.command = Command::import,
         .words = "import",
         .help = "install an existing key from a file or standard input",
         .tells_of_trial = true},
        &import},
    Row{{.command = Command::invite,
         .words = "invite",
         .help = "print a one-time ticket for a new host",
         .is_needed_first = true},
        &invite},
    Row{{.command = Command::join,
         .words = "join",
         .help = "receive the key with a ticket; asks for it without --ticket-file",
         .is_needed_first = true,
         .tells_of_trial = true},
        &join},
    Row{{.command = Command::restore,
         .words = "restore",
         .help = "install the key from an encrypted backup",
         .tells_of_trial = true},
        &restore},
    Row{{.command = Command::verify,
         .words = "verify",
         .help = "ask every peer whether it holds the same key",
         .is_needed_first = true},
        &verify},
    Row{{.command = Command::gate, .words = "gate", .help = "may Ops Manager start? 0 if so"}, &gate},
    Row{{.command = Command::status,
         .words = "status",
         .help = "everything known, from this host alone",
         .is_needed_first = true,
         .tells_of_trial = true},
        &status},
    Row{{.command = Command::audit,
         .words = "audit",
         .help = "judge the key file, its directories and the agent's own files"},
        &audit},
    // A listener answers that it has no key, and has an identity, before Ops Manager is installed. New hosts are often
    // prepared in that order.
    Row{{.command = Command::serve,
         .words = "serve",
         .help = "answer peers",
         .may_precede_ops_manager = true,
         .tells_of_trial = true},
        &serve},
    Row{{.command = Command::peers_list, .words = "peers list", .help = "show them"}, &peers_list},
    Row{{.command = Command::peers_add, .words = "peers add", .help = "know a peer, by its pin if given"}, &peers_add},
    Row{{.command = Command::peers_remove,
         .words = "peers remove",
         .help = "forget a peer for good: it gets nothing from this host again"},
        &peers_remove},
    Row{{.command = Command::identity,
         .words = "identity",
         .help = "show this host's name, address and pin",
         .may_precede_ops_manager = true},
        &identity},
    Row{{.command = Command::config_check,
         .words = "config check",
         .help = "name every mistake, resolve the peers, and compare with the running listener",
         .needs_host = false,
         .may_precede_ops_manager = true},
        &config_check},
    Row{{.command = Command::config_show,
         .words = "config show",
         .help = "show every setting, its value and where it comes from",
         .needs_host = false,
         .may_precede_ops_manager = true},
        &config_show},
    Row{{.command = Command::hook_install,
         .words = "hook install",
         .help = "add it, so that every way to start Ops Manager asks"},
        &hook_install},
    Row{{.command = Command::hook_remove, .words = "hook remove", .help = "take it away again"}, &hook_remove},
    Row{{.command = Command::hook_run,
         .words = "hook run",
         .help = "what the line calls; --key-file is what this start would read"},
        &hook_run},
    Row{{.command = Command::service_install,
         .words = "service install",
         .help = "install both, and have Ops Manager's services ask before each start",
         .may_precede_ops_manager = true},
        &service_install},
    // Services can be removed and stopped even if the configuration is broken. What they run reads it itself.
    Row{{.command = Command::service_remove,
         .words = "service remove",
         .help = "remove both; key, record and identity stay",
         .needs_host = false},
        &service_remove},
    Row{{.command = Command::service_start,
         .words = "service start",
         .help = "start the listener",
         .needs_host = false},
        &service_start},
    Row{{.command = Command::service_stop, .words = "service stop", .help = "stop the listener", .needs_host = false},
        &service_stop},
    Row{{.command = Command::service_run,
         .words = "service run",
         .help = "what the service control manager starts",
         .needs_host = false,
         .may_precede_ops_manager = true},
        &service_run},
    Row{{.command = Command::backup_create,
         .words = "backup create",
         .help = "write one to each configured destination, or to --output",
         .stands_for_group = true},
        &backup_create},
    Row{{.command = Command::backup_list, .words = "backup list", .help = "show the copies at each destination"},
        &backup_list},
    Row{{.command = Command::backup_check,
         .words = "backup check",
         .help = "are the copies of this host whole? needs no identity"},
        &backup_check},
    Row{{.command = Command::backup_drill,
         .words = "backup drill",
         .help = "open copies, and compare with this host's record"},
        &backup_drill},
    Row{{.command = Command::backup_prune, .words = "backup prune", .help = "remove this host's older copies"},
        &backup_prune},
    // The identity is made on a machine outside the fleet, which has no Ops Manager.
    Row{{.command = Command::backup_new_identity,
         .words = "backup new-identity",
         .help = "make an identity that opens backups",
         .needs_host = false},
        &backup_new_identity},
};

static_assert(rows.size() == platform::enum_count<Command>(), "every command has a row");

// run() takes the row by the command's number. A row in the wrong order would run another command than the one that was
// typed.
constexpr bool in_order() {
  for (std::size_t at = 0; at < rows.size(); ++at) {
    if (rows.at(at).facts.command != static_cast<Command>(at)) return false;
  }
  return true;
}
static_assert(in_order(), "the rows stand in the order of the commands");

constexpr bool all_grouped() {
  return std::ranges::all_of(rows, [](const Row& row) {
    const auto space = row.facts.words.find(' ');
    return space == std::string_view::npos ||
           std::ranges::find(groups, row.facts.words.substr(0, space), &GroupFacts::word) != groups.end();
  });
}
// The parser makes a group from the first word. A command of a group that does not exist could not be typed.
static_assert(all_grouped(), "the first of two words is a group");

// Made at compile time, so that there is no second list to keep.
constexpr auto facts_of_all = [] {
  std::array<CommandFacts, rows.size()> facts{};
  std::ranges::transform(rows, facts.begin(), &Row::facts);
  return facts;
}();

}  // namespace

CommandTable table() { return {facts_of_all, groups}; }

platform::Result<Report> run(const Host& host) {
  return rows.at(static_cast<std::size_t>(host.options.command)).run(host);
}

}  // namespace agent::commands
