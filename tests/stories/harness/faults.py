# SPDX-License-Identifier: ISC
"""The points at which a run of the program can be interrupted: each system call that changes or reads the disk.

strace counts calls by kind and by process, so a point is a call and its number.
"""

import os
import re
import subprocess

# A kill between two of these leaves what a kill at the second one leaves.
CHANGES = (
    "openat", "openat2", "close", "mkdir", "mkdirat", "linkat", "rename", "renameat", "unlink", "unlinkat", "fchmod", "fchown",
    "ftruncate", "fsync", "fdatasync", "write", "pwrite64", "flock",
)
LOOKS = ("read", "pread64", "newfstatat", "fstat", "statx", "lseek", "getdents64", "readlink", "readlinkat", "getxattr", "fcntl")
LINE = re.compile(r"^(?:(\d+) +)?(\w+)\(")


# The search for leaks is off, because it needs ptrace itself.
STRACE = ("strace", "-f", "-E", "ASAN_OPTIONS=detect_leaks=0")


def traced(command, trace, environment, limit, *options):
    words = [*STRACE, "-o", str(trace), *options, *map(str, command)]
    return subprocess.run(words, env=environment, capture_output=True, timeout=limit, check=False)


def points(trace, calls, directory):
    """(call, number) of each point in the trace. Calls by which the program is loaded do not count: the points begin
    with the first call that names the directory, or that reads from another process of this program."""
    found, counts, begun = set(), {}, set()
    for line in trace.read_text(encoding="utf-8", errors="replace").splitlines():
        match = LINE.match(line)
        if match is None:
            continue
        process, call = match.groups()
        counts[process, call] = counts.get((process, call), 0) + 1
        if call == "execve":
            begun.discard(process)
        elif str(directory) in line or "read(0, " in line:
            begun.add(process)
        if process in begun and call in calls:
            found.add((call, counts[process, call]))
    # A sanitizer makes each run many times as slow.
    return sorted(found)[:: 7 if os.environ.get("GENKEY_SANITIZERS") else 1]


def injection(point, effect):
    """strace's options that inject the effect at a point."""
    call, number = point
    return ("-e", f"trace={call}", "-e", f"inject={call}:{effect}:when={number}")
