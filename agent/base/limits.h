// Every limit of the program, in one place. What is bounded here cannot be filled, slowed or grown by a peer.
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

// Names and addresses as peers say them.
inline constexpr std::size_t name_length = 253;     // DNS
inline constexpr std::size_t address_length = 261;  // name, brackets, colon, port

// Frames, type and body together, before and after the other side has shown who it is.
inline constexpr std::size_t request_size = 1024;
inline constexpr std::size_t reply_size = 64 * std::size_t{1024};

// Asking.
inline constexpr std::size_t handshakes_in_flight = 64;
inline constexpr seconds verify_wait{5};
inline constexpr seconds gate_wait{30};
inline constexpr seconds longest_gate_wait{60};
inline constexpr seconds join_wait{30};
// A listener is started anew when its host has got its key, and a ticket may be pasted sooner than that.
inline constexpr seconds join_patience{5};
// generate's second look, at peers that did not answer the first.
inline constexpr seconds listener_restart{1};
inline constexpr milliseconds first_retry{200};  // then doubled, with jitter, up to
inline constexpr milliseconds longest_retry{5'000};
inline constexpr std::size_t resolver_threads = 8;
inline constexpr seconds child_grace{10};  // beyond the wait that it was given

// Answering.
inline constexpr std::size_t connections = 512;              // open at once; further ones are closed at once
inline constexpr std::size_t connections_per_address = 128;  // open at once from one address
inline constexpr std::size_t handshakes = 64;                // under way at once; further ones wait their turn
inline constexpr std::size_t handshakes_per_address = 32;    // of these, from one address
inline constexpr seconds connection_time{10};                // from accept to the end, whatever happens
inline constexpr std::uint32_t rate_burst = 4096;            // requests from one address before
inline constexpr std::uint32_t rate_per_second = 256;        // they are slowed to this
inline constexpr std::size_t rated_addresses = 1024;

// Tickets.
inline constexpr std::size_t tickets = 256;
inline constexpr std::uint32_t ticket_uses = 1000;
inline constexpr std::uint32_t ticket_uses_in_all = 8192;  // of tickets that have not expired
inline constexpr std::size_t ticket_addresses = 16;
inline constexpr std::size_t ticket_text = 6 * std::size_t{1024};
inline constexpr hours ticket_life{1};
inline constexpr days longest_ticket_life{30};
inline constexpr std::uint32_t wrong_secrets = 5;  // from one pin or address, then a ban
inline constexpr minutes ban{10};
inline constexpr std::size_t bans = 1024;

// Peers.
inline constexpr std::size_t roster = 4096;
inline constexpr std::size_t removed = 4096;
inline constexpr std::size_t roster_in_handover = 100;  // with the longest names, this many fit into a reply
inline constexpr days unseen{30};
inline constexpr hours seen_again{1};  // a peer that is seen more often is noted this often

// Files.
inline constexpr std::size_t roster_file = 12 * std::size_t{1024} * 1024;  // a full one, with the longest names
inline constexpr std::size_t ticket_file = std::size_t{1024} * 1024;       // a full one, with every use taken
inline constexpr std::size_t configuration_file = 256 * std::size_t{1024};
inline constexpr std::size_t certificate_file = 256 * std::size_t{1024};
inline constexpr std::size_t note_file = 16 * std::size_t{1024};
inline constexpr seconds lock_wait{10};
inline constexpr seconds silent_lock_wait{1};  // of these, before a person at a terminal is told
inline constexpr seconds note_lock_wait{2};

// Ops Manager seen running this long on the file, its pre-flight on, makes a key established.
inline constexpr minutes running_proves{10};

// The hook in mms.conf: it passes at once within a start of a unit that the gate has allowed, for as long as a start
// may take.
inline constexpr seconds hook_wait{10};
inline constexpr minutes start_takes{20};
inline constexpr std::size_t mms_conf = 64 * std::size_t{1024};

// Backups: what goes to the backup program and comes back, and what it takes from a store.
inline constexpr std::size_t backup_message = 8 * std::size_t{1024} * 1024;
inline constexpr std::size_t credentials_file = 64 * std::size_t{1024};
inline constexpr std::size_t store_reply = 4 * std::size_t{1024} * 1024;  // a page of a listing, or a copy
inline constexpr seconds store_connect{10};
inline constexpr seconds store_stall{20};              // without a byte in either direction
inline constexpr milliseconds first_store_retry{250};  // then doubled, with jitter, up to
inline constexpr milliseconds longest_store_retry{8'000};
inline constexpr std::size_t archived_files = 8;
inline constexpr std::size_t archived_file = 256 * std::size_t{1024};
inline constexpr seconds archive_time{20};

// Backups: what a configuration may ask for, and what it asks for when it is silent.
inline constexpr std::size_t backup_recipients = 100;
inline constexpr std::size_t backup_destinations = 16;
inline constexpr std::size_t kept_backups = 3;
inline constexpr std::size_t most_kept_backups = 1000;
inline constexpr days backup_stale_after{35};  // a month and some patience
inline constexpr days drill_stale_after{100};  // a quarter and some patience
inline constexpr days longest_backup_age{3650};
// With a store that does not answer: for a person, and for commands that back up beside what they are for.
inline constexpr seconds backup_patience{60};
inline constexpr seconds backup_patience_beside{15};
inline constexpr std::size_t backup_note_file = 256 * std::size_t{1024};
inline constexpr std::size_t identity_files = 16;
// A backup of a key that is to be replaced was stored, or looked at, this recently.
inline constexpr hours fresh_backup{1};
// Copies that restore tries, one after the other; each may cost what a passphrase costs.
inline constexpr std::size_t restore_attempts = 8;

}  // namespace agent::limits
