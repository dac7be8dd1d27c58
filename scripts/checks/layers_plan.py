# SPDX-License-Identifier: ISC
"""The plan of the house: which folder may know which, which library stands where, and the exceptions with their reasons.

layers_rules.py enforces it. An exception that nothing needs any more is an error, so that this page stays true.
"""

from typing import NamedTuple

# A lower number is a lower floor. An include stays in its folder or goes down; equal floors do not see each other.
# "" is the library's own folder. posix/ and windows/ belong to the folder that they stand in.
FLOORS = {
    "platform": {"base": 0, "accounts": 1, "files": 2, "host": 3, "processes": 4, "services": 5, "audit": 6, "ops_manager": 7},
    "keystore": {"": 0, "key": 1, "age": 1, "cms": 1, "host_key": 2, "backup": 3},
    "agent": {
        "base": 0,
        "protocol": 1,
        "config": 2,
        "transport": 2,
        "fleet": 3,
        "backups": 3,
        "backup_program": 4,
        "doctor": 4,
        "gate": 4,
        "listener": 4,
        "report": 5,
        "doctor_program": 5,
        "actions": 6,
        "commands": 7,
        "": 8,
    },
}
LIBRARIES = ("platform", "keystore", "agent", "tests")  # each may know those before it
SYSTEMS = ("posix", "windows")


class Never(NamedTuple):
    files: str  # * as in a shell
    headers: tuple[str, ...]
    reason: str


class Only(NamedTuple):
    files: str
    headers: tuple[str, ...]  # of agent/, besides the folder's own
    reason: str


NEVERS = (
    Never("agent/backups/*", ("agent/fleet/*", "agent/transport/*"), "a backup is made without asking a peer"),
    Never("agent/listener/*", ("agent/backups/*", "agent/report/*"), "what strangers can reach stays small"),
    Never("agent/main*", ("agent/commands/*",), "only the program knows the commands"),
)
ONLYS = (
    Only("agent/gate/decision.*", ("agent/fleet/peer_verdict.h", "agent/fleet/voters.h", "agent/fleet/record_settling.h", "agent/config/*", "agent/base/limits.h"), "the decision is pure"),
    Only(
        "agent/backup_program/*",
        ("agent/base/*", "agent/config/backup_destination.h", "agent/backups/program_request.h"),
        "another process, which knows neither key nor peers",
    ),
    Only(
        "agent/doctor_program/*",
        (
            "agent/base/*",
            "agent/doctor/*_messages.h",
            "agent/doctor/database_evidence.h",
            "agent/doctor/database_uri.h",
            "agent/doctor/message_fields.h",
            "agent/doctor/program_request.h",
            "agent/protocol/numeric_address.h",
        ),
        "another process, which knows neither key nor peers",
    ),
)


class Family(NamedTuple):
    headers: tuple[str, ...]  # how the included name begins
    folders: tuple[str, ...]  # where it may be included; * as in a shell
    reason: str


# The first that fits counts. A library that is not listed may not be included at all.
FAMILIES = (
    Family(("CLI/",), ("agent/config/*",), "3.4 s a file; options are declared in one folder"),
    Family(("toml++/",), ("agent/config/*",), "2 s a file; one folder knows the configuration's format"),
    Family(("nlohmann/",), ("*_json.cpp", "agent/report/json.cpp", "tests/*"), "2 s a file; the others hand over plain structs"),
    Family(
        ("boost/asio",),
        ("agent/transport/*", "agent/listener/*", "agent/protocol/numeric_address.cpp", "platform/files/file_events.h", "tests/support/*"),
        "2.6 s a file; the logic under it is synchronous and pure",
    ),
    Family(("boost/",), ("*",), "files and paths; the headers are small"),
    Family(("openssl/ssl.h",), ("agent/transport/*", "agent/doctor_program/api.*", "agent/doctor_program/certificate.*", "tests/*"), "one folder speaks TLS; the doctor program looks at a server's certificate while libcurl speaks"),
    Family(("openssl/",), ("agent/transport/*", "agent/backup_program/*", "agent/doctor_program/api.*", "agent/doctor_program/certificate.*", "agent/doctor_program/mongo_connection.*", "keystore/*", "tests/*"), "keys, certificates, ciphers"),
    Family(("sodium.h",), ("agent/*", "keystore/*", "platform/*", "tests/*"), "random bytes, digests, locked memory"),
    Family(("spdlog/", "fmt/"), ("agent/base/*",), "libraries do not log, and one folder decides where the agent's words go"),
    Family(("curl/",), ("agent/backup_program/*", "agent/doctor_program/*"), "the listener and the gate must not need it"),
    Family(("mongoc/",), ("agent/doctor_program/*", "tests/agent/doctor_program/*"), "the listener and the gate must not need it"),
    Family(("archive", "pugixml"), ("agent/backup_program/*",), "the listener and the gate must not need them"),
    Family(("tl/",), ("platform/base/*",), "the rest says Result"),
    Family(("doctest/",), ("tests/*",), "tests"),
)

# Besides its library's own: where another namespace may be opened.
NAMESPACES = {
    "CLI": "agent/config/*",  # declared, not included
    "agent::backup_program": "agent/backup_program/*",
    "agent::commands": "agent/commands/*",
    "agent::doctor_program": "agent/doctor_program/*",
    "agent::limits": "agent/base/*limits.h",
    "agent::log": "agent/base/log.*",
    "agent::tls": "agent/transport/tls*",
    "agent::wire": "agent/protocol/messages.*",
    "keystore::age": "keystore/age/*",
    "keystore::age::bech32": "keystore/age/bech32.*",
    "keystore::age::limits": "keystore/age/limits.h",
    "keystore::cms": "keystore/cms/*",
    "keystore::cms::limits": "keystore/cms/*",
    "platform::posix": "platform/*/posix/*",
    "platform::windows": "platform/*/windows/*",
    "platform::windows::inheritance": "platform/accounts/windows/security_descriptor.h",
    "platform::windows::rights": "platform/accounts/windows/security_descriptor.h",
}

MOST_UNITS = 24  # of one folder
# One file for each command; one for each theme of findings, and what they share.
NO_LIMIT = ("agent/commands", "agent/doctor")

# Rule -> what a complaint of it begins with (a file, a unit without its ending, a folder) -> reason.
EXCEPTIONS = {
    "pairs": {
        "agent/config/example_configuration.h": "the build makes its source of scripts/examples/genkey-agent.toml",
        "agent/main.cpp": "the entry of the program",
        "agent/main_windows.cpp": "the entry of the one file for Windows",
        "agent/backup_program/main.cpp": "the entry of that program",
        "agent/doctor_program/main.cpp": "the entry of that program",
        "agent/backup_program/instance_profile_json.cpp": "the one part of s3_credentials that reads JSON",
        "agent/transport/asio.cpp": "the compiled part of Boost.Asio",
        "platform/files/stream.h": "for file.cpp alone: each system's file.cpp has it",
        "platform/files/file_end.h": "a part of file.h: each system's file.cpp has it",
        "platform/files/posix/install_file.cpp": "a large part of file.h",
        "platform/files/windows/install_file.cpp": "a large part of file.h",
        "platform/services/windows/service_dependencies.cpp": "a large part of service_manager.h",
    },
    "commands": {
        "agent/commands/config.cpp": "check and show of one file",
        "agent/commands/hook_install.cpp": "install and remove are a pair",
        "agent/commands/issued_tickets.cpp": "the part of invite that shows and revokes tickets",
        "agent/commands/peers.cpp": "list, add and remove of one short list",
        "agent/commands/restore_host_state.cpp": "the part of restore that writes a host's files",
        "agent/commands/service.cpp": "five that are one story",
    },
    "names": {
        "agent/config/config_file": "config/file could be any file",
        "agent/report/report": "what the folder is about: the type Report",
        "keystore/host_key/host_key": "what the folder is about: the key of this host",
        "keystore/key/key_proof": "agreements prove keys to others; the word alone is too wide",
        "keystore/key/key_text": "key/text could be any text",
        "platform/accounts/account": "what the folder is about: the type Account",
        "platform/audit/audit": "what the folder is about: the type KeyFileAudit",
        "platform/files/file": "what the folder is about",
        "platform/files/file_descriptor": "Windows has other descriptors",
        "platform/files/file_end": "other things have ends too",
        "platform/files/file_events": "other programs call other things events",
        "platform/files/file_stamp": "files/stamp could be a moment",
        "platform/files/file_watch": "other things are watched too",
        "platform/host/host_facts": "a file and a key file have facts too",
        "platform/services/service_dependencies": "a large part of service_manager",
        "platform/services/service_handle": "base/windows/handle.h is another",
        "platform/services/service_manager": "what the system calls it",
        "platform/services/service_notify": "what systemd calls it",
        "platform/services/service_state": "other things have states too",
        "platform/services/services": "what the folder is about: the vendor's services on Windows",
    },
    "namespaces": {
        "agent/main.cpp": "main() is in no namespace",
        "agent/main_windows.cpp": "main() is in no namespace",
        "agent/backup_program/main.cpp": "main() is in no namespace",
        "agent/doctor_program/main.cpp": "main() is in no namespace",
        "agent/transport/asio.cpp": "only includes",
    },
}
