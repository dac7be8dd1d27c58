"""What the demonstrations are made of: hosts whose commands are shown, and an end that leaves nothing behind."""

import contextlib
import os
import pathlib
import signal
import subprocess
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests" / "scripts"))

import servers  # noqa: E402  (found only by then)


class Failed(Exception):
    """Something did not happen as told."""


class Teller:
    """Says what happens; quietly, only the headings."""

    def __init__(self, quiet):
        self.quiet = quiet
        self.bold, self.plain = ("\033[1m", "\033[0m") if sys.stdout.isatty() else ("", "")

    def scene(self, title):
        print(f"{'' if self.quiet else chr(10)}{self.bold}== {title}{self.plain}", flush=True)

    def say(self, text):
        if not self.quiet:
            print(text, flush=True)

    def expect(self, told, happened):
        if not happened:
            raise Failed(f"this did not happen: {told}")
        self.say(f"  -> {told}")

    def show(self, prompt, command, code, output):
        if self.quiet:
            return
        print(f"{self.bold}{prompt} {command}{self.plain}")
        for line in output.splitlines():
            print(f"    {line}")
        if code != 0:
            print(f"    (exit {code})")
        sys.stdout.flush()


class Host:
    """Where genkey-agent runs with files of its own, and its listener."""

    stop_signal = signal.SIGTERM
    prompt = "#"

    def __init__(self, teller, name, directory):
        self.teller, self.name, self.directory = teller, name, directory
        self.server = None

    def typed(self, *arguments):
        """The command, as it has to be started here."""
        raise NotImplementedError

    def environment(self):
        raise NotImplementedError

    def run(self, *arguments, expect=0, stdin=None, shown=None):
        """Runs genkey-agent here, shows what it says, and demands its exit code. Gives standard output."""
        done = subprocess.run(
            self.typed(*arguments), input=stdin, capture_output=True, text=True, env=self.environment(), check=False
        )
        output = (done.stdout if shown is None else f"{shown}\n") + done.stderr
        self.teller.show(self.name + self.prompt, " ".join(["genkey-agent", *map(str, arguments)]), done.returncode, output)
        if done.returncode != expect:
            raise Failed(f"{self.name}: genkey-agent {arguments[0]} ended with {done.returncode}, not {expect}:\n{output}")
        return done.stdout

    def serve(self):
        self.server = servers.Server(self.name, self.typed("serve"), self.directory, self.environment(), self.stop_signal)
        self.server.await_start(1)

    def stop(self):
        if self.server is not None:
            server, self.server = self.server, None
            server.stop()

    def close(self):
        try:
            self.stop()
        except AssertionError as problem:
            print(problem, file=sys.stderr)


def at_once(actions):
    """Runs them all at the same time; the first failure is everybody's."""
    problems = []

    def attempt(action):
        try:
            action()
        except (Failed, AssertionError, OSError) as problem:
            problems.append(problem)

    threads = [threading.Thread(target=attempt, args=(action,)) for action in actions]
    with contextlib.ExitStack() as ended:
        for thread in threads:
            thread.start()
            ended.callback(thread.join)  # after Ctrl-C too, so that nothing is started behind the clean-up
    if problems:
        raise Failed(str(problems[0]))


def end_by_signal(number, _frame):
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(128 + number)


def perform(name, act):
    """Runs act(cleanup), cleans up whatever happens, and gives the exit code."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end_by_signal)
    os.umask(0o022)
    try:
        with contextlib.ExitStack() as cleanup:
            act(cleanup)
    except (Failed, AssertionError) as problem:
        print(f"{name}: {problem}", file=sys.stderr)
        return 1
    return 0
