"""Hosts whose clock says another time."""

import contextlib
import functools
import pathlib

import harness

SHARED_MEMORY = pathlib.Path("/dev/shm")


@functools.cache
def library():
    """faketime's library, or None. Its command would stay between a server and its signals."""
    return next(pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)


def clear():
    """faketime names objects by the number of its process, leaves those of a killed one, and fails where they exist."""
    for left in SHARED_MEMORY.glob("*faketime_s*_*"):
        if not pathlib.Path("/proc", left.name.rpartition("_")[2]).exists():
            with contextlib.suppress(OSError):  # gone meanwhile, or another user's
                left.unlink()


def need_faketime():
    harness.need_no_sanitizer("its runtime and faketime both want to be first in the process")
    if library() is None:
        harness.skip("needs faketime")


def prefix_for(offset):
    """What a program is started with for its clock to be off by this much; under wine, wine itself."""
    need_faketime()
    clear()
    # Timers are the kernel's business and stay right when a clock is wrong.
    return ("env", f"LD_PRELOAD={library()}", f"FAKETIME={offset}", "FAKETIME_DONT_FAKE_MONOTONIC=1")


class ClockTest(harness.StoryTest):
    def setUp(self):
        super().setUp()
        need_faketime()

    def set_clock(self, host, offset):
        host.prefix = (*prefix_for(offset), *type(host).prefix)

    def right_clock(self, host):
        host.prefix = type(host).prefix
