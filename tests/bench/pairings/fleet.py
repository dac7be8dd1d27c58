# SPDX-License-Identifier: ISC
"""Hosts of genkey-agent as the bench needs them: each a directory with a configuration, a state and a key file.

The state directory is there already, as the package makes it (scripts/systemd/tmpfiles.conf).
"""

import json
import os
import pwd

from .account import ACCOUNT
from .rig import Rig, owner, run


class Host:
    """One host. Its key file has a directory of its own, so that what happens to it can be told from the rest."""

    def __init__(self, rig: Rig, *place, port: int = 27424, peers: list | None = None):
        self.rig = rig
        self.directory = rig.directory_for(*place)
        self.key_directory = rig.directory_for(*place, "key")
        self.key_file = self.key_directory / "gen.key"
        self.state_directory = self.directory / "state"
        self.configuration = self.directory / "genkey-agent.toml"
        self.port = port
        self._configure(peers or [])
        self._make_state_directory()

    def _make_state_directory(self) -> None:
        self.state_directory.mkdir(mode=0o755)
        own_part = self.state_directory / "agent"
        own_part.mkdir(mode=0o700)
        if self.rig.is_root:
            account = pwd.getpwnam(ACCOUNT)
            os.chown(own_part, account.pw_uid, account.pw_gid)

    def _configure(self, peers: list) -> None:
        self.configuration.write_text("\n".join([
            f"name = {json.dumps(self.directory.name)}",
            f"address = {json.dumps(f'127.0.0.1:{self.port}')}",
            f"peers = {json.dumps(peers)}",
            f"state_dir = {json.dumps(str(self.state_directory))}",
            "[installation]",
            *self._installation(),
            "[serve]",
            f"listen = {json.dumps([f'127.0.0.1:{self.port}'])}",
            ""]))

    def _installation(self) -> list:
        return [f"key_file = {json.dumps(str(self.key_file))}", f"owner = {json.dumps(owner())}"]

    def command(self, *words) -> list:
        return [self.rig.agent, "--config", self.configuration, *words]

    def run(self, *words) -> str:
        return run(self.command(*words)).stdout

    def serve(self):
        return self.rig.start(self.command("serve"), self.port)


class Installed(Host):
    """A host whose configuration does not name the key file: Ops Manager, unpacked from its archive, does."""

    def _installation(self) -> list:
        unpacked = self.rig.directory_for(*self.directory.relative_to(self.rig.directory).parts, "ops-manager")
        for part in ("conf", "bin"):
            (unpacked / part).mkdir()
        user = owner().partition(":")[0]
        (unpacked / "conf" / "mms.conf").write_text(f'MMS_USER={user}\nENC_KEY_PATH="{self.key_file}"\n')
        (unpacked / "conf" / "conf-mms.properties").write_text("")
        return ['kind = "tar"', f"path = {json.dumps(str(unpacked))}"]


def addresses(host: str, first_port: int, count: int) -> list:
    return [f"{host}:{port}" for port in range(first_port, first_port + count)]


def start_responders(rig: Rig, holder: Host, address: str, port: int, count: int, inside: tuple = ()):
    """One process that holds the holder's key under an identity per port."""
    words = [*inside, rig.program("responders"), holder.state_directory, holder.key_file, address, port, count]
    return rig.start(words, port + count - 1)
