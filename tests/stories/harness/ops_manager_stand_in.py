# SPDX-License-Identifier: ISC
"""A stand-in for the web server of Ops Manager, which cannot be had here. It shows the paths that doctor asks and writes
an access log. What the real one logs is not known: the pattern is a setting.

As a program, in a network of its own: `ops_manager_stand_in.py SETTINGS.json`. It prints "ready" when it listens, and
reads the file again for each request, so a test can change what it does.
"""

import hashlib
import http.server
import json
import pathlib
import re
import secrets
import socketserver
import ssl
import subprocess
import sys
import threading
import time

DEFAULTS = {
    "address": "127.0.0.1",
    "port": 0,
    "log": None,  # mms0-access.log
    "pattern": "common",  # combined; path: without query and agent
    "header": "X-Forwarded-For",  # whose first address the log shows; None: that of the connection
    "log_delay": 0,  # seconds
    "health": 200,
    "certificate": None,  # a file with certificate and private key: HTTPS
    "redirect": None,  # where /user/login leads
    "login": "cookie",  # what the login page makes anew: cookie, or token in its text
    "api_key": None,  # PUBLIC:PRIVATE, of the administration API
    "api": {},  # its lists below admin/backup, by path: the entries, or a body as text
    "api_status": 200,  # of a request with the right key
    "scheme": "Digest",  # of the login that it demands
    "logins": None,  # a file that gets each Authorization header
}
REALM = "MMS Public API"
ADMIN = "/api/public/v1.0/admin/backup/"
LOG_LIMIT = 20
ASSET = "/static/assets/app.js"
LOGIN = f'<!DOCTYPE html><html><head><script src="{ASSET}?v=8"></script></head><body>Log in</body></html>'


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        settings = self.server.settings()
        path, _, _ = self.path.partition("?")
        token = secrets.token_hex(8)
        if path == "/monitor/health":
            self.answer(settings, settings["health"], "OK\n")
        elif path == "/user/login" and settings["redirect"]:
            self.answer(settings, 302, "", {"Location": settings["redirect"]})
        elif path in ("/user/login", "/account/login"):
            made = {"Set-Cookie": f"session={token}; Path=/"} if settings["login"] == "cookie" else {}
            page = LOGIN if made else LOGIN.replace("Log in", token)
            self.answer(settings, 200, page, {"Content-Type": "text/html", **made})
        elif path == ASSET:
            self.answer(settings, 200, "var app;\n", {"Cache-Control": "public, max-age=3600", "Content-Type": "text/javascript"})
        elif path == "/api/public/v1.0" or (path.startswith(ADMIN) and not self.is_logged_in(settings)):
            if settings["logins"]:
                self.server.append(settings["logins"], self.headers.get("Authorization", "none"))
            challenge = f'{settings["scheme"]} realm="{REALM}", domain="", nonce="{token}", algorithm=MD5, qop="auth", stale=false'
            self.answer(settings, 401, "{}\n", {"WWW-Authenticate": challenge, "Content-Type": "application/json"})
        elif path.startswith(ADMIN):
            self.answer_api(settings, path.removeprefix(ADMIN))
        else:
            self.answer(settings, 404, "none\n")

    def is_logged_in(self, settings):
        """HTTP digest as in RFC 7616, with MD5."""
        given = dict(re.findall(r'(\w+)="?([^",]+)"?', self.headers.get("Authorization", "").removeprefix("Digest ")))
        if not settings["api_key"] or "nonce" not in given:
            return False
        digest = lambda text: hashlib.md5(text.encode()).hexdigest()
        user, key = settings["api_key"].split(":")
        login, target = digest(f"{user}:{REALM}:{key}"), digest(f"GET:{self.path}")
        proof = digest(":".join([login, given["nonce"], given["nc"], given["cnonce"], given["qop"], target]))
        return (given["username"], given["response"]) == (user, proof)

    def answer_api(self, settings, path):
        entries = settings["api"].get(path, [])
        body = entries if isinstance(entries, str) else json.dumps({"results": entries, "totalCount": len(entries), "links": []})
        self.answer(settings, settings["api_status"], body, {"Content-Type": "application/json"})

    def answer(self, settings, status, body, headers=None):
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())
        self.write_line(settings, status, len(body))

    def write_line(self, settings, status, size):
        if not settings["log"]:
            return
        address = self.client_address[0]
        if settings["header"] and self.headers.get(settings["header"]):
            address = self.headers[settings["header"]].split(",")[0].strip()
        target = self.path.partition("?")[0] if settings["pattern"] == "path" else self.path
        line = f'{address} - - [{time.strftime("%d/%b/%Y:%H:%M:%S %z")}] "GET {target} HTTP/1.1" {status} {size}'
        if settings["pattern"] == "combined":
            line += f' "-" "{self.headers.get("User-Agent", "-")}"'
        if settings["log_delay"]:
            threading.Timer(settings["log_delay"], self.server.append, [settings["log"], line]).start()
        else:
            self.server.append(settings["log"], line)

    def log_message(self, *arguments):
        pass


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, settings):
        self.settings = settings
        self.lock = threading.Lock()
        now = settings()
        super().__init__((now["address"], now["port"]), Handler)
        if now["certificate"]:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(now["certificate"])
            self.socket = context.wrap_socket(self.socket, server_side=True)

    def append(self, log, line):
        with self.lock, open(log, "a", encoding="utf-8") as file:
            file.write(line + "\n")

    def handle_error(self, request, client_address):
        pass  # a client that went away


class OpsManager:
    """Runs the stand-in as a process of its own, in the network of `prefix`."""

    def __init__(self, test, name, prefix=(), **settings):
        self.file = test.directory / f"{name}.ops-manager.json"
        self.settings = DEFAULTS | {"log": str(test.directory / f"{name}-access.log")} | settings
        self.write()
        self.process = subprocess.Popen([*prefix, sys.executable, "-B", __file__, str(self.file)], stdout=subprocess.PIPE, text=True)
        test.addCleanup(self.close)
        words = self.process.stdout.readline().split()
        if words[:1] != ["ready"]:
            raise AssertionError(f"the stand-in of Ops Manager does not start: {words}")
        self.port = int(words[1])

    def change(self, **settings):
        self.settings |= settings
        self.write()

    def write(self):
        new = self.file.with_suffix(".new")
        new.write_text(json.dumps(self.settings), encoding="utf-8")
        new.rename(self.file)

    def lines(self, count=0):
        """Of the log, when it has at least `count`: a line is written after its answer."""
        path = pathlib.Path(self.settings["log"])
        end = time.monotonic() + LOG_LIMIT
        while True:
            lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
            if len(lines) >= count or time.monotonic() > end:
                return lines
            time.sleep(0.01)

    def close(self):
        self.process.kill()
        with self.process:
            self.process.stdout.read()


def main():
    server = Server(lambda: DEFAULTS | json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")))
    print("ready", server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
