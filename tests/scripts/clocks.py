"""Hosts whose clock says another time."""

import functools
import shutil
import subprocess

import harness


@functools.cache
def library():
    shown = subprocess.run(["faketime", "-f", "+0", "printenv", "LD_PRELOAD"], capture_output=True, text=True, check=True)
    return shown.stdout.strip()


class ClockTest(harness.ScriptTest):
    def setUp(self):
        super().setUp()
        harness.need_no_sanitizer("its runtime and faketime both want to be first in the process")
        if shutil.which("faketime") is None:
            harness.skip("needs faketime")

    def set_clock(self, host, offset):
        # Timers are the kernel's business and stay right when a clock is wrong. The faketime command itself would stay
        # between a server and its signals.
        clock = (f"LD_PRELOAD={library()}", f"FAKETIME={offset}", "FAKETIME_DONT_FAKE_MONOTONIC=1")
        host.prefix = ("env", *clock, *type(host).prefix)

    def right_clock(self, host):
        host.prefix = type(host).prefix
