# SPDX-License-Identifier: ISC
"""Listeners of other programs, to which a mistyped address can lead."""

import contextlib
import socket
import subprocess
import threading

from . import servers
from .commands import TIME_LIMIT


def certificate(folder, name="stranger", issuer=None, names="IP:127.0.0.1", days="30", extensions=()):
    """Makes a P-256 key and a certificate, self-signed or by `issuer`; returns their paths."""
    key, request, made = (folder / f"{name}.{kind}" for kind in ("key", "csr", "pem"))
    subject = ["-subj", f"/CN={name}", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-keyout", key]
    if issuer is None:
        openssl("req", "-x509", *subject, "-out", made, "-days", days)
        return made, key
    file = folder / f"{name}.ext"
    file.write_text("\n".join([*([f"subjectAltName={names}"] if names else []), *extensions, ""]))
    openssl("req", "-new", *subject, "-out", request)
    signed_by = ["-CA", issuer[0], "-CAkey", issuer[1], "-CAcreateserial", "-days", days]
    openssl("x509", "-req", "-in", request, *signed_by, "-out", made, "-extfile", file)
    return made, key


def openssl(*arguments):
    done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"openssl {arguments[0]}: {done.stderr.decode()}")


def openssl_server(test, *options):
    """An `openssl s_server` with a certificate of its own, at the address that is returned."""
    made, key = certificate(test.directory, "s_server")
    reservation = servers.PortReservation("127.0.0.1")
    test.addCleanup(reservation.close)
    address = f"127.0.0.1:{reservation.port}"
    reservation.close()  # s_server does not share its port
    command = ["openssl", "s_server", "-accept", address, "-cert", str(made), "-key", str(key), "-Verify", "1", *options]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=test.directory
    )
    test.addCleanup(end, process)
    for line in process.stdout:
        if b"ACCEPT" in line:
            return address
    raise AssertionError(f"openssl s_server does not start with {options}")


def end(process):
    process.stdin.close()
    process.kill()
    with process:
        if process.stdout is not None:
            process.stdout.read()


class Acceptor:
    """Listens at an address and takes each connection on a thread of its own."""

    def __init__(self, test, address):
        self.open = []
        # The longest backlog: many connections at once are complete before each is accepted.
        self.listener = socket.create_server(address, backlog=4096)
        self.thread = threading.Thread(target=self._accept, daemon=True)
        self.thread.start()
        test.addCleanup(self.close)

    def close(self):
        if self.listener.fileno() < 0:
            return
        # Closing alone would leave accept() waiting.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.thread.join(TIME_LIMIT)
        self.listener.close()
        for connection in self.open:
            connection.close()

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.take(connection)


class TalkingServer(Acceptor):
    """A TCP server that sends `greeting`, or nothing, to each client, and keeps or closes the connection."""

    def __init__(self, test, greeting=b"", closes=False, host="127.0.0.1"):
        self.greeting = greeting
        self.closes = closes
        self.connections = 0
        super().__init__(test, (host, 0))
        self.address = f"{host}:{self.listener.getsockname()[1]}"

    def take(self, connection):
        self.connections += 1
        if self.greeting:
            connection.recv(4096)
            connection.sendall(self.greeting)
        if self.closes:
            connection.close()
        else:
            self.open.append(connection)


class Authority:
    """A CA of the user's own, and the [tls] table of hosts that use it."""

    def __init__(self, test, name="ca"):
        self.folder = test.directory
        self.pair = certificate(self.folder, name)

    def configure(self, host, names="IP:127.0.0.1", trusted=None, **tls):
        made, key = certificate(self.folder, f"{host.name}-tls", self.pair, names)
        host.also(tls={"ca": str((trusted or self).pair[0]), "certificate": str(made), "key": str(key), **tls})


class Relay(Acceptor):
    """Passes each connection on to another address, byte by byte."""

    def __init__(self, test, address, onward):
        self.onward = onward
        super().__init__(test, split(address))

    def take(self, connection):
        onward = socket.create_connection(split(self.onward))
        self.open += [connection, onward]
        for source, target in ((connection, onward), (onward, connection)):
            threading.Thread(target=self._pass_on, args=(source, target), daemon=True).start()

    @staticmethod
    def _pass_on(source, target):
        with contextlib.suppress(OSError):
            while content := source.recv(4096):
                target.sendall(content)
            target.shutdown(socket.SHUT_WR)


def split(address):
    host, _, port = address.rpartition(":")
    return host, int(port)
