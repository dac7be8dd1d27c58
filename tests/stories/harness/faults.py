"""Where a run of the program can be interrupted: every system call by which it changes the disk, or looks at it.

strace counts the calls of each kind and of each process for itself, and so does this.
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


def traced(command, trace, environment, limit, *options):
    """Runs it under strace, with a leak detector told that it cannot look."""
    words = ["strace", "-f", "-o", str(trace), *options, *map(str, command)]
    environment = {**environment, "ASAN_OPTIONS": "detect_leaks=0"}
    return subprocess.run(words, env=environment, capture_output=True, timeout=limit, check=False)


def points(trace, calls, directory):
    """(call, number) of each, from the first that names the directory, or reads what another process of this program
    says: until then a program is only loaded."""
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
    """strace's options for it."""
    call, number = point
    return ("-e", f"trace={call}", "-e", f"inject={call}:{effect}:when={number}")
