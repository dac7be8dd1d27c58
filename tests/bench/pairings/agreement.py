"""Asking every peer: verify of 3 and of 1000, against the floor, parallel curl and parallel ssh."""

from .fleet import Host, addresses, start_responders
from .report import Report
from .rig import Contender, Rig, Run
from .shell import Shell

SSH_SAMPLE = 60  # of 1000: a full round of ssh takes the better part of a minute

LIMITS = {  # peers: (wall and CPU against the floor, against curl, against ssh)
    3: (1.25, 1.4, 20),
    1000: (1.2, 1.8, 60),
}
ROUNDS = {3: 21, 1000: 7}
MEMORY_LIMIT_MIB = 20


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
            judge(report, peers, rig.interleave(contenders, ROUNDS[peers]), full)
            if responders:
                judge_memory(rig, report, responders.again[peers])
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


def judge(report: Report, peers: int, runs: dict, full: bool) -> None:
    against_floor, against_curl, against_ssh = LIMITS[peers]
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
    report.at_most("wall against the floor", verify.wall / runs["floor"].wall, against_floor)
    report.at_most("CPU against the floor", verify.cpu / runs["floor"].cpu, against_floor)
    report.at_least("faster than curl --parallel", runs["curl"].wall / verify.wall, against_curl)
    report.at_least("faster than xargs -P64 ssh HOST sha256sum", runs["ssh"].wall / verify.wall, against_ssh)
    report.figure("memory of the floor", runs["floor"].memory, "MiB")
    report.at_most("memory of the largest process", verify.memory, MEMORY_LIMIT_MIB, "MiB")


def judge_memory(rig: Rig, report: Report, command: list) -> None:
    """The program splits when root runs it, and its two halves count together."""
    if not rig.is_root:
        report.left_out("memory of all its processes", "needs root: they let nobody else look into them")
        return
    report.at_most("memory of all its processes (proportional)", rig.peak_memory(command), MEMORY_LIMIT_MIB, "MiB")


def scaled(run: Run, factor: float) -> Run:
    return Run(run.wall * factor, run.cpu * factor, run.memory)
