# SPDX-License-Identifier: ISC
"""The demonstration of scripts/windows demo, which builds both programs and starts this one."""

import argparse
import json
import os
import pathlib
import secrets
import signal
import sys

import harness
from harness import servers
from stage import Host, Stage, Teller, perform

LINUX = pathlib.Path(os.environ.get("GENKEY_AGENT", "genkey-agent")).absolute()
WINDOWS = pathlib.Path(os.environ.get("GENKEY_AGENT_WINDOWS", "genkey-agent.exe")).absolute()


class LinuxHost(Host):
    """A host on this machine's loopback, with files of its own."""

    def __init__(self, teller, name, directory):
        super().__init__(teller, name, directory)
        directory.mkdir()
        self.reservation = servers.PortReservation("127.0.0.1")
        self.address = f"127.0.0.1:{self.reservation.port}"
        self.key, self.config = directory / "gen.key", directory / "genkey-agent.toml"

    def configure(self, peers):
        listed = ", ".join(f"'{peer}'" for peer in peers)
        self.config.write_text(
            f"name = '{self.name}'\naddress = '{self.address}'\npeers = [{listed}]\n"
            f"state_dir = '{self.as_typed(self.directory / 'state')}'\n"
            f"[installation]\nkey_file = '{self.as_typed(self.key)}'\n[serve]\nlisten = ['{self.address}']\n",
            encoding="utf-8",
        )

    def typed(self, *words):
        return [LINUX, *map(self.as_typed, words)]

    def environment(self):
        plain = {name: value for name, value in os.environ.items() if not name.startswith("GENKEY_AGENT")}
        return {**plain, "GENKEY_AGENT_CONFIG": self.as_typed(self.config)}

    def close(self):
        super().close()
        self.reservation.close()


class WindowsHost(LinuxHost):
    """A host that runs the Windows program under wine, which shows this machine's files on drive Z."""

    stop_signal = signal.SIGKILL  # wine ends one thread of several at SIGTERM
    prompt = ">"
    as_typed = staticmethod(harness.WindowsHost.shown)

    def typed(self, *words):
        return [*harness.WindowsHost.prefix, WINDOWS, *map(self.as_typed, words)]


class Fleet(Stage):
    """The hosts, which are gone after the demonstration."""

    def __init__(self, cleanup, teller):
        super().__init__(cleanup, teller)
        self.cleanup = cleanup
        self.hosts = [self.host(*each) for each in ((LinuxHost, "lin1"), (WindowsHost, "win1"), (LinuxHost, "lin2"))]
        for host in self.hosts:
            host.configure([each.address for each in self.hosts])

    def host(self, system, name):
        host = system(self.teller, name, self.directory / name)
        self.cleanup.callback(host.close)
        host.configure([])
        return host


def agree(stage):
    lin1, win1, lin2 = stage.hosts
    tell = stage.teller
    tell.scene("A Linux host makes the key")
    lin1.run("generate")
    lin1.serve()

    tell.scene("A Windows host receives it from there, and another Linux host from the Windows host")
    lin1.admit(win1)
    win1.admit(lin2)
    stage.expect_one_key()
    tell.scene("Every host proves to every other that it holds the same key")
    stage.verify_everywhere()


def disagree(stage):
    lin1, win1, _ = stage.hosts
    tell = stage.teller
    tell.scene("The Windows host's file is replaced by another key")
    right = win1.key.read_bytes()
    wrong = secrets.token_bytes(len(right))
    starts = win1.server.starts
    win1.key.write_bytes(wrong)
    win1.server.await_start(starts + 1)
    lin1.run("verify", expect=14)
    win1.run("verify", expect=14)

    tell.scene("The gate refuses there, and only there")
    win1.run("gate", expect=14)
    lin1.run("gate", "--quiet")

    tell.scene("ensure brings the right key back from a Linux host, and keeps the other")
    win1.run("ensure")
    tell.expect("the Windows host has the fleet's key again", win1.key.read_bytes() == right)
    kept = [file.read_bytes() for file in (win1.directory / "state" / "displaced").iterdir()]
    tell.expect("the displaced key was kept", kept == [wrong])


def back_up(stage):
    """A host outside the fleet restores a backup that was made on the other system."""
    lin1, win1, _ = stage.hosts
    tell = stage.teller
    for maker, system, name, said in (
        (lin1, WindowsHost, "win9", "A backup that Linux made is restored on Windows"),
        (win1, LinuxHost, "lin9", "A backup that Windows made is restored on Linux"),
    ):
        tell.scene(said)
        identity, copy = stage.directory / f"{maker.name}.identity", stage.directory / f"{maker.name}.age"
        recipient = json.loads(maker.run("backup", "new-identity", "--json", "--output", identity))["recipient"]
        maker.run("backup", "--recipient", recipient, "--output", copy)
        restorer = stage.host(system, name)
        restorer.run("restore", copy, "-i", identity)
        tell.expect("it has the fleet's key", restorer.key.read_bytes() == maker.key.read_bytes())


def main():
    parser = argparse.ArgumentParser(prog="scripts/windows demo")
    parser.add_argument("--quiet", action="store_true")
    options = parser.parse_args()

    def act(cleanup):
        harness.keep_wine()
        stage = Fleet(cleanup, Teller(options.quiet))
        for scene in (agree, disagree, back_up):
            scene(stage)
        print("\nEverything happened as told.", flush=True)

    return perform("scripts/windows demo", act)


if __name__ == "__main__":
    sys.exit(main())
