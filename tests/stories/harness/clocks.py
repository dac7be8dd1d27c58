# SPDX-License-Identifier: ISC
"""Hosts whose clock is wrong."""

import contextlib
import functools
import pathlib

from .skipping import need_no_sanitizer, skip
from .story import StoryTest

SHARED_MEMORY = pathlib.Path("/dev/shm")


@functools.cache
def library():
    """faketime's library, or None. The command faketime is not used: it does not pass signals on to a server."""
    return next(pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)


def clear():
    """Removes the shared memory of killed processes. faketime names it by process number, and fails if it exists."""
    for left in SHARED_MEMORY.glob("*faketime_s*_*"):
        if not pathlib.Path("/proc", left.name.rpartition("_")[2]).exists():
            with contextlib.suppress(OSError):  # gone meanwhile, or another user's
                left.unlink()


def need_faketime():
    need_no_sanitizer("its runtime and faketime both want to be first in the process")
    if library() is None:
        skip("needs faketime")


def prefix_for(offset):
    """The command prefix that puts a program's clock off by this much; under wine, that of wine itself."""
    need_faketime()
    clear()
    # Time-outs use the monotonic clock, which stays right when a host's clock is wrong. The times of files are those of
    # the disk.
    return ("env", f"LD_PRELOAD={library()}", f"FAKETIME={offset}", "FAKETIME_DONT_FAKE_MONOTONIC=1", "NO_FAKE_STAT=1")


class ClockTest(StoryTest):
    def setUp(self):
        super().setUp()
        need_faketime()

    def set_clock(self, host, offset):
        host.prefix = (*prefix_for(offset), *type(host).prefix)

    def right_clock(self, host):
        host.prefix = type(host).prefix
