# SPDX-License-Identifier: ISC
"""Servers that stand in for a store, or stand between a store and the program: for answers that the real store of
object_stores.py never gives, and for connections that break."""

import contextlib
import json
import re
import select
import socket
import threading


class StandIn:
    """Accepts connections on loopback and hands each to `serve`, until it is closed."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.accept, daemon=True)
        self.thread.start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.socket.accept()
                with connection, contextlib.suppress(OSError):
                    self.serve(connection)

    def serve(self, connection):
        raise NotImplementedError

    def close(self):
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(timeout=30)


class CuttingProxy(StandIn):
    """Passes connections on to a store, but cuts some: after `bytes_up` of the request, or all of the reply.

    `cuts` says for each connection in turn: "up", "reply", or None for one that passes.
    """

    def __init__(self, port, cuts, bytes_up=600):
        self.target = port
        self.cuts = list(cuts)
        self.bytes_up = bytes_up
        self.seen = 0
        super().__init__()

    def serve(self, connection):
        self.seen += 1
        cut = self.cuts.pop(0) if self.cuts else None
        with socket.create_connection(("127.0.0.1", self.target)) as store:
            self.pump(connection, store, cut)

    def pump(self, connection, store, cut):
        up = 0
        while True:
            ready, _, _ = select.select([connection, store], [], [], 60)
            for source in ready:
                content = source.recv(65536)
                if not content or (source is store and cut == "reply"):
                    return
                if source is connection and cut == "up":
                    content = content[: self.bytes_up - up]
                    up += len(content)
                (store if source is connection else connection).sendall(content)
                if cut == "up" and up >= self.bytes_up:
                    return
            if not ready:
                return


def error(code, message=""):
    return f"<Error><Code>{code}</Code><Message>{message}</Message></Error>".encode()


class PlainStore(StandIn):
    """A stand-in for an old store: it keeps objects, and its answer to a put has no checksum. `answers` gives other
    answers to some methods: {"PUT": ("200 OK", b"")}."""

    def __init__(self, **answers):
        self.answers = answers
        self.objects = {}
        self.seen = []
        super().__init__()

    def serve(self, connection):
        head, body = read_whole_request(connection)
        method, path = (head.split() + ["", ""])[:2]
        self.seen.append(method)
        status, content = self.answers.get(method) or self.kept(method, path, body)
        head = f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {len(content)}\r\n\r\n"
        connection.sendall(head.encode() + content)

    def kept(self, method, path, body):
        if method == "PUT":
            self.objects[path] = body
            return "200 OK", b""
        if method == "DELETE":
            self.objects.pop(path, None)
            return "204 No Content", b""
        return ("200 OK", self.objects[path]) if path in self.objects else ("404 Not Found", error("NoSuchKey"))


class UnwellStore(PlainStore):
    """Answers 503 a number of times, or always, before it is well."""

    def __init__(self, times):
        self.left = times
        super().__init__()

    def kept(self, method, path, body):
        self.left -= 1
        if self.left >= 0:
            return "503 Slow Down", error("SlowDown", "reduce your request rate")
        return super().kept(method, path, body)


class FixedAnswer(StandIn):
    """A stand-in that gives the same answer to everything, for answers that the real store never gives."""

    def __init__(self, status, body=b"", endless=False):
        self.status = status
        self.body = body
        self.endless = endless
        super().__init__()

    def serve(self, connection):
        read_request(connection)
        length = b"" if self.endless else b"Content-Length: %d\r\n" % len(self.body)
        connection.sendall(b"HTTP/1.1 %s\r\nConnection: close\r\n%s\r\n%s" % (self.status.encode(), length, self.body))
        while self.endless:
            connection.sendall(b"x" * 65536)


class InstanceMetadata(StandIn):
    """A stand-in for a cloud's metadata service, version 2, which demands a token that it gave out before."""

    def __init__(self, access_key, secret_key):
        self.answer = json.dumps({"Code": "Success", "AccessKeyId": access_key, "SecretAccessKey": secret_key}).encode()
        super().__init__()

    def serve(self, connection):
        head = read_request(connection)
        status, body = "401 Unauthorized", b""
        if head.startswith("PUT /latest/api/token ") and "x-aws-ec2-metadata-token-ttl-seconds: 60" in head.lower():
            status, body = "200 OK", b"the-token"
        elif "x-aws-ec2-metadata-token: the-token" in head.lower():
            path = head.split()[1].removeprefix("/latest/meta-data/iam/security-credentials/")
            status, body = "200 OK", {"": b"a-role", "a-role": self.answer}[path]
        connection.sendall(f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)


def read_request(connection):
    """The head of a request; its body is read too, and dropped."""
    return read_whole_request(connection)[0]


def read_whole_request(connection):
    content = b""
    while b"\r\n\r\n" not in content:
        more = connection.recv(65536)
        if not more:
            return "", b""
        content += more
    head, _, body = content.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    while length and len(body) < int(length[1]):
        more = connection.recv(65536)
        if not more:
            break
        body += more
    return head.decode("latin-1"), body
