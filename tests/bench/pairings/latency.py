# SPDX-License-Identifier: ISC
"""Round trips: verify over a line of 20 ms, against the floor over the same line.

The line is a tun device in a network namespace, so SYN, handshake and application data are all delayed by 10 ms in
each direction; see slow_link.cpp. How often the line is crossed is told by the time that it adds: a whole run over the
line, less the same run over plain loopback, in units of 20 ms.
"""

import contextlib
import pathlib
import time

from .fleet import Host, addresses, start_responders
from .report import Report
from .rig import Contender, Failed, Rig, run

NEAR, FAR, DEVICE = "192.0.2.1", "192.0.2.2", "slow0"  # addresses for documentation, RFC 5737
ONE_WAY_MICROSECONDS = 10_000
ROUND_TRIP = 2 * ONE_WAY_MICROSECONDS / 1e6
PEERS = 50
HOSTS = ("127.0.0.1", FAR)
WAYS = [(host, peers) for host in HOSTS for peers in (1, PEERS)]
ROUNDS = 9
ROUND_TRIPS_LIMIT = 3.2  # TCP, TLS and one more; the fraction is for timers and for work that the delay makes visible


def measure(rig: Rig, report: Report) -> None:
    report.section("verify over a line of 20 ms")
    if not rig.is_root:
        report.left_out("round trips", "needs root for a network namespace")
        return
    with slow_line(rig) as inside:
        port = rig.ports(PEERS)
        server = rig.start([*inside, rig.program("floor_server"), "-", port, PEERS, 32], port + PEERS - 1)
        commands = {("floor", *way): floor(rig, port, *way) for way in WAYS}
        if rig.agent:
            commands |= verify(rig, inside)
        contenders = [Contender(name, lambda _, words=words: words) for name, words in commands.items()]
        compare(report, rig.interleave(contenders, ROUNDS, inside))
        rig.end(server)


def floor(rig: Rig, port: int, host: str, peers: int) -> list:
    return [rig.program("floor_client"), rig.identity, host, port, peers]


def verify(rig: Rig, inside: tuple) -> dict:
    first = Host(rig, "latency", "first")
    first.run("generate")
    ports = {host: rig.ports(PEERS) for host in HOSTS}
    for host, port in ports.items():
        start_responders(rig, first, host, port, PEERS, inside)
    commands = {}
    for host, peers in WAYS:
        asking = Host(rig, "latency", f"{host}-{peers}", peers=addresses(host, ports[host], peers))
        asking.run("import", first.key_file)
        run([*inside, *asking.command("verify")])  # the first time fills the roster
        commands["verify", host, peers] = asking.command("verify")
    return commands


def compare(report: Report, runs: dict) -> None:
    for name in ("floor", "verify"):
        if (name, FAR, 1) not in runs:
            report.left_out(name, "genkey-agent is not built")
            return
        crossings = (runs[name, FAR, 1].wall - runs[name, "127.0.0.1", 1].wall) / ROUND_TRIP
        report.figure(f"{name}: one peer", runs[name, FAR, 1].wall * 1e3, "ms")
        if name == "floor":  # shows that the line does what it should; nothing to reach
            report.figure("floor: round trips", crossings, "")
        else:
            report.at_most("verify: round trips", crossings, ROUND_TRIPS_LIMIT, "")
        report.figure(f"{name}: {PEERS} peers", runs[name, FAR, PEERS].wall * 1e3, "ms")
    ratio = runs["verify", FAR, PEERS].wall / runs["floor", FAR, PEERS].wall
    report.figure(f"wall of {PEERS} peers against the floor", ratio, "x")


@contextlib.contextmanager
def slow_line(rig: Rig):
    """A namespace with the line in it; gives the words that run a command inside."""
    holder = rig.start(["unshare", "--net", "sleep", "infinity"])
    wait_for_namespace(holder.pid)
    inside = ("nsenter", f"--net=/proc/{holder.pid}/ns/net")
    run([*inside, "ip", "link", "set", "lo", "up"])
    run([*inside, "ip", "tuntap", "add", "dev", DEVICE, "mode", "tun"])
    run([*inside, "ip", "address", "add", NEAR, "peer", FAR, "dev", DEVICE])
    run([*inside, "ip", "link", "set", DEVICE, "up"])
    line = rig.start([*inside, rig.program("slow_link"), DEVICE, ONE_WAY_MICROSECONDS])
    try:
        yield inside
    finally:
        rig.end(line)
        rig.end(holder)


def wait_for_namespace(process: int) -> None:
    def namespace(of):
        return pathlib.Path(f"/proc/{of}/ns/net").readlink()

    deadline = time.monotonic() + 5
    while namespace(process) == namespace("self"):
        if time.monotonic() > deadline:
            raise Failed("unshare --net made no network namespace")
        time.sleep(0.005)
