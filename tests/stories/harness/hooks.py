# SPDX-License-Identifier: ISC
"""Hosts with an installation of Ops Manager whose start script sources mms.conf, for the stories about the hook."""

import json
import os
import socket
import subprocess

import harness

SHELLS = ("sh", "dash", "bash")
STARTS = ("start", "restart", "start_mms", "start_backup_daemon", "run")
OTHERS = ("stop", "status", "")
MARK = "# genkey-agent hook"
START = "0123456789abcdef0123456789abcdef"
ANOTHER_START = "fedcba9876543210fedcba9876543210"

# Stands in for Ops Manager's start script: sources mms.conf, and makes a new key file when there is none.
SCRIPT = """#!/bin/{shell}
{options}
installation=$(cd "$(dirname "$0")/.." && pwd)
. "$installation/conf/mms.conf"
case "${{1:-}}" in
    {starts})
        key=${{STAND_IN_ROOT:-}}$ENC_KEY_PATH
        if [ ! -f "$key" ]; then
            echo "Generating new Ops Manager private key..."
            mkdir -p "$(dirname "$key")"
            head -c 24 /dev/urandom >"$key"
        fi ;;
esac
echo "did ${{1:-nothing}}"
"""


def silent_peer():
    """Takes connections and never answers."""
    return socket.create_server(("127.0.0.1", 0))


def was_asked(server):
    server.settimeout(0)
    try:
        server.accept()[0].close()
    except BlockingIOError:
        return False
    return True


class Installed(harness.Host):
    """A host with an Ops Manager from an archive, or from a package under a root of its own."""

    program = harness.PROGRAM

    def __init__(self, test, name):
        super().__init__(test, name)
        self.installation = self.directory / "ops manager"
        self.where = ["--install-path", self.installation]
        self.unpack(f"ENC_KEY_PATH={self.key_file}\n")

    def unpack(self, conf):
        (self.installation / "conf").mkdir(parents=True, exist_ok=True)
        (self.installation / "bin").mkdir(exist_ok=True)
        self.conf = self.installation / "conf" / "mms.conf"
        self.conf.write_bytes(conf.encode() if isinstance(conf, str) else conf)
        self.write_script()

    def write_script(self, shell="sh", options="set -eu"):
        script = self.installation / "bin" / "mongodb-mms"
        script.write_text(SCRIPT.format(shell=shell, options=options, starts="|".join(STARTS)))
        script.chmod(0o755)

    def command(self, *arguments):
        common = ["--config", self.config, "--state-dir", self.state_dir, *self.where]
        return [str(part) for part in (*self.prefix, self.program, *arguments, *common)]

    def call(self, verb="start", expect=0, prefix=(), shell=None, environment=None):
        """Calls the start script by hand; options may stand before the verb."""
        script = self.installation / "bin" / "mongodb-mms"
        command = [str(part) for part in (*prefix, *([shell] if shell else []), script, *verb.split())]
        # The test itself may run in a unit.
        clean = {name: value for name, value in os.environ.items() if name != "INVOCATION_ID"}
        done = subprocess.run(
            command, capture_output=True, timeout=harness.TIME_LIMIT, env={**clean, "LC_ALL": "C.UTF-8", **(environment or {})},
            cwd="/", check=False,
        )
        outcome = harness.Outcome(command, done.returncode, done.stdout, done.stderr)
        self.test.collect_output(f"{self.name}: {verb}", done.stdout + done.stderr)
        self.test.watch_key_file(self.key_file)
        if outcome.code != expect:
            raise AssertionError(f"{self.name}: expected the script's exit {expect}\n{outcome}")
        return outcome

    def hook_lines(self):
        return [line for line in self.conf.read_text().splitlines() if MARK in line]

    def last_gate(self):
        return json.loads((self.state_dir / "gate.json").read_text())


class HookTest(harness.StoryTest):
    def host(self, name, **configuration):
        return self.add_host(Installed(self, name), configuration)

    def hooked(self, name="om1", **configuration):
        host = self.host(name, **configuration)
        host.run("generate")
        host.run("hook", "install")
        return host

    def assert_refused(self, host, *said, verb="start", **how):
        outcome = host.call(verb, expect=1, **how)
        self.assertEqual(outcome.out, "")
        for text in (*said, "must not start"):
            self.assertIn(text, outcome.err)
        return outcome

    def assert_starts_in_silence(self, host, verb="start", **how):
        outcome = host.call(verb, **how)
        self.assertEqual((outcome.out, outcome.err), (f"did {verb}\n", ""))
