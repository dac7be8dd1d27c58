# SPDX-License-Identifier: ISC
"""A real S3 store for tests: Ceph's radosgw with one monitor and one storage daemon, in memory, on loopback.

scripts/setup unpacks the programs into build/tools/radosgw and does not install them, so none of their services starts
by itself. A store takes about ten seconds to come up, and ends with the test.
"""

import contextlib
import hashlib
import hmac
import http.client
import json
import os
import pathlib
import re
import select
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.parse
import uuid

from .commands import SOURCE

TOOLS = SOURCE / "build" / "tools" / "radosgw"
START_LIMIT = 120
MEMORY = 256 << 20

CONFIGURATION = """
[global]
fsid = {fsid}
mon host = v2:127.0.0.1:{monitor}/0
mon initial members = a
public addr = 127.0.0.1
cluster addr = 127.0.0.1
run dir = {directory}
admin socket = {directory}/$name.$pid.asok
pid file = {directory}/$name.pid
log file = {directory}/$name.log
mon cluster log file = {directory}/cluster.log
keyring = {directory}/keyring
mon data = {directory}/mon
osd data = {directory}/osd
osd objectstore = memstore
memstore device bytes = {memory}
erasure code dir = {libraries}/ceph/erasure-code
osd class dir = {libraries}/rados-classes
plugin dir = {libraries}/ceph
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
mon allow pool size one = true
osd crush chooseleaf type = 0
mon max pg per osd = 2000
mon data avail warn = 1
mon data avail crit = 1
auth allow insecure global id reclaim = false
rgw bucket quota ttl = 0
rgw user quota bucket sync interval = 0
rgw frontends = beast endpoint=127.0.0.1:{plain} ssl_endpoint=127.0.0.1:{tls} ssl_certificate={certificate} ssl_private_key={key}
"""


def free_ports(count):
    """Ports that are free at the moment: Ceph cannot take over a socket."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def make_certificate(directory, name, *options):
    """A key and a self-signed certificate."""
    key, certificate = directory / f"{name}.key", directory / f"{name}.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", f"/CN={name}", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", *options,
         "-keyout", str(key), "-out", str(certificate)],
        check=True,
        capture_output=True,
    )
    return key, certificate


def shared_by(tests, access_key, secret_key):
    """A store that ends with the class of tests, and a client for the user with that key."""
    store = ObjectStore()
    tests.addClassCleanup(store.close)
    store.add_user("fleet", access_key, secret_key)
    return store, Client(store.plain_port, access_key, secret_key)


class ObjectStore:
    """Starts with the constructor, ends with close()."""

    def __init__(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="genkey-agent-store-"))
        self.directory.chmod(0o755)  # the backup program runs as nobody and reads the certificate
        self.processes = []
        try:
            self.start()
        except BaseException:
            self.close()
            raise

    @staticmethod
    def is_available():
        return (TOOLS / "usr/bin/radosgw").exists()

    def start(self):
        monitor, self.plain_port, self.tls_port = free_ports(3)
        key, self.certificate = make_certificate(self.directory, "store")
        fsid = str(uuid.uuid4())
        self.libraries = TOOLS / "usr/lib/x86_64-linux-gnu"
        (self.directory / "ceph.conf").write_text(
            CONFIGURATION.format(
                fsid=fsid, monitor=monitor, directory=self.directory, libraries=self.libraries, memory=MEMORY,
                plain=self.plain_port, tls=self.tls_port, certificate=self.certificate, key=key,
            ),
            encoding="utf-8",
        )
        self.make_keys()
        self.start_monitor(fsid, monitor)
        self.start_storage()
        self.spawn("radosgw", "-f", "-n", "client.admin")
        self.await_gateway()

    def make_keys(self):
        keyring = str(self.directory / "keyring")
        self.run("ceph-authtool", "--create-keyring", keyring, "--gen-key", "-n", "mon.", "--cap", "mon", "allow *")
        self.run("ceph-authtool", keyring, "--gen-key", "-n", "client.admin", "--cap", "mon", "allow *", "--cap", "osd", "allow *")

    def start_monitor(self, fsid, port):
        (self.directory / "mon").mkdir()
        map_file = str(self.directory / "monmap")
        self.run("monmaptool", "--create", "--fsid", fsid, "--addv", "a", f"[v2:127.0.0.1:{port}]", map_file)
        keyring = str(self.directory / "keyring")
        self.run("ceph-mon", "--mkfs", "-i", "a", "--monmap", map_file, "--keyring", keyring)
        self.spawn("ceph-mon", "-f", "-i", "a")

    def start_storage(self):
        (self.directory / "osd").mkdir()
        identity, keyring = str(uuid.uuid4()), self.directory / "osd.keyring"
        self.run("ceph-authtool", "--create-keyring", str(keyring), "--gen-key", "-n", "osd.0")
        secret = re.search(r"key = (\S+)", keyring.read_text(encoding="utf-8"))[1]
        request = self.directory / "osd.json"
        request.write_text(json.dumps({"cephx_secret": secret}), encoding="utf-8")
        self.run("ceph", "osd", "new", identity, "-i", str(request))
        with open(self.directory / "keyring", "a", encoding="utf-8") as all_keys:
            all_keys.write(keyring.read_text(encoding="utf-8"))
        self.run("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", identity)
        self.spawn("ceph-osd", "-f", "-i", "0")

    def environment(self):
        paths = (self.libraries, self.libraries / "ceph", TOOLS / "lib/x86_64-linux-gnu", TOOLS / "usr/lib")
        return {
            **os.environ,
            "CEPH_CONF": str(self.directory / "ceph.conf"),
            "LD_LIBRARY_PATH": ":".join(map(str, paths)),
            "PYTHONPATH": str(TOOLS / "usr/lib/python3/dist-packages"),
        }

    def command(self, name, arguments):
        configuration = () if name in ("ceph-authtool", "monmaptool") else ("-c", str(self.directory / "ceph.conf"))
        return [str(TOOLS / "usr/bin" / name), *arguments, *configuration]

    def run(self, name, *arguments):
        done = subprocess.run(
            self.command(name, arguments), env=self.environment(), capture_output=True, text=True,
            timeout=START_LIMIT, check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{name} {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout

    def spawn(self, name, *arguments):
        with open(self.directory / f"{name}.out", "wb") as log:
            self.processes.append(
                subprocess.Popen(self.command(name, arguments), env=self.environment(), stdout=log, stderr=log)
            )

    def await_gateway(self):
        deadline = time.monotonic() + START_LIMIT
        while time.monotonic() < deadline:
            if any(process.poll() is not None for process in self.processes):
                break
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection("127.0.0.1", self.plain_port, timeout=5)
                with contextlib.closing(connection):
                    connection.request("GET", "/")
                    if connection.getresponse().status == 200:
                        return
            select.select([], [], [], 0.1)
        logs = "".join(path.read_text(errors="replace")[-2000:] for path in self.directory.glob("*.out"))
        raise RuntimeError(f"the store did not come up\n{logs}")

    def add_user(self, name, access_key, secret_key):
        self.run("radosgw-admin", "user", "create", f"--uid={name}", f"--display-name={name}",
                 f"--access-key={access_key}", f"--secret-key={secret_key}")

    def set_quota(self, name, objects):
        self.run("radosgw-admin", "quota", "set", "--quota-scope=user", f"--uid={name}", f"--max-objects={objects}")
        self.run("radosgw-admin", "quota", "enable", "--quota-scope=user", f"--uid={name}")

    def close(self):
        for process in reversed(self.processes):
            process.kill()
            process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)


class Client:
    """A small S3 client for preparing buckets: a second implementation of the signature, from the same reference."""

    def __init__(self, port, access_key, secret_key, region="us-east-1"):
        self.port = port
        self.access_key = access_key
        self.secret_key = secret_key
        self.region = region

    def request(self, method, path, query=None, body=b"", headers=None):
        moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        host = f"127.0.0.1:{self.port}"
        signed = {
            "host": host, "x-amz-date": moment, "x-amz-content-sha256": hashlib.sha256(body).hexdigest(), **(headers or {}),
        }
        pairs = sorted((query or {}).items())
        encoded = "&".join(f"{urllib.parse.quote(k, safe='')}={urllib.parse.quote(v, safe='')}" for k, v in pairs)
        names = ";".join(sorted(signed))
        lines = "".join(f"{name}:{signed[name]}\n" for name in sorted(signed))
        canonical = "\n".join((method, path, encoded, lines, names, signed["x-amz-content-sha256"]))
        scope = f"{moment[:8]}/{self.region}/s3/aws4_request"
        to_sign = "\n".join(("AWS4-HMAC-SHA256", moment, scope, hashlib.sha256(canonical.encode()).hexdigest()))
        key = f"AWS4{self.secret_key}".encode()
        for part in scope.split("/"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
        signed["authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={self.access_key}/{scope},SignedHeaders={names},Signature={signature}"
        )
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(connection):
            connection.request(method, path + (f"?{encoded}" if encoded else ""), body=body, headers=signed)
            reply = connection.getresponse()
            return reply.status, reply.read(), dict(reply.getheaders())

    def must(self, method, path, query=None, body=b"", headers=None):
        status, content, _ = self.request(method, path, query, body, headers)
        if status not in (200, 204):
            raise AssertionError(f"{method} {path}: {status} {content.decode(errors='replace')}")
        return content

    def keys(self, bucket):
        return re.findall(r"<Key>([^<]*)</Key>", self.must("GET", f"/{bucket}/", {"list-type": "2"}).decode())

    def uploads(self, bucket):
        return re.findall(r"<UploadId>", self.must("GET", f"/{bucket}/", {"uploads": ""}).decode())
