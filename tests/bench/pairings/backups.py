# SPDX-License-Identifier: ISC
"""Encrypting a backup against age: to one recipient, and to a passphrase. Whole processes, what age's command does.

The file formats' library is measured by itself (tests/programs/age_files), and so is the command, which besides looks after
its host: it finds the installation, takes the lock and compares the key with the record. A passphrase is given to both
sides through a terminal's helper, because age reads it from nowhere else.
"""

import grp
import os
import pathlib
import pwd
import shutil
import sys

from .report import Report
from .rig import Contender, Rig, run

RECIPIENT_ROUNDS, PASSPHRASE_ROUNDS = 41, 7
PASSPHRASE = "correct horse battery staple"
TERMINAL = pathlib.Path(__file__).resolve().parents[2] / "stories" / "harness" / "with_terminal.py"


def measure(rig: Rig, report: Report) -> None:
    report.section("backup")
    if not shutil.which("age"):
        report.left_out("backup", "age is not installed")
        return
    place = rig.directory_for("backups")
    (place / "key").write_bytes(b"k" * 24)
    (place / "passphrase").write_text(PASSPHRASE)
    measure_recipient(rig, report, place)
    measure_command(rig, report, place)
    measure_passphrase(rig, report, place)


def measure_recipient(rig: Rig, report: Report, place: pathlib.Path) -> None:
    run(["age-keygen", "-o", place / "identity"])
    recipient = run(["age-keygen", "-y", place / "identity"]).stdout.strip()
    runs = rig.interleave([
        Contender("age", lambda _: shell(f"age -r {recipient}", place)),
        Contender("ours", lambda _: shell(f"{program(rig)} seal -r {recipient}", place)),
    ], RECIPIENT_ROUNDS)
    report.figure("age -r: wall", runs["age"].wall * 1e3, "ms")
    report.figure("one recipient: wall against age", runs["ours"].wall / runs["age"].wall, "x")
    report.figure("one recipient: CPU against age", runs["ours"].cpu / runs["age"].cpu, "x")


def measure_command(rig: Rig, report: Report, place: pathlib.Path) -> None:
    if rig.agent is None:
        report.left_out("backup --output", "genkey-agent is not built")
        return
    recipient = run(["age-keygen", "-y", place / "identity"]).stdout.strip()
    owner = f"{pwd.getpwuid(os.getuid()).pw_name}:{grp.getgrgid(os.getgid()).gr_name}"
    (place / "config.toml").write_text('name = "om1"\n')
    host = f"--config {place}/config.toml --key-file {place}/gen.key --state-dir {place}/state --owner {owner}"
    run(["sh", "-c", f"exec {rig.agent} generate --quiet {host}"])
    runs = rig.interleave([
        Contender("age", lambda _: shell(f"age -r {recipient}", place)),
        Contender("ours", lambda _: shell(f"{rig.agent} backup -r {recipient} --output - {host}", place)),
    ], RECIPIENT_ROUNDS)
    report.figure("backup --output: wall", runs["ours"].wall * 1e3, "ms")
    report.figure("backup --output: wall against age", runs["ours"].wall / runs["age"].wall, "x")


def measure_passphrase(rig: Rig, report: Report, place: pathlib.Path) -> None:
    runs = rig.interleave([
        Contender("age", lambda _: with_terminal(shell("age -p", place))),
        Contender("ours", lambda _: with_terminal(shell(f"{program(rig)} seal -p {place}/passphrase", place))),
    ], PASSPHRASE_ROUNDS)
    report.figure("age -p: wall", runs["age"].wall * 1e3, "ms")
    report.figure("a passphrase: wall against age", runs["ours"].wall / runs["age"].wall, "x")
    report.figure("a passphrase: CPU against age", runs["ours"].cpu / runs["age"].cpu, "x")


def program(rig: Rig) -> pathlib.Path:
    return rig.programs.parent / "programs" / "age_files" / "age-files"


def shell(command: str, place: pathlib.Path) -> list:
    return ["sh", "-c", f"exec {command} < {place}/key > {place}/sealed"]


def with_terminal(command: list) -> list:
    return [sys.executable, "-S", "-E", TERMINAL, PASSPHRASE, *command]
