# SPDX-License-Identifier: ISC
"""What one host does alone: generate against a durable line of shell, and gate --policy local against starting the
libraries, with the key file's path in the configuration and with the path that Ops Manager's start script would use."""

import re

from .fleet import Host, Installed
from .report import Report
from .rig import Contender, Rig, owner, run

GENERATE_ROUNDS, GATE_ROUNDS = 21, 41
GENERATE_LIMIT, GATE_LIMIT = 1, 2


def measure_generate(rig: Rig, report: Report) -> None:
    report.section("generate")
    contenders = [Contender("shell", lambda number: shell(rig, number))]
    if rig.agent:
        contenders.append(Contender("generate", lambda number: Host(rig, "generate", number).command("generate")))
    runs = rig.interleave(contenders, GENERATE_ROUNDS)
    report.figure("shell: wall", runs["shell"].wall * 1e3, "ms")
    if not rig.agent:
        report.left_out("generate", "genkey-agent is not built")
        return
    report.figure("generate: wall", runs["generate"].wall * 1e3, "ms")
    report.at_least("as fast as the shell", runs["shell"].wall / runs["generate"].wall, GENERATE_LIMIT)
    count_calls(rig, report)


def shell(rig: Rig, number: int) -> list:
    place = rig.directory_for("shell", number)
    new, final = place / "gen.key.new", place / "gen.key"
    steps = [f"openssl rand -out {new} 24", f"chmod 600 {new}", f"chown {owner()} {new}", f"mv {new} {final}",
             f"sync {final}", f"sync {place}"]
    return ["sh", "-c", " && ".join(steps)]


def count_calls(rig: Rig, report: Report) -> None:
    """What the key file's directory saw, by strace: files without a name count by the directory they are in."""
    host = Host(rig, "traced")
    trace = rig.directory / "trace"
    calls = "trace=fsync,fdatasync,sync_file_range,syncfs,link,linkat,rename,renameat,renameat2"
    run(["strace", "-f", "-y", "-e", calls, "-o", trace, *host.command("generate")])
    lines = [line for line in trace.read_text().splitlines() if str(host.key_directory) in line and " = 0" in line]
    syncs = [line for line in lines if re.search(r"\b(f(data)?sync|syncfs|sync_file_range)\(", line)]
    names = [line for line in lines if re.search(r"\b(link|rename)(at2?)?\(", line)]
    report.exactly("syncs of the key file and its directory", len(syncs), 2)
    report.exactly("links or renames that give the key file its name", len(names), 1)


def measure_gate(rig: Rig, report: Report) -> None:
    report.section("gate --policy local")
    contenders = [Contender("floor", lambda _: [rig.program("floor_gate")])]
    if rig.agent:
        given, found = Host(rig, "gate"), Installed(rig, "installed")
        for name, host in (("gate", given), ("found", found)):
            host.run("generate")
            contenders.append(Contender(name, lambda _, host=host: host.command("gate", "--policy", "local")))
    runs = rig.interleave(contenders, GATE_ROUNDS)
    report.figure("floor: wall", runs["floor"].wall * 1e3, "ms")
    if not rig.agent:
        report.left_out("gate", "genkey-agent is not built")
        return
    report.figure("gate: wall", runs["gate"].wall * 1e3, "ms")
    report.at_most("wall against the floor", runs["gate"].wall / runs["floor"].wall, GATE_LIMIT)
    report.at_most("CPU against the floor", runs["gate"].cpu / runs["floor"].cpu, GATE_LIMIT)
    report.figure("path from mms.conf: wall", runs["found"].wall * 1e3, "ms")
    report.figure("path from mms.conf: wall against the floor", runs["found"].wall / runs["floor"].wall, "x")
