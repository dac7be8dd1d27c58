"""What the stories stand on: hosts that run the real program in a directory of their own.

A test is a file test_*.py with unittest cases made from StoryTest:

    class Joining(harness.StoryTest):
        def test_a_second_host_receives_the_key(self):
            om1, om2 = self.host("om1"), self.host("om2")
            om1.run("generate")
            om1.serve()
            ticket = om1.run("invite").line
            om2.run("join", "--ticket-file", "-", stdin=ticket)
            self.assertEqual(om2.key(), om1.key())

    if __name__ == "__main__":
        harness.main()

Nothing here sleeps to let something happen: servers are waited for by the line they print. Limits are generous, because
TLS under a sanitizer is slow; they only end a test that hangs. After each test everything that the program printed or
wrote is searched for the key (markers.py).
"""

import atexit
import contextlib
import dataclasses
import functools
import grp
import json
import os
import pathlib
import pwd
import re
import shlex
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import unittest

from . import markers, processes, servers

PROGRAM = os.environ.get("GENKEY_AGENT", "genkey-agent")
TIME_LIMIT = 120
SKIPPED = 77

EXIT_CODES = {
    0: "done",
    1: "failed",
    2: "usage or configuration",
    10: "attention",
    11: "no key on this host",
    12: "not a valid key",
    13: "unreadable, or others can change it",
    14: "another key",
    15: "a peer did not answer",
    16: "refused",
    17: "would overwrite or fork a key",
}


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What one run of the program did."""

    command: list
    code: int
    stdout: bytes
    stderr: bytes

    @property
    def out(self):
        return self.stdout.decode(errors="backslashreplace")

    @property
    def err(self):
        return self.stderr.decode(errors="backslashreplace")

    @property
    def line(self):
        """Standard output, which must be exactly one line."""
        lines = self.out.splitlines()
        if len(lines) != 1:
            raise AssertionError(f"expected one line on standard output\n{self}")
        return lines[0]

    @property
    def json(self):
        """Standard output, which must be exactly one object with a schema."""
        try:
            value = json.loads(self.stdout)
        except ValueError as error:
            raise AssertionError(f"standard output is not JSON: {error}\n{self}") from None
        if not isinstance(value, dict) or "schema" not in value:
            raise AssertionError(f"standard output is not an object with a schema\n{self}")
        return value

    def __str__(self):
        meaning = EXIT_CODES.get(self.code, "a signal" if self.code < 0 else "no documented code")
        parts = [f"$ {' '.join(map(str, self.command))}", f"exit {self.code} ({meaning})"]
        parts += [f"--- {name}\n{text}" for name, text in (("stdout", self.out), ("stderr", self.err)) if text]
        return "\n".join(parts)


def own_names():
    """USER:GROUP of whoever runs the test."""
    return f"{pwd.getpwuid(os.getuid()).pw_name}:{grp.getgrgid(os.getgid()).gr_name}"


def toml(table, name=""):
    """As much TOML as a configuration of this program needs."""
    plain = {key: value for key, value in table.items() if not isinstance(value, dict)}
    lines = [f"[{name}]"] if name else []
    lines += [f"{key} = {json.dumps(value)}" for key, value in plain.items()]
    for key, value in table.items():
        if isinstance(value, dict):
            lines += [toml(value, key)]
    return "\n".join(lines) + "\n"


def seen_of(path):
    facts = path.lstat()
    content = path.read_bytes() if stat.S_ISREG(facts.st_mode) else b""
    owner = (facts.st_uid, facts.st_gid, oct(facts.st_mode))
    return (facts.st_ino, *owner, facts.st_mtime_ns, facts.st_ctime_ns, content.hex())


class Host:
    """A machine with a key file, a state directory, a configuration and an address of its own."""

    prefix = ()  # what the program is started with
    program = PROGRAM
    stop_signal = signal.SIGTERM

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
        """Writes the configuration anew: the host's own name and addresses, and what is given."""
        self.settings = settings
        serve = {"listen": [self.address], **settings.get("serve", {})}
        written = {"name": self.name, "address": self.address, **settings, "serve": serve}
        self.config.write_text(toml(self.told(written)), encoding="utf-8")

    def also(self, **settings):
        """Adds to what was configured before."""
        self.configure(**{**self.settings, **settings})

    def command(self, *arguments):
        """The program's arguments on this host."""
        common = ["--config", self.config, "--key-file", self.key_file, "--state-dir", self.state_dir, "--owner", self.owner]
        return self.typed(*arguments, *common)

    def typed(self, *words):
        return [*self.prefix, self.program, *map(self.shown, words)]

    def told(self, value):
        """A word, or all those in a list or table, as somebody on this host would write them: a path means this system's."""
        if isinstance(value, dict):
            return {name: self.told(each) for name, each in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.told(each) for each in value]
        return self.shown(value) if isinstance(value, (str, os.PathLike)) else value

    @staticmethod
    def shown(word):
        """A path as the program writes it on this host's system; every other word as it is."""
        return str(word)

    def run(self, *arguments, expect=0, stdin=b"", environment=None, timeout=TIME_LIMIT):
        """Runs a command to its end and demands its exit code; expect=None takes any."""
        command = self.command(*arguments)
        done = subprocess.run(
            command,
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True,
            timeout=timeout,
            env=self.environment(environment),
            cwd=self.directory,
            check=False,
        )
        outcome = Outcome(command, done.returncode, done.stdout, done.stderr)
        self.test.note_output(f"{self.name}: {arguments[0]}", done.stdout + done.stderr)
        self.test.note_key(self.key_file)
        if expect is not None and outcome.code != expect:
            raise AssertionError(f"{self.name}: expected exit {expect} ({EXIT_CODES[expect]})\n{outcome}")
        return outcome

    def run_json(self, *arguments, **options):
        """The object that the command prints with --json."""
        return self.run(*arguments, "--json", **options).json

    def verify(self, *peers, expect=0, wait="5s"):
        """What each peer answers, by its address: the configured and known ones, or the given hosts and addresses."""
        addresses = [peer.address if isinstance(peer, Host) else peer for peer in peers]
        asked = [word for address in addresses for word in ("--peer", address)]
        said = self.run_json("verify", *asked, "--wait", wait, expect=expect)
        return {peer["address"]: peer for peer in said["peers"]}

    def gate(self, *arguments, expect=0, wait="0s"):
        return self.run("gate", *arguments, "--wait", wait, expect=expect)

    def gate_reasons(self, *arguments, expect=0, wait="0s"):
        """Why the gate refuses, as --json names it."""
        said = self.run_json("gate", *arguments, "--wait", wait, expect=expect)
        return [each["reason"] for each in said["gate"]["reasons"]]

    def standing(self):
        return self.run_json("status", expect=None)["key"]["standing"]

    def fleet_id(self):
        return self.run_json("status", expect=None)["key"].get("fleet")

    def run_mending(self, outcome, command, expect=0):
        """Runs the command that a refusal told, as somebody would paste it into a shell. It is found by how it begins."""
        said = re.search(rf"(?:sudo )?(genkey-agent {re.escape(command)}(?: [^\s;,()]+)*)", outcome.err)
        if said is None:
            raise AssertionError(f"{self.name}: no 'genkey-agent {command}' is told\n{outcome}")
        return self.run_pasted(said[1], expect)

    @staticmethod
    def words_of(line):
        """As this host's shell takes a line apart."""
        return shlex.split(line)

    @staticmethod
    def shell(line):
        """What has this host's shell run a line that is no command of the program."""
        return shlex.split(line)

    def run_pasted(self, line, expect=0):
        command = self.typed(*self.words_of(line)[1:])
        done = subprocess.run(
            command, capture_output=True, timeout=TIME_LIMIT, env=self.environment(), cwd="/", check=False
        )
        outcome = Outcome(command, done.returncode, done.stdout, done.stderr)
        self.test.note_output(f"{self.name}: {line}", done.stdout + done.stderr)
        if outcome.code != expect:
            raise AssertionError(f"{self.name}: expected exit {expect} ({EXIT_CODES[expect]})\n{outcome}")
        return outcome

    def family(self, process):
        """The numbers of the processes that a command is made of: what talks to peers is one of its own."""
        found = [process.pid, *processes.children(process.pid)]
        self.test.assertEqual(len(found), 2)
        return found

    def start(self, *arguments, environment=None):
        """Starts a command and returns the process, for tests that end it half way. It is gone after the test."""
        process = servers.start(self.command(*arguments), self.directory, self.environment(environment))
        self.test.addCleanup(lambda: self.test.note_output(f"{self.name}: {arguments[0]}", servers.end(process)))
        return process

    def environment(self, more=None):
        return {**os.environ, "LC_ALL": "C.UTF-8", **self.told(more or {})}

    def serve(self, *arguments):
        """Starts `serve` and returns once it listens; it is started anew when it ends by itself with 0."""
        if self.server is not None:
            raise AssertionError(f"{self.name} serves already")
        self.server = servers.Server(self.name, self.command("serve", *arguments), self.directory, self.environment(), self.stop_signal)
        self.server.await_start(1)
        return self.server

    def stop(self):
        """Ends `serve`, and demands that it ended well."""
        if self.server is None:
            return
        server, self.server = self.server, None
        try:
            server.stop()
        finally:
            self.test.note_output(f"{self.name}: serve", server.output())

    def close(self):
        if self.reservation is not None:
            self.reservation.close()
        self.stop()

    def crash(self):
        """Ends `serve` as SIGKILL does."""
        server, self.server = self.server, None
        server.kill()
        self.test.note_output(f"{self.name}: serve", server.output())

    def serve_again(self):
        """As a restart of its unit: afterwards the listener says what the host's files say now."""
        self.stop()
        self.serve()

    @contextlib.contextmanager
    def restarting(self):
        """Around a change of the key file: returns when `serve` has noticed, ended and listens again."""
        starts = self.server.starts
        yield
        self.server.await_start(starts + 1)

    def key(self):
        return self.key_file.read_bytes()

    def put_key(self, key, mode=0o600):
        """As an administrator would copy it by hand."""
        self.test.watch(key)
        self.key_file.unlink(missing_ok=True)
        self.key_file.touch(mode)
        self.key_file.write_bytes(key)
        self.key_file.chmod(mode)

    def replace_key(self, key, mode=0o600):
        """put_key() on a host that serves; returns when its listener has noticed."""
        with self.restarting():
            self.put_key(key, mode)

    def lose_key(self):
        """Deletes the key file of a host that serves; returns when its listener has noticed."""
        with self.restarting():
            self.key_file.unlink()

    def record(self):
        return json.loads((self.state_dir / "record.json").read_text())

    def snapshot(self):
        """Everything that a command could change here: each file's content, owner, mode, times and number."""
        return {
            str(path.relative_to(self.directory)): seen_of(path)
            for path in [self.directory, *sorted(self.directory.rglob("*"))]
        }

    @staticmethod
    def path_of(shown):
        """Where the test finds what the program names so."""
        return pathlib.Path(shown)

    def assert_private(self):
        """The key file has one name, and the service alone can read it."""
        facts = self.key_file.stat()
        self.test.assertEqual((facts.st_uid, facts.st_mode & 0o7777, facts.st_nlink), (os.getuid(), 0o600, 1))

    def install_ops_manager(self, properties):
        """Ops Manager as it is unpacked here, which reads this host's key file; returns its directory."""
        installed = self.directory / "ops-manager"
        (installed / "conf").mkdir(parents=True)
        (installed / "bin").mkdir()
        user = self.owner.partition(":")[0]
        (installed / "conf" / "mms.conf").write_text(f'MMS_USER={user}\nENC_KEY_PATH="{self.key_file}"\n')
        (installed / "conf" / "conf-mms.properties").write_text(properties)
        return installed

    def absent_mount(self):
        """Where this system would mount something, and nothing is."""
        mount = self.directory / "mount"
        mount.mkdir()
        return str(mount)

    def displaced_keys(self):
        return [path.read_bytes() for path in sorted(self.state_dir.glob("displaced/*"))]


class WindowsHost(Host):
    """A host that runs the Windows program under wine. Its files are the test's own, which wine shows on drive Z."""

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
        # Without an owner the account is the one that wine makes of this user.
        owner = ["--owner", self.owner] if self.owner else []
        return self.typed(
            *arguments, "--config", self.config, "--key-file", self.key_file, "--state-dir", self.state_dir, *owner
        )

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
    """Keeps wine's own processes up until the tests end. Whoever starts them hands them its output, which then never ends."""
    command = [*WindowsHost.prefix, "cmd", "/c", "echo ready & pause"]
    keeper = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    while b"ready" not in keeper.stdout.readline():
        if keeper.poll() is not None:
            raise AssertionError("wine does not start")
    atexit.register(keeper.stdin.close)
    return keeper


# What a test's hosts run is chosen by the program that it is given.
HOST = WindowsHost if PROGRAM.endswith(".exe") else Host


def left_out():
    """Tests that cannot run under wine, or whole classes of them, each with its reason."""
    if HOST is not WindowsHost:
        return {}
    lines = (pathlib.Path(__file__).parents[2] / "windows" / "left_out_stories.txt").read_text(encoding="utf-8").splitlines()
    return {test: reason for reason, test in (line.split("\t") for line in lines if line and not line.startswith("#"))}


LEFT_OUT = left_out()


def skip_if_left_out(test):
    name = test.id().removeprefix("__main__.")
    if reason := LEFT_OUT.get(name) or LEFT_OUT.get(name.partition(".")[0]):
        skip(reason)


def built(variable, name):
    """How a test program of the same build is run, by what names it in the environment; by hand, one in the PATH."""
    if HOST is WindowsHost:
        keep_wine()
    return [*HOST.prefix, os.environ.get(variable, name)]


class StoryTest(unittest.TestCase):
    """A test with a directory of its own, hosts in it, and a search for the keys afterwards."""

    maxDiff = None

    def setUp(self):
        skip_if_left_out(self)
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="genkey-agent-test-"))
        # As root, the program's network child runs under another account and has to get through.
        self.directory.chmod(0o755)
        self.hosts = []
        self.keys = set()
        self.key_files = set()
        self.outputs = []
        # Last in, first out: servers end, then the search, then the directory goes.
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)
        self.addCleanup(self.search_for_keys)

    def host(self, name, **configuration):
        return self.add_host(HOST(self, name), configuration)

    def windows_host(self, name, **configuration):
        """One that runs the Windows program under wine, whatever the others run."""
        return self.add_host(WindowsHost(self, name), configuration)

    def add_host(self, host, configuration):
        host.configure(**configuration)
        self.hosts.append(host)
        self.key_files.add(host.key_file)
        self.addCleanup(host.close)
        return host

    def fleet(self, *names):
        """Hosts that know each other by address, with the same list on each of them."""
        hosts = [self.host(name) for name in names]
        for host in hosts:
            host.configure(peers=[each.address for each in hosts])
        return hosts

    def establish(self, hosts):
        """Makes a key on the first and joins the others; all serve, have proved it to each other, and are established."""
        first, *others = hosts
        settings = first.settings
        first.configure()  # nobody else is there yet, and nobody has to be asked
        first.run("generate")
        first.configure(**settings)
        first.serve()
        ticket = first.run("invite", "--uses", str(max(1, len(others)))).line
        for host in others:
            host.run("join", "--ticket-file", "-", stdin=ticket)
            host.serve()
        for host in hosts:
            host.run("verify")
        for host in hosts:
            host.serve_again()
        return hosts

    def joined_fleet(self, *names):
        return self.establish(self.fleet(*names))

    def fresh_key(self):
        """24 random bytes that may appear in key files and nowhere else."""
        key = os.urandom(24)
        self.watch(key)
        return key

    def age_identity(self):
        """An age identity's file, which is a secret too, and its recipient."""
        path = self.directory / "identity"
        self.key_files.add(path)
        subprocess.run(["age-keygen", "-o", path], check=True, capture_output=True)
        told = subprocess.run(["age-keygen", "-y", path], check=True, capture_output=True, text=True)
        return path, told.stdout.strip()

    def key_source(self, content, name="given.key"):
        """A file to import from; it may hold the key."""
        path = self.directory / name
        path.write_bytes(content)
        path.chmod(0o600)
        self.key_files.add(path)
        return path

    def watch(self, secret):
        # A few bytes are found by chance, and none are found everywhere.
        if len(secret) >= 16:
            self.keys.add(bytes(secret))

    def note_key(self, path):
        # A test may put a FIFO or a file without an end where a key belongs.
        with contextlib.suppress(OSError):
            if path.is_file() and path.stat().st_size == 24:
                self.watch(path.read_bytes())

    def note_output(self, origin, content):
        self.outputs.append((origin, content))

    def search_for_keys(self):
        for host in self.hosts:
            self.note_key(host.key_file)
            for key in host.displaced_keys():
                self.watch(key)
        found = markers.in_outputs(self.outputs, self.keys) + markers.in_files(self.directory, self.keys, self.key_files)
        if found:
            raise AssertionError("bytes of a key outside the key file:\n" + "\n".join(found))


def skip(reason):
    """Leaves the test out; scripts/test tells the reason at its end."""
    raise unittest.SkipTest(reason)


def need_no_sanitizer(reason):
    """For what a sanitizer's runtime, which is in the program then, makes another thing of."""
    if os.environ.get("GENKEY_SANITIZERS"):
        skip(f"not under a sanitizer: {reason}")


def need_root():
    if os.geteuid() != 0:
        skip("needs root")


def main():
    """unittest's, with an exit code for ctest when nothing could run, and lines that scripts/test collects."""
    result = unittest.main(module="__main__", exit=False, verbosity=2).result
    for test, reason in result.skipped:
        print(f"left out: {test.id().removeprefix('__main__.')}: {reason}", flush=True)
    if not result.wasSuccessful():
        sys.exit(1)
    sys.exit(SKIPPED if result.testsRun == len(result.skipped) else 0)
