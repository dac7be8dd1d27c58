# SPDX-License-Identifier: ISC
"""Ten hosts that receive the key at once and make it durable, against parallel scp, which does not."""

from .fleet import Host
from .report import Report
from .rig import Contender, Rig
from .shell import Shell

HOSTS = 10
ROUNDS = 11
SCP_LIMIT = 5


def measure(rig: Rig, report: Report) -> None:
    report.section(f"{HOSTS} hosts that join at once")
    with Shell(rig) as shell:
        joins = Joins(rig) if rig.agent else None
        contenders = [Contender("scp", lambda number: scp(rig, shell, number), HOSTS, rounds=5)]
        if joins:
            contenders.append(Contender("join", joins.command, HOSTS))
        compare(report, rig.interleave(contenders, ROUNDS))
        if joins:
            joins.end()


def scp(rig: Rig, shell: Shell, number: int) -> list:
    return shell.copy(rig.identity, f"{targets(rig, 'scp', number)}/gen.key")


def targets(rig: Rig, name: str, number: int) -> str:
    """A directory for each host, as the one word that the stopwatch numbers."""
    for host in range(1, HOSTS + 1):
        rig.directory_for(name, number, host)
    return str(rig.directory / name / str(number) / "{}")


class Joins:
    """A new fleet for each round, so that no round meets the hosts of an earlier one in the roster."""

    def __init__(self, rig: Rig):
        self.rig, self.port, self.server = rig, rig.ports(1), None

    def command(self, number: int) -> list:
        self.end()
        inviter = Host(self.rig, "join", number, "inviter", port=self.port)
        inviter.run("generate")
        self.server = inviter.serve()
        ticket = self.rig.directory / "join" / str(number) / "ticket"
        inviter.run("invite", "--uses", HOSTS, "--address", f"127.0.0.1:{self.port}", "--output", ticket)
        for host in range(1, HOSTS + 1):
            Host(self.rig, "join", number, host, port=1)  # nobody listens on port 1
        configuration = self.rig.directory / "join" / str(number) / "{}" / "genkey-agent.toml"
        return [self.rig.agent, "--config", configuration, "join", "--ticket-file", ticket]

    def end(self) -> None:
        if self.server:
            self.rig.end(self.server)


def compare(report: Report, runs: dict) -> None:
    for name, run in runs.items():
        report.figure(f"{name}: wall", run.wall * 1e3, "ms")
    if "join" not in runs:
        report.left_out("join", "genkey-agent is not built")
        return
    report.at_least("faster than parallel scp", runs["scp"].wall / runs["join"].wall, SCP_LIMIT)
