// SPDX-License-Identifier: ISC
// Every limit of the program, in one place.
//
// Peers are strangers until they prove the key, and a member of the fleet may be compromised. So each list, buffer,
// loop and wait that a peer can influence has a limit here: nobody else can fill this host's memory or disk, or make
// a command last longer than its wait. Sizes are bytes unless a comment says otherwise.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace agent::limits {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

inline constexpr std::uint16_t default_port = 27424;

// Names and addresses that peers send.
inline constexpr std::size_t name_length = 253;     // longest DNS name as text (RFC 1035, 2.3.4)
inline constexpr std::size_t address_length = 261;  // a name, two brackets, a colon and a port

// Sizes of frames: type and body, without the header. A request is small because the listener reads it before it knows
// whether the caller has the key. The largest reply is a hand-over with its list of hosts.
inline constexpr std::size_t request_size = 1024;
inline constexpr std::size_t reply_size = 64 * std::size_t{1024};

// Asking peers.
// TLS takes most of the memory that a request needs. This limit keeps the memory of a round independent of the number
// of peers.
inline constexpr std::size_t handshakes_in_flight = 64;
// A command that asks peers ends when its wait is over, and each of its rounds lasts at least this long. So the whole
// takes at most two seconds longer than the wait.
inline constexpr seconds shortest_round{1};
// To resolve, to connect, or to talk to one address. In a longer wait the address is tried again.
inline constexpr seconds peer_step{5};
inline constexpr seconds verify_wait{5};
// `verify` of a large fleet may take longer: this much for each address, if no --wait was given.
inline constexpr milliseconds verify_wait_per_address{5};
inline constexpr seconds gate_wait{30};
// The gate holds up a start of Ops Manager, so a configuration may not make it wait longer than this.
inline constexpr seconds longest_gate_wait{60};
inline constexpr seconds join_wait{30};
// A listener restarts when its host gets a key. A ticket that is pasted right after `generate` meets no listener, so
// `join` keeps trying the ticket's addresses for this long.
inline constexpr seconds join_patience{5};
// `invite` asks its own listener. Where a service manager runs one, it is waited for: it may be starting anew, which
// takes the unit's RestartSec= and a moment.
inline constexpr seconds listener_answer{2};
inline constexpr seconds listener_patience{6};
// Two hosts may run `generate` at the same moment. The second look waits for a listener that restarts meanwhile.
inline constexpr seconds listener_restart{1};
inline constexpr milliseconds first_retry{200};  // doubled after each try, with jitter, up to longest_retry
inline constexpr milliseconds longest_retry{5'000};
// Between two tries to fetch a lost key, when those who answer cannot give it.
inline constexpr seconds pause_of_refetch{1};
// One name that does not resolve blocks one thread; the other threads still resolve the other names.
inline constexpr std::size_t resolver_threads = 8;
// A child process is killed this long after its own wait should have ended.
inline constexpr seconds child_grace{10};

// Answering peers. The limits per address are lower than the totals, so that one address cannot lock out all others.
inline constexpr std::size_t connections = 512;
inline constexpr std::size_t connections_per_address = 128;
// Handshakes are the expensive part of a connection. Further connections wait for their turn.
inline constexpr std::size_t handshakes = 64;
inline constexpr std::size_t handshakes_per_address = 32;
// From accept to close. A peer that sends one byte at a time cannot extend it.
inline constexpr seconds connection_time{10};
// One address may send a burst of requests, and then this many per second.
inline constexpr std::uint32_t rate_burst = 4096;
inline constexpr std::uint32_t rate_per_second = 256;
// What the listener works for those who have not proved the key, in milliseconds of its one thread: for each
// address, and for all of them together. A proof gives back what its connection has cost.
inline constexpr std::uint32_t work_burst = 1'000;
inline constexpr std::uint32_t work_per_second = 100;
inline constexpr std::uint32_t work_burst_in_all = 2'000;
inline constexpr std::uint32_t work_per_second_in_all = 500;
// A connection that waits for more of it is looked at again after this long.
inline constexpr milliseconds work_pause{20};
// Wrong proofs of a pin or an address that this host does not know. A host with a wrong key that restarts again and
// again stays below the rate, so that it goes on being told that it disagrees.
inline constexpr std::uint32_t wrong_proofs_burst = 120;
inline constexpr std::uint32_t wrong_proofs_per_second = 1;
// Addresses, or pins, whose rates are kept.
inline constexpr std::size_t rated = 1024;
// Addresses that have proved the key lately. They come before others, and share no limit with them.
inline constexpr std::size_t proved_addresses = 4096;
inline constexpr hours proved_address_life{1};
// A peer's certificates as it sends them: three with RSA keys of 4096 bits, or many more with P-256.
inline constexpr std::size_t certificate_chain = 8 * std::size_t{1024};

// Facts that peers report of their Ops Manager: agent/protocol/facts.h. The size is that of one reply, without its tag.
inline constexpr std::size_t facts = 128;  // names
inline constexpr std::size_t fact_name = 64;
inline constexpr std::size_t fact_value = 1024;
inline constexpr std::size_t facts_size = 32 * std::size_t{1024};
inline constexpr std::size_t facts_file = 64 * std::size_t{1024};
// What a round keeps of all peers together: 4096 with usual facts. Peers beyond it count as those without facts.
inline constexpr std::size_t facts_in_all = 32 * std::size_t{1024} * 1024;
// Older facts describe a host that may have changed since, so nothing is decided by them.
inline constexpr hours facts_stale_after{24};
// Between two collections, and between two requests of the listener for one.
inline constexpr seconds facts_pause{2};
// A collection that its clock dates to the future by no more than this is one of now: the clock was set back a little.
inline constexpr seconds facts_clock_step{60};

// Tickets.
inline constexpr std::size_t tickets = 256;
inline constexpr std::uint32_t ticket_uses = 1000;
// Over all tickets that have not expired. It keeps the file of tickets below ticket_file: tickets with 1000 uses each
// once made a file that no command could read again.
inline constexpr std::uint32_t ticket_uses_in_all = 8192;
inline constexpr std::size_t ticket_addresses = 16;
inline constexpr std::size_t ticket_text = 6 * std::size_t{1024};
inline constexpr hours ticket_life{1};
inline constexpr days longest_ticket_life{30};
// Wrong secrets from one pin or address before it is banned. A secret has 256 random bits and cannot be guessed; the
// ban limits the time that the listener spends on somebody who tries.
inline constexpr std::uint32_t wrong_secrets = 5;
inline constexpr minutes ban{10};
inline constexpr std::size_t bans = 1024;

// Peers. A stranger cannot get into the roster: only a proof of the key, or a person, adds an entry.
inline constexpr std::size_t displaced_keys = 10'000;  // files in the directory of keys that were put aside
inline constexpr std::size_t roster = 4096;
inline constexpr std::size_t removed = 4096;
inline constexpr std::size_t roster_in_handover = 100;  // this many fit into reply_size with the longest names
inline constexpr std::size_t addresses_of_peer = 8;
// After this long a peer that introduced itself is not asked any more, and an agreement is too old to count.
inline constexpr days unseen{30};
// A claim may raise this host's generation by at most this much.
inline constexpr std::uint32_t generation_jump = 16;
// The listener writes the roster at most this often for a peer that only repeats what the roster already says.
inline constexpr hours seen_again{1};

// Files. The first two hold the fullest state with the longest names, so that what one command writes the next can
// read.
inline constexpr std::size_t roster_file = 24 * std::size_t{1024} * 1024;
// Peers that the listener has met since the roster was written. Beyond this the log is merged into it.
inline constexpr std::size_t roster_log = 256 * std::size_t{1024};
inline constexpr std::size_t ticket_file = std::size_t{1024} * 1024;
inline constexpr std::size_t configuration_file = 256 * std::size_t{1024};
inline constexpr std::size_t certificate_file = 256 * std::size_t{1024};
inline constexpr std::size_t note_file = 16 * std::size_t{1024};
// In the directory of the agent's account, which has a handful.
inline constexpr std::size_t agent_files = 1000;
inline constexpr seconds lock_wait{10};
// The part of lock_wait that passes before a person is told, and between two rewritings of that line. Most locks are
// free again by then.
inline constexpr seconds silent_lock_wait{1};
// Shorter than lock_wait: the gate needs the lock only to note its decision, while Ops Manager's start waits for it.
inline constexpr seconds note_lock_wait{2};

// Ops Manager that has run this long with the key file makes the key established: it has passed its own pre-flight
// checks with that key.
inline constexpr minutes running_proves{10};

// The hook in mms.conf. Its `ensure` waits for peers only briefly, because the start script waits for it.
inline constexpr seconds hook_wait{10};
// How old the gate's decision may be for the hook to pass in the same start without a second decision. A start of Ops
// Manager may take this long.
inline constexpr minutes start_takes{20};
inline constexpr std::size_t mms_conf = 64 * std::size_t{1024};

// Messages to and from the backup program, and what the program accepts from a store. The sizes nest: archived files
// fit into a copy, a copy into store_reply, store_reply into backup_message. agent/backup_program/tar.cpp asserts it.
inline constexpr std::size_t backup_message = 8 * std::size_t{1024} * 1024;
inline constexpr std::size_t credentials_file = 64 * std::size_t{1024};
inline constexpr std::size_t store_reply = 4 * std::size_t{1024} * 1024;  // one page of a listing, or one copy
inline constexpr seconds store_connect{10};
inline constexpr seconds store_stall{20};              // without a byte in either direction
inline constexpr milliseconds first_store_retry{250};  // doubled after each try, with jitter, up to the next
inline constexpr milliseconds longest_store_retry{8'000};
inline constexpr std::size_t archived_files = 8;
inline constexpr std::size_t archived_file = 256 * std::size_t{1024};
inline constexpr seconds archive_time{20};

// Backups: limits and defaults of the configuration.
inline constexpr std::size_t backup_recipients = 100;
inline constexpr std::size_t backup_destinations = 16;
inline constexpr std::size_t kept_backups = 3;
inline constexpr std::size_t most_kept_backups = 1000;
inline constexpr days backup_stale_after{35};  // monthly backups, with a few days to spare
inline constexpr days drill_stale_after{100};  // quarterly drills, with a few days to spare
inline constexpr days longest_backup_age{3650};
// How long a command keeps trying a store that does not answer. A person who typed `backup` waits longer than commands
// such as `import`, which back up besides their own work.
inline constexpr seconds backup_patience{60};
inline constexpr seconds backup_patience_beside{15};
inline constexpr std::size_t backup_note_file = 256 * std::size_t{1024};
inline constexpr std::size_t identity_files = 16;
// `generate --replace` demands a backup of the present key that was written, or seen at its destination, this recently.
inline constexpr hours fresh_backup{1};
// Copies that `restore` tries one after the other. Each try may cost a slow derivation of a key from a passphrase.
inline constexpr std::size_t restore_attempts = 8;

// The audit of an installation (agent/doctor).
inline constexpr std::uint16_t database_port = 27017;  // MongoDB's own, where a URI names none
inline constexpr std::size_t database_hosts = 50;      // in mongo.mongoUri
inline constexpr std::size_t database_options = 64;

}  // namespace agent::limits
