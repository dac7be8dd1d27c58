# SPDX-License-Identifier: ISC
"""Standard streams that take nothing, and a system's log that the test reads."""

import contextlib
import itertools
import os
import subprocess
import tempfile

from .commands import TIME_LIMIT

# What a stream can be. "open" is a file that takes everything.
KINDS = ("open", "closed", "full", "broken")
PAIRS = tuple(itertools.product(KINDS, KINDS))

# A /dev of its own with the devices of the real one, whose log is a socket of the test.
WITH_LOG = """
mkdir -p "$1/dev"
mount --rbind /dev "$1/dev"
mount -t tmpfs tmpfs /dev
for name in null zero full random urandom tty; do touch /dev/$name && mount --bind "$1/dev/$name" /dev/$name; done
ln -s "$1/log" /dev/log
shift
exec "$@"
"""

# systemd names the stream that goes to its journal by device and inode (systemd.exec(5)).
TO_JOURNAL = 'export JOURNAL_STREAM="$(stat --dereference --format=%d:%i /proc/self/fd/2)"; exec "$@"'


def in_the_journal(command):
    """The command, whose standard error is what systemd says to be its journal's."""
    return ["sh", "-c", TO_JOURNAL, "sh", *command]


@contextlib.contextmanager
def journal(host):
    """Around commands of the host, whose standard error then goes to the journal."""
    plain = host.command
    host.command = lambda *words: in_the_journal(plain(*words))
    yield
    host.command = plain


@contextlib.contextmanager
def stream(kind):
    """A file or descriptor of this kind. A closed one is closed in the child."""
    if kind == "full":
        with open("/dev/full", "wb") as file:
            yield file
    elif kind == "broken":
        reading, writing = os.pipe()
        os.close(reading)
        yield writing
        os.close(writing)
    else:
        with tempfile.TemporaryFile() as file:
            yield file


def content(kind, file):
    """What an open stream took; nothing of the others."""
    if kind != "open":
        return ""
    file.seek(0)
    return file.read().decode(errors="backslashreplace")


def run(host, *arguments, out="open", err="open", stdin=b"", before=()):
    """Runs a command with such streams; gives its exit code and what standard output and standard error took."""

    def close_streams():
        for kind, number in ((out, 1), (err, 2)):
            if kind == "closed":
                os.close(number)

    with stream(out) as output, stream(err) as errors:
        done = subprocess.run(
            [*map(str, before), *host.command(*arguments)],
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            stdout=output,
            stderr=errors,
            timeout=TIME_LIMIT,
            env=host.environment(),
            cwd=host.directory,
            preexec_fn=close_streams,
            check=False,
        )
        said = content(out, output), content(err, errors)
    host.test.collect_output(f"{host.name}: {arguments[0]}", "".join(said).encode())
    host.test.watch_key_file(host.key_file)
    return done.returncode, *said


@contextlib.contextmanager
def serving(host, kind):
    """The host's listener, with standard output and standard error of this kind."""

    def close_streams():
        if kind == "closed":
            os.close(1)
            os.close(2)

    with stream(kind) as output:
        process = subprocess.Popen(
            host.command("serve"),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=host.directory,
            env=host.environment(),
            preexec_fn=close_streams,
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(TIME_LIMIT)


@contextlib.contextmanager
def read_only(directory):
    """What to start a command with, so that it sees this directory as on a file system that is mounted read-only."""
    script = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"'
    yield ("unshare", "--mount", "sh", "-c", script, "sh", directory)
