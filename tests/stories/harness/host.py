# SPDX-License-Identifier: ISC
"""A host of a story: its directory, its address and its configuration."""

import grp
import os
import pwd

from . import servers
from .commands import Commands
from .configuration import toml
from .files import Files
from .listener import Listener


def own_names():
    """USER:GROUP of whoever runs the test."""
    return f"{pwd.getpwuid(os.getuid()).pw_name}:{grp.getgrgid(os.getgid()).gr_name}"


class Host(Commands, Listener, Files):
    """A machine with a key file, a state directory, a configuration and an address of its own."""

    def __init__(self, test, name, address="127.0.0.1", port=None):
        self.test = test
        self.name = name
        self.directory = test.directory / name
        self.directory.mkdir(mode=0o755)
        self.key_file = self.directory / "gen.key"
        self.state_dir = self.directory / "state"
        self.config = self.directory / "genkey-agent.toml"
        self.owner = own_names()
        self.reservation = None if port else servers.PortReservation(address)
        self.port = port or self.reservation.port
        self.address = f"{address}:{self.port}"
        self.server = None
        self.configure()

    def configure(self, **settings):
        """Replaces the configuration: the host's own name and addresses, and the given settings."""
        self.settings = settings
        serve = {"listen": [self.address], **settings.get("serve", {})}
        written = {"name": self.name, "address": self.address, **settings, "serve": serve}
        self.config.write_text(toml(self.as_written(written)), encoding="utf-8")

    def also(self, **settings):
        """Adds to the settings that were configured before."""
        self.configure(**{**self.settings, **settings})

    def close(self):
        if self.reservation is not None:
            self.reservation.close()
        self.stop()
