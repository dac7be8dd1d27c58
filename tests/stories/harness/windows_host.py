# SPDX-License-Identifier: ISC
"""Hosts that run the Windows program under wine."""

import atexit
import functools
import os
import pathlib
import re
import signal
import subprocess

from .commands import PROGRAM
from .host import Host


class WindowsHost(Host):
    """A host that runs the Windows program under wine, which shows the test's files on drive Z."""

    program = os.environ.get("GENKEY_AGENT_WINDOWS", PROGRAM)
    prefix = (os.environ.get("GENKEY_AGENT_WINE", "wine"),)
    stop_signal = signal.SIGKILL  # wine ends one thread of several at SIGTERM

    def __init__(self, *arguments):
        keep_wine()
        super().__init__(*arguments)
        self.owner = None

    @staticmethod
    def shown(word):
        text = str(word)
        if text.startswith("file:///"):
            return "file:///Z:" + text.removeprefix("file://")
        return "Z:" + text.replace("/", "\\") if text.startswith("/") else text

    def command(self, *arguments):
        # Without --owner, the program takes the account that wine makes of this user.
        owner = ["--owner", self.owner] if self.owner else []
        return self.typed(
            *arguments, "--config", self.config, "--key-file", self.key_file, "--state-dir", self.state_dir, *owner
        )

    @staticmethod
    def programs_own(errors):
        return re.sub(rb"(?m)^wine: .*\r?\n", b"", errors)

    def family(self, process):
        return [process.pid]  # there is no fork

    @staticmethod
    def path_of(shown):
        return pathlib.Path(shown.removeprefix("Z:").replace("\\", "/"))

    def assert_private(self):
        self.test.assertEqual(self.key_file.stat().st_nlink, 1)  # wine keeps no access lists

    @classmethod
    def shell(cls, line):
        return [*cls.prefix, "cmd", "/c", line]

    def install_ops_manager(self, properties):
        installed = self.directory / "ops-manager"
        config = installed / "MMSData" / "Server" / "Config"
        config.mkdir(parents=True)
        (config / "conf-mms.properties").write_text(properties)
        if not self.key_file.exists():
            self.key_file = installed / "MMSData" / "Secrets" / "gen.key"  # no file names another
            self.key_file.parent.mkdir()
            self.test.key_files.add(self.key_file)
        return installed

    def absent_mount(self):
        return "Y:\\"

    @staticmethod
    def words_of(line):
        return [word.strip("\"'") for word in re.findall(r"""(?:"[^"]*"|'[^']*'|\S)+""", line)]


@functools.cache
def keep_wine():
    """Keeps wine's own processes running until the tests end.

    wine's first program starts them, and they inherit its output: a test that waited for that output to end would hang.
    """
    command = [*WindowsHost.prefix, "cmd", "/c", "echo ready & pause"]
    keeper = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    while b"ready" not in keeper.stdout.readline():
        if keeper.poll() is not None:
            raise AssertionError("wine does not start")
    atexit.register(keeper.stdin.close)
    return keeper
