# SPDX-License-Identifier: ISC
"""doctor on a whole installation (installation.py): how long a run takes, also while everybody is silent to the host that
asks, and what it costs the listener of another host to be asked for facts."""

import os
import statistics
import time

from .report import Report
from .rig import Rig, proportional_memory
from .serving import FLOODED_LIMIT_MIB, IDLE_LIMIT_MIB, IDLE_SECONDS, wake_ups

QUICK_LIMIT, COUNTED_LIMIT, SILENT_LIMIT = 3, 15, 30  # seconds
QUICK_ROUNDS, COUNTED_ROUNDS, ASKED_ROUNDS = 9, 3, 20
UNREACHABLE = 15  # the exit code


def measure(rig: Rig, report: Report) -> None:
    report.section("doctor")
    if reason := why_not(rig):
        report.left_out("doctor", reason)
        return
    os.environ["GENKEY_AGENT"] = str(rig.agent)
    try:
        from . import installation
    except ImportError as missing:
        report.left_out("doctor", f"no {missing.name} for this Python (Debian: python3-mockupdb)")
        return
    try:
        with installation.Installation() as three:
            measure_listener(rig, report, three)
            measure_times(rig, report, three)
    except installation.Missing as missing:
        report.left_out("doctor", str(missing))


def why_not(rig: Rig) -> str | None:
    if not rig.agent or not rig.agent.with_name("genkey-agent-doctor").exists():
        return "genkey-agent and genkey-agent-doctor are not built"
    return None if rig.is_root else "needs root for networks of its own"


def measure_times(rig: Rig, report: Report, three) -> None:
    quick = statistics.median(three.time_of("doctor", "--no-count") for _ in range(rig.rounds(QUICK_ROUNDS)))
    report.at_most("doctor --no-count: wall", quick, QUICK_LIMIT, "s")
    counted = statistics.median(three.time_of("doctor") for _ in range(rig.rounds(COUNTED_ROUNDS)))
    report.at_most("doctor, with counting: wall", counted, COUNTED_LIMIT, "s")
    three.network.deafen(three.om1)
    silent = three.time_of("doctor", codes=[UNREACHABLE])
    report.at_most("doctor, everything silent: wall", silent, SILENT_LIMIT, "s")


def measure_listener(rig: Rig, report: Report, three) -> None:
    """That of om2, which om1 asks: without facts (verify), for facts (fleet), and for facts that are new (doctor)."""
    listener = three.om2.server.pid
    time.sleep(1)
    before = wake_ups(listener)
    time.sleep(IDLE_SECONDS)
    report.exactly(f"wake-ups of a listener in {IDLE_SECONDS} idle seconds", wake_ups(listener) - before, 0)
    report.at_most("its memory before anybody asks for facts", proportional_memory(listener), IDLE_LIMIT_MIB, "MiB")
    for name, words in (("verify", ["verify", "--peer", three.om2.address]), ("fleet", ["fleet"]), ("doctor", ["doctor"])):
        rounds = rig.rounds(COUNTED_ROUNDS if name == "doctor" else ASKED_ROUNDS)
        before = wake_ups(listener)
        for _ in range(rounds):
            three.time_of(*words)
        report.figure(f"its wake-ups for each {name} of another host", (wake_ups(listener) - before) / rounds, "")
    report.at_most("its memory after being asked for facts", proportional_memory(listener), FLOODED_LIMIT_MIB, "MiB")
