# SPDX-License-Identifier: ISC
"""What /proc shows of a running process: its account, its limits, its files and its memory."""

import contextlib
import ctypes
import os
import pathlib
import re
import signal
import threading

# A larger region is a sanitizer's bookkeeping.
LARGEST_REGION = 1 << 32
PTRACE_ATTACH = 16
PTRACE_DETACH = 17


def status(pid):
    lines = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def children(pid):
    return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()]


def words(pid):
    """Its arguments and its environment."""
    return pathlib.Path(f"/proc/{pid}/cmdline").read_bytes() + pathlib.Path(f"/proc/{pid}/environ").read_bytes()


def with_environment(text):
    """Processes that were started with this text in their environment."""
    found = []
    for file in pathlib.Path("/proc").glob("[0-9]*/environ"):
        try:
            if text.encode() in file.read_bytes():
                found.append(str(file))
        except OSError:
            continue  # it has ended meanwhile
    return found


class WordSearch:
    """Looks through the command lines and environments of all processes until the end of the block."""

    def __init__(self, words):
        self.found = []
        self._words = [word.encode() for word in words]
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()

    def _look(self):
        while not self._over.wait(0.02):
            for name in ("cmdline", "environ"):
                for path in pathlib.Path("/proc").glob(f"[0-9]*/{name}"):
                    with contextlib.suppress(OSError):
                        content = path.read_bytes()
                        self.found += [str(path) for word in self._words if word in content]


def written(pid, directory):
    """The files below that it has open for writing."""
    found = []
    for number in os.listdir(f"/proc/{pid}/fd"):
        name = os.readlink(f"/proc/{pid}/fd/{number}")
        flags = re.search(r"^flags:\s+(\d+)", pathlib.Path(f"/proc/{pid}/fdinfo/{number}").read_text(encoding="utf-8"), re.MULTILINE)
        if name.startswith(f"{directory}/") and int(flags[1], 8) & os.O_ACCMODE != os.O_RDONLY:
            found.append(name)
    return found


def regions(pid):
    """(start, end, locked) of what can be read of its memory."""
    found = []
    for line in pathlib.Path(f"/proc/{pid}/smaps").read_text(encoding="utf-8").splitlines():
        if mapping := re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+) ", line):
            found.append([int(mapping[1], 16), int(mapping[2], 16), False, mapping[3]])
        elif line.startswith("VmFlags:"):
            found[-1][2] = "lo" in line.split()
    return [(start, end, locked) for start, end, locked, mode in found if mode.startswith("r") and end - start < LARGEST_REGION]


def memory(pid, locked):
    """The contents of its locked regions, or of the others. The process is stopped meanwhile."""
    os.kill(pid, signal.SIGSTOP)
    try:
        with open(f"/proc/{pid}/mem", "rb", buffering=0) as file:
            for start, end, is_locked in regions(pid):
                if is_locked != locked:
                    continue
                try:
                    file.seek(start)
                    yield start, file.read(end - start)
                except (OSError, OverflowError):
                    continue  # the kernel's own, [vvar]
    finally:
        os.kill(pid, signal.SIGCONT)


def as_account(uid, gid, action):
    """Runs `action` in a process of this account and returns its result, a number below 256."""
    child = os.fork()
    if child == 0:
        code = 255
        try:
            os.setgroups([])
            os.setresgid(gid, gid, gid)
            os.setresuid(uid, uid, uid)
            code = action()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def can_open(path, flags):
    """For as_account: 1 when the file can be opened with these flags."""
    try:
        os.close(os.open(path, flags))
    except OSError:
        return 0
    return 1


def can_trace(pid):
    """For as_account: 1 when the process can be traced."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.ptrace(PTRACE_ATTACH, pid, None, None) != 0:
        return 0
    os.waitpid(pid, 0x40000000)  # __WALL
    libc.ptrace(PTRACE_DETACH, pid, None, None)
    return 1
