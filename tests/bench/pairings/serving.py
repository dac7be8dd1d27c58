# SPDX-License-Identifier: ISC
"""The listener: memory idle and after a flood, threads, wake-ups, and how soon it is ready."""

import json
import os
import pathlib
import re
import subprocess
import time

from .fleet import Host
from .report import Report
from .rig import Failed, Rig, log_of, median_run, proportional_memory

READY_ROUNDS = 21
IDLE_LIMIT_MIB, FLOODED_LIMIT_MIB = 12, 16
IDLE_SECONDS, FLOOD_CONNECTIONS, FLOOD_SECONDS, SETTLE_SECONDS = 5, 1000, 5, 30
PROTOCOL = "genkey-agent/1"


def measure(rig: Rig, report: Report) -> None:
    report.section("serve")
    floor_port = rig.ports(1)
    floor_words = [rig.program("floor_server"), rig.identity, floor_port, 1, 32]
    if not rig.agent:
        ready = median_run([rig.measure_readiness(floor_words, floor_port) for _ in range(rig.rounds(READY_ROUNDS))])
        report.figure("floor: ready after", ready.wall * 1e3, "ms")
        report.left_out("serve", "genkey-agent is not built")
        return
    host = Host(rig, "serve", port=rig.ports(1))
    host.run("generate")
    measure_readiness(rig, report, floor_words, floor_port, host)
    server = host.serve()
    measure_idle(report, server)
    measure_flood(rig, report, server, host.port)
    rig.end(server)


def measure_readiness(rig: Rig, report: Report, floor_words: list, floor_port: int, host: Host) -> None:
    floors, serves = [], []
    for _ in range(rig.rounds(READY_ROUNDS)):
        floors.append(rig.measure_readiness(floor_words, floor_port))
        serves.append(rig.measure_readiness(host.command("serve"), host.port))
    floor, serve = median_run(floors), median_run(serves)
    report.figure("floor: ready after", floor.wall * 1e3, "ms")
    report.figure("serve: ready after", serve.wall * 1e3, "ms")
    report.figure("ready against the floor", serve.wall / floor.wall, "x")


def measure_idle(report: Report, server: subprocess.Popen) -> None:
    time.sleep(1)
    threads = len(os.listdir(f"/proc/{server.pid}/task"))
    before = wake_ups(server.pid)
    time.sleep(IDLE_SECONDS)
    report.exactly(f"wake-ups in {IDLE_SECONDS} idle seconds", wake_ups(server.pid) - before, 0)
    report.exactly("threads", threads, 1)
    memory = proportional_memory(server.pid)
    if memory is None:
        report.left_out("memory", "needs root: the listener lets nobody else look into it")
        return
    # Pages of libcrypto that another process maps too would be counted by halves.
    report.figure("other processes that map libcrypto (0 is alone)", sharers("libcrypto", server.pid), "")
    report.at_most("memory idle (proportional set size)", memory, IDLE_LIMIT_MIB, "MiB")


def measure_flood(rig: Rig, report: Report, server: subprocess.Popen, port: int) -> None:
    idle_descriptors = descriptors(server.pid)
    words = [rig.program("flood"), rig.identity, port, FLOOD_CONNECTIONS, FLOOD_SECONDS, PROTOCOL]
    flood = subprocess.Popen([str(word) for word in words], stdout=subprocess.PIPE, text=True)
    peak = 0.0
    while flood.poll() is None:
        peak = max(peak, proportional_memory(server.pid) or 0)
        time.sleep(0.02)
    outcome = json.loads(flood.stdout.read())
    flood.stdout.close()
    if server.poll() is not None:
        raise Failed(f"serve ended in the flood: {log_of(server)}")
    report.figure(f"handshakes that {FLOOD_CONNECTIONS} connections at once completed", outcome["established"], "")
    settle(server.pid, idle_descriptors)
    memory = proportional_memory(server.pid)
    if memory is None:
        report.left_out("memory after the flood", "needs root: the listener lets nobody else look into it")
        return
    report.figure("memory at the height of the flood", peak, "MiB")
    report.at_most("memory after the flood", memory, FLOODED_LIMIT_MIB, "MiB")


def settle(process: int, idle_descriptors: int | None) -> None:
    """Until the connections are gone, then a moment for memory to be given back."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while idle_descriptors is not None and descriptors(process) > idle_descriptors:
        if time.monotonic() > deadline:
            raise Failed(f"serve still holds connections {SETTLE_SECONDS} s after the flood")
        time.sleep(0.1)
    time.sleep(2)


def wake_ups(process: int) -> int:
    total = 0
    for status in pathlib.Path(f"/proc/{process}/task").glob("*/status"):
        total += sum(map(int, re.findall(r"ctxt_switches:\s+(\d+)", status.read_text())))
    return total


def descriptors(process: int) -> int | None:
    try:
        return len(os.listdir(f"/proc/{process}/fd"))
    except PermissionError:
        return None


def sharers(library: str, but: int) -> int:
    count = 0
    for maps in pathlib.Path("/proc").glob("[0-9]*/maps"):
        try:
            count += maps.parent.name != str(but) and library in maps.read_text()
        except OSError:
            pass
    return count
