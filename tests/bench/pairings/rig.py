# SPDX-License-Identifier: ISC
"""What every pairing needs: the built programs, a directory and processes that disappear afterwards, measuring."""

import collections
import dataclasses
import grp
import json
import os
import pathlib
import pwd
import re
import shutil
import socket
import statistics
import subprocess
import tempfile
import time

TIME_LIMIT_SECONDS = 120


class Failed(Exception):
    """Something that the bench started did not do what it should; the message says which and how."""


@dataclasses.dataclass(frozen=True)
class Run:
    """One measured run. Seconds; MiB of the largest process."""

    wall: float
    cpu: float
    memory: float


@dataclasses.dataclass(frozen=True)
class Contender:
    """One side of a pairing: what to run in a given round, and how many of it at once."""

    name: str
    command: collections.abc.Callable  # round number -> list of words; does its preparation unmeasured
    together: int = 1
    rounds: int = 1_000_000  # a slow contender takes part in the first few rounds only


class Rig:
    """Programs, scratch space and background processes. Use as a context; leaves nothing behind."""

    def __init__(self, build: pathlib.Path, rounds_factor: float):
        self.programs = build / "tests" / "bench"
        agent = build / "agent" / "genkey-agent"
        self.agent = agent if is_genkey_agent(agent) else None
        self.rounds_factor = rounds_factor
        # On the build tree's disk: on a tmpfs a sync would cost nothing.
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="bench-", dir=build))
        self.directory.chmod(0o755)  # root's listener gives up being root, and still has to reach its state
        self.identity = self.directory / "identity.pem"
        self.is_root = os.geteuid() == 0
        self._processes = []
        self._next_port = 20000

    def __enter__(self):
        make_identity(self.directory, self.identity)
        return self

    def __exit__(self, *_):
        for process in reversed(self._processes):
            self.end(process)
        shutil.rmtree(self.directory)

    def program(self, name: str) -> str:
        return str(self.programs / name)

    def directory_for(self, *parts) -> pathlib.Path:
        path = self.directory.joinpath(*map(str, parts))
        path.mkdir(parents=True)
        return path

    def ports(self, count: int) -> int:
        """The first of `count` consecutive ports that nobody uses, below those that the kernel hands out."""
        while self._next_port + count < 32000:
            first, self._next_port = self._next_port, self._next_port + count
            if all(is_free(port) for port in range(first, first + count)):
                return first
        raise Failed("no free ports between 20000 and 32000")

    def start(self, command: list, port: int | None = None) -> subprocess.Popen:
        """A background process; with `port`, waits until it listens there, in whichever network namespace."""
        log = (self.directory / f"log-{len(self._processes)}").open("w+b")
        process = background(command, log)
        process.log = log
        self._processes.append(process)
        deadline = time.monotonic() + 30
        while port is not None and not is_listening(process.pid, port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise Failed(f"{command[0]} does not listen on port {port}: {log_of(process)}")
            time.sleep(0.01)
        return process

    def end(self, process: subprocess.Popen) -> None:
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.log.close()

    def measure(self, command: list, together: int = 1, inside: tuple = ()) -> Run:
        return self._stopwatch([*inside, self.program("stopwatch"), together, *command])

    def measure_readiness(self, command: list, port: int) -> Run:
        return self._stopwatch([self.program("stopwatch"), "--ready", port, *command])

    def peak_memory(self, command: list) -> float:
        """The most MiB that the process and its children had at once, each shared page counted in parts. Sampled."""
        log = self.directory / "peak"
        peak = 0.0
        with log.open("w") as out, background(command, out) as process:
            while process.poll() is None:
                peak = max(peak, sum(filter(None, map(proportional_memory, family(process.pid)))))
                time.sleep(0.002)
        if process.returncode != 0:
            raise Failed(f"{command[0]} ended with {process.returncode}: {log.read_text()}")
        return peak

    def _stopwatch(self, words: list) -> Run:
        done = run(words)
        result = json.loads(done.stdout)
        if result["exit_code"] != 0:
            raise Failed(f"{' '.join(map(str, words))} ended with {result['exit_code']}: {done.stderr.strip()}")
        cpu = result["user"] + result["system"]
        return Run(result["wall"] / 1e6, cpu / 1e6, result["memory"] / 1024)

    def interleave(self, contenders: list, rounds: int, inside: tuple = ()) -> dict:
        """Each contender once per round, so that a busy moment of the machine meets all of them alike."""
        runs = {contender.name: [] for contender in contenders}
        for number in range(self.rounds(rounds)):
            for contender in contenders:
                if number < max(1, self.rounds(contender.rounds)):
                    command = contender.command(number)
                    runs[contender.name].append(self.measure(command, contender.together, inside))
        return {name: median_run(measured) for name, measured in runs.items()}

    def rounds(self, usual: int) -> int:
        return max(3, round(usual * self.rounds_factor))


def median_run(runs: list) -> Run:
    return Run(*(statistics.median(getattr(run, field.name) for run in runs) for field in dataclasses.fields(Run)))


def background(words: list, output) -> subprocess.Popen:
    return subprocess.Popen(list(map(str, words)), stdin=subprocess.DEVNULL, stdout=output, stderr=output)


def run(words: list) -> subprocess.CompletedProcess:
    words = [str(word) for word in words]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=TIME_LIMIT_SECONDS)
    if done.returncode != 0:
        raise Failed(f"{' '.join(words)} ended with {done.returncode}: {done.stderr.strip()}")
    return done


def log_of(process: subprocess.Popen) -> str:
    process.log.seek(0)
    return process.log.read().decode(errors="replace").strip()


def is_genkey_agent(program: pathlib.Path) -> bool:
    if not program.exists():
        return False
    done = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=TIME_LIMIT_SECONDS)
    return done.returncode == 0 and "genkey-agent" in done.stdout


def make_identity(directory: pathlib.Path, file: pathlib.Path) -> None:
    key, certificate = directory / "key.pem", directory / "certificate.pem"
    run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
         "-subj", "/CN=bench", "-days", "2", "-keyout", key, "-out", certificate])
    file.write_bytes(key.read_bytes() + certificate.read_bytes())


def proportional_memory(process: int) -> float | None:
    """MiB, or None when the process has ended or we may not look."""
    try:
        rollup = pathlib.Path(f"/proc/{process}/smaps_rollup").read_text()
    except (PermissionError, FileNotFoundError, ProcessLookupError):
        return None
    return int(re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)[1]) / 1024


def family(process: int) -> list:
    """The process and its children; a child has none of its own here."""
    children = []
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(after_name[1]) == process:
            children.append(int(stat.parent.name))
    return [process, *children]


def owner() -> str:
    return f"{pwd.getpwuid(os.geteuid()).pw_name}:{grp.getgrgid(os.getegid()).gr_name}"


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("0.0.0.0", port))
        except OSError:
            return False
    return True


def is_listening(process: int, port: int) -> bool:
    """Looks rather than connects, so that a listener's first connection is a measured one."""
    wanted = f":{port:04X} "
    try:
        for family in ("tcp", "tcp6"):
            lines = pathlib.Path(f"/proc/{process}/net/{family}").read_text().splitlines()[1:]
            if any(wanted in line[:35] and line.split()[3] == "0A" for line in lines):
                return True
    except OSError:  # it has ended, or is not in its namespace yet
        pass
    return False
