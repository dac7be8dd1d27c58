# SPDX-License-Identifier: ISC
"""Asking every peer: verify of 3 and of 1000, against the floor, parallel curl and parallel ssh."""

import typing

from .fleet import Host, addresses, start_responders
from .report import Report
from .rig import Contender, Rig, Run
from .shell import Shell

SSH_SAMPLE = 60  # of 1000: a full round of ssh takes the better part of a minute

class Limits(typing.NamedTuple):
    """Wall time and CPU at most so often the floor's; at least so often as fast as curl and as ssh."""

    wall: float
    cpu: float
    curl: float
    ssh: float


LIMITS = {  # by the number of peers
    3: Limits(wall=1.3, cpu=1.5, curl=1.3, ssh=20),
    1000: Limits(wall=1.25, cpu=1.25, curl=1.6, ssh=60),
}
ROUNDS = {3: 21, 1000: 7}
MEMORY_LIMIT_MIB = 24  # with any number of peers


def measure(rig: Rig, report: Report, full: bool) -> None:
    largest = max(LIMITS)
    floor_port, curl_port = rig.ports(largest), rig.ports(largest)
    servers = [rig.start([rig.program("floor_server"), "-", floor_port, largest, 32], floor_port + largest - 1),
               rig.start([rig.program("floor_server"), "-", curl_port, largest, "http"], curl_port + largest - 1)]
    responders = Responders(rig, largest) if rig.agent else None
    with Shell(rig) as shell:
        for peers in LIMITS:
            contenders = [floor(rig, floor_port, peers), curl(rig, curl_port, peers), ssh(rig, shell, peers, full)]
            if responders:
                contenders.insert(1, responders.verify(peers))
            report.section(f"verify of {peers} peers")
            compare(report, peers, rig.interleave(contenders, ROUNDS[peers]), full)
            if responders:
                compare_memory(rig, report, responders.again[peers])
    for server in servers + ([responders.process] if responders else []):
        rig.end(server)


class Responders:
    """One process that holds the key under an identity per port, and a host for each number of peers."""

    def __init__(self, rig: Rig, count: int):
        self.rig, self.port = rig, rig.ports(count)
        self.first = Host(rig, "verify", "first")
        self.first.run("generate")
        self.again = {}
        self.process = start_responders(rig, self.first, "127.0.0.1", self.port, count)

    def verify(self, peers: int) -> Contender:
        host = Host(self.rig, "verify", f"peers{peers}", peers=addresses("127.0.0.1", self.port, peers))
        host.run("import", self.first.key_file)
        host.run("verify")  # the first time fills the roster; every later one is alike
        self.again[peers] = host.command("verify")
        return Contender("verify", lambda _: self.again[peers])


def floor(rig: Rig, port: int, peers: int) -> Contender:
    return Contender("floor", lambda _: [rig.program("floor_client"), rig.identity, "127.0.0.1", port, peers])


def curl(rig: Rig, port: int, peers: int) -> Contender:
    configuration = rig.directory / f"curl-{peers}"
    urls = (f'url = "https://127.0.0.1:{each}/"\noutput = "/dev/null"\n' for each in range(port, port + peers))
    configuration.write_text("".join(urls))
    command = ["curl", "--disable", "--silent", "--fail-early", "--fail", "--insecure", "--http1.1", "--tlsv1.3",
               "--cert", rig.identity, "--parallel", "--parallel-max", "64", "--config", configuration]
    return Contender("curl", lambda _: command)


def ssh(rig: Rig, shell: Shell, peers: int, full: bool) -> Contender:
    calls = peers if full else min(peers, SSH_SAMPLE)
    return Contender("ssh", lambda _: shell.checksums(calls, rig.identity), rounds=5)


def compare(report: Report, peers: int, runs: dict, full: bool) -> None:
    limits = LIMITS[peers]
    sampled = peers > SSH_SAMPLE and not full
    if sampled:
        runs["ssh"] = scaled(runs["ssh"], peers / SSH_SAMPLE)
    for name, run in runs.items():
        note = f", {SSH_SAMPLE} calls scaled to {peers} (--full runs all)" if name == "ssh" and sampled else ""
        report.figure(f"{name}: wall{note}", run.wall * 1e3, "ms")
        report.figure(f"{name}: CPU", run.cpu * 1e3, "ms")
    if "verify" not in runs:
        report.left_out("verify", "genkey-agent is not built")
        return
    verify = runs["verify"]
    report.at_most("wall against the floor", verify.wall / runs["floor"].wall, limits.wall)
    report.at_most("CPU against the floor", verify.cpu / runs["floor"].cpu, limits.cpu)
    report.at_least("faster than curl --parallel", runs["curl"].wall / verify.wall, limits.curl)
    report.at_least("faster than xargs -P64 ssh HOST sha256sum", runs["ssh"].wall / verify.wall, limits.ssh)
    report.figure("memory of the floor", runs["floor"].memory, "MiB")
    report.at_most("memory of the largest process", verify.memory, MEMORY_LIMIT_MIB, "MiB")


def compare_memory(rig: Rig, report: Report, command: list) -> None:
    """The program splits when root runs it, and its two halves count together."""
    if not rig.is_root:
        report.left_out("memory of all its processes", "needs root: they let nobody else look into them")
        return
    report.at_most("memory of all its processes (proportional)", rig.peak_memory(command), MEMORY_LIMIT_MIB, "MiB")


def scaled(run: Run, factor: float) -> Run:
    return Run(run.wall * factor, run.cpu * factor, run.memory)
