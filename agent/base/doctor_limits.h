// SPDX-License-Identifier: ISC
// The limits of doctor, beside those of agent/base/limits.h.
#pragma once

#include "agent/base/limits.h"

namespace agent::limits {

// Doctor counts its own requests in the access logs of Ops Manager (agent/doctor/access_log.h). Anybody may put lines
// into such a log.
inline constexpr std::size_t access_log = 4 * std::size_t{1024} * 1024;  // its end
inline constexpr std::size_t probes = 32;                                // nonces that a host reports, the newest
inline constexpr std::size_t probe_addresses = 8;                        // of the lines with one nonce
// Older files are not searched: a run of doctor is over long before.
inline constexpr minutes probe_life{10};
// A log that was put aside this recently may hold the first lines of a run.
inline constexpr minutes log_rotated{1};
inline constexpr std::size_t rotated_logs = 4096;  // files in their directory
inline constexpr std::size_t logback_file = 64 * std::size_t{1024};
// What a restart or an election can cause is asked again after this long.
inline constexpr seconds second_look{5};
// The members of a replica set elect another primary within 12 s, by MongoDB's defaults.
inline constexpr seconds election{12};
// How long doctor waits for the lines of its requests.
inline constexpr seconds log_wait{10};
// After the last line: the lines of earlier requests are in the logs by then, and every host that collects at once has
// reported (facts_pause, and a collection).
inline constexpr seconds log_settles{4};
// Peers collect no more often than each facts_pause, so they are not asked much more often.
inline constexpr std::chrono::milliseconds fresh_facts_pause{1000};
inline constexpr seconds fresh_facts_wait{3};  // for one round of peers
// What genkey-agent-doctor asks by HTTP, and takes from whoever answers.
inline constexpr std::size_t http_requests_to_url = 40;  // in one run, redirects included
inline constexpr std::size_t http_requests = 128;        // of one process
inline constexpr std::size_t http_origins = 64;
inline constexpr std::size_t http_redirects = 2;
inline constexpr seconds http_time{5};
inline constexpr seconds http_direct_time{2};  // of a host without the balancer, which may well be behind a firewall
inline constexpr seconds http_time_in_all{30};
inline constexpr std::size_t http_headers = 64 * std::size_t{1024};
inline constexpr std::size_t http_body = std::size_t{1024} * 1024;
inline constexpr std::size_t http_path = 512;
inline constexpr std::size_t http_text = 128;  // of a header, for people
inline constexpr std::size_t http_cookies = 4;
inline constexpr std::size_t authority_file = std::size_t{1024} * 1024;  // [doctor] ca
// What genkey-agent-doctor asks databases, and takes from whoever answers.
inline constexpr std::size_t databases = 17;         // of one process: the application's and 16 backing databases
inline constexpr std::size_t database_members = 50;  // of one database, as many as a replica set may have members
inline constexpr std::size_t databases_at_once = 16;
inline constexpr seconds database_time{3};   // of one host
inline constexpr seconds database_grace{1};  // then the process that asks it is killed
inline constexpr seconds database_time_in_all{15};
// A member is asked again until one answer was this fast, or so often, or for so long: the least of all counts. No
// pause of a busy machine makes a long way shorter. Members this near count as one facility.
inline constexpr std::chrono::milliseconds near_round_trip{2};
inline constexpr int round_trips = 8;
inline constexpr std::chrono::milliseconds round_trips_in_all{300};
inline constexpr std::chrono::milliseconds between_round_trips{10};
inline constexpr std::size_t database_answer = 64 * std::size_t{1024};         // of one host
inline constexpr std::size_t database_answers = 3 * std::size_t{1024} * 1024;  // of all hosts, within a reply
inline constexpr seconds login_time{10};                                       // with three questions after it
inline constexpr std::size_t login_answer = std::size_t{1024} * 1024;
inline constexpr std::size_t member_name = limits::name_length + 6;  // with a port
inline constexpr std::size_t member_tags = 32;
inline constexpr std::size_t client_certificate = 64 * std::size_t{1024};  // mongodb.ssl.PEMKeyFile
inline constexpr std::size_t database_password = 1024;
// What genkey-agent-doctor asks Ops Manager's API, and takes from it.
inline constexpr std::size_t api_key_file = 4 * std::size_t{1024};
inline constexpr std::size_t api_key_part = 256;
inline constexpr std::size_t api_entries = 500;  // of a list, which is what one answer may have
inline constexpr std::size_t api_labels = 64;    // of a daemon or a store
inline constexpr seconds api_time{5};            // of one list
inline constexpr seconds api_time_in_all{10};
inline constexpr std::size_t doctor_message = 4 * std::size_t{1024} * 1024;
inline constexpr std::size_t doctor_memory = 200 * std::size_t{1024} * 1024;

}  // namespace agent::limits
