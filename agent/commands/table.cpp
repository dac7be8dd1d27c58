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
    GroupFacts{.word = "peers", .help = "show and change the peers that this host knows"},
    GroupFacts{.word = "config", .help = "check and show the configuration"},
    GroupFacts{.word = "hook", .help = "make every start of Ops Manager ask the gate"},
    GroupFacts{.word = "service",
               .help = "install, remove, start and stop this program's services",
               // Shown only where such a manager exists, since these commands cannot work elsewhere.
               .needs_service_manager = true},
    GroupFacts{.word = "backup",
               .help = "create and check encrypted copies of the key; 'backup' alone means 'backup create'"},
};

constexpr std::array rows = {
    Row{{.command = Command::setup,
         .words = "setup",
         .help = "write the configuration file of a new host",
         .needs_host = false,
         .may_precede_ops_manager = true},
        &setup},
    Row{{.command = Command::ensure,
         .words = "ensure",
         .help = "bring this host to its configured state; safe to repeat",
         .is_needed_first = true},
        &ensure},
    Row{{.command = Command::generate,
         .words = "generate",
         .help = "create the fleet's key on its first host",
         .is_needed_first = true,
         .tells_of_trial = true},
        &generate},
    Row{{.command = Command::import,
         .words = "import",
         .help = "install a key that you have as a file",
         .tells_of_trial = true},
        &import},
    Row{{.command = Command::invite,
         .words = "invite",
         .help = "print a ticket that lets a new host receive the key",
         .is_needed_first = true},
        &invite},
    Row{{.command = Command::join,
         .words = "join",
         .help = "receive the key with a ticket",
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
    Row{{.command = Command::fleet,
         .words = "fleet",
         .help = "show every host of the fleet in one table, by its own report"},
        &fleet},
    Row{{.command = Command::gate,
         .words = "gate",
         .help = "decide whether Ops Manager may start; exit code 0 means yes"},
        &gate},
    Row{{.command = Command::status,
         .words = "status",
         .help = "show what this host knows, without asking any peer",
         .is_needed_first = true,
         .tells_of_trial = true},
        &status},
    Row{{.command = Command::audit,
         .words = "audit",
         .help = "check owners, modes and links, and look for forgotten copies of the key"},
        &audit},
    // What it knows about findings it shows on any machine. For the rest it examines the host itself.
    Row{{.command = Command::doctor,
         .words = "doctor",
         .help = "check whether the whole installation is highly available",
         .needs_host = false},
        &doctor},
    // A listener answers that it has no key, and has an identity, before Ops Manager is installed. New hosts are often
    // prepared in that order.
    Row{{.command = Command::serve,
         .words = "serve",
         .help = "answer peers; the service manager runs this command",
         .may_precede_ops_manager = true,
         .tells_of_trial = true},
        &serve},
    Row{{.command = Command::peers_list, .words = "peers list", .help = "show the known and the removed peers"},
        &peers_list},
    Row{{.command = Command::peers_add, .words = "peers add", .help = "add a peer"}, &peers_add},
    Row{{.command = Command::peers_remove,
         .words = "peers remove",
         .help = "remove a peer for good, and give it nothing again"},
        &peers_remove},
    Row{{.command = Command::identity,
         .words = "identity",
         .help = "show this host's name, address and pin",
         .may_precede_ops_manager = true},
        &identity},
    Row{{.command = Command::config_check,
         .words = "config check",
         .help = "name every mistake, look up the peers, and compare with the running listener",
         .needs_host = false,
         .may_precede_ops_manager = true},
        &config_check},
    Row{{.command = Command::config_show,
         .words = "config show",
         .help = "show every setting, its value and where the value comes from",
         .needs_host = false,
         .may_precede_ops_manager = true},
        &config_show},
    Row{{.command = Command::hook_install,
         .words = "hook install",
         .help = "add one line to mms.conf, so that every way to start Ops Manager asks the gate"},
        &hook_install},
    Row{{.command = Command::hook_remove, .words = "hook remove", .help = "remove that line from mms.conf"},
        &hook_remove},
    Row{{.command = Command::hook_run,
         .words = "hook run",
         .help = "decide about one start; the line in mms.conf runs this command"},
        &hook_run},
    Row{{.command = Command::service_install,
         .words = "service install",
         .help = "install the listener and the gate, and make Ops Manager's services depend on the gate",
         .may_precede_ops_manager = true},
        &service_install},
    // Services can be removed and stopped even if the configuration is broken. What they run reads it itself.
    Row{{.command = Command::service_remove,
         .words = "service remove",
         .help = "remove the listener and the gate; keep key, record and identity",
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
         .help = "run as a service; the service control manager runs this command",
         .needs_host = false,
         .may_precede_ops_manager = true},
        &service_run},
    Row{{.command = Command::backup_create,
         .words = "backup create",
         .help = "write an encrypted copy to each configured destination, or to --output",
         .stands_for_group = true},
        &backup_create},
    Row{{.command = Command::backup_list, .words = "backup list", .help = "show the copies at each destination"},
        &backup_list},
    Row{{.command = Command::backup_check,
         .words = "backup check",
         .help = "check whether the copies of this host are whole; needs no identity"},
        &backup_check},
    Row{{.command = Command::backup_drill,
         .words = "backup drill",
         .help = "test whether copies open and hold this host's key"},
        &backup_drill},
    Row{{.command = Command::backup_prune, .words = "backup prune", .help = "remove this host's older copies"},
        &backup_prune},
    // The identity is made on a machine outside the fleet, which has no Ops Manager.
    Row{{.command = Command::backup_new_identity,
         .words = "backup new-identity",
         .help = "create an identity, which opens backups",
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
