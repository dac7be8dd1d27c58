# SPDX-License-Identifier: ISC
"""Backups of Windows hosts in a store and with Ops Manager's settings: the Windows program under wine, the Linux program
beside it, and a real radosgw between them."""

import hashlib
import os
import pathlib
import shutil
import ssl
import struct
import subprocess
import unittest

import harness
from harness import object_stores

ACCESS_KEY, SECRET_KEY = "GENKEYTESTACCESS", "genkey-test-secret-marker-0123456789abcdef"
PASSWORD = "pass-that-nobody-sees-7f3b"
OLD_PASSWORD = "former-that-nobody-sees-91ac"
# The registry key of the certificates that the user trusts, and the property that holds one (wincrypt.h).
ROOTS = "HKCU\\Software\\Microsoft\\SystemCertificates\\Root\\Certificates"
CERTIFICATE_ITSELF = 32
LINUX_PROGRAMS = ("genkey-agent", "genkey-agent-backup")


class PlacesTest(harness.StoryTest):
    def setUp(self):
        super().setUp()
        self.identity, self.recipient = self.age_identity()
        for secret in (SECRET_KEY, PASSWORD, OLD_PASSWORD):
            self.addCleanup(self.assert_unsaid, secret.encode())

    def assert_unsaid(self, secret):
        for origin, content in self.outputs:
            self.assertNotIn(secret, content, origin)

    def linux_host(self, name):
        """As root, the backup program becomes nobody, so both programs are copied to where anybody may run them."""
        host = self.host(name)
        place = host.directory / "bin"
        place.mkdir()
        for program in LINUX_PROGRAMS:
            built = pathlib.Path(harness.PROGRAM).parent / program
            if not os.access(built, os.X_OK):
                harness.skip(f"no Linux program at {built}; scripts/windows test builds it")
            shutil.copy(built, place)
        host.program = str(place / "genkey-agent")
        return host

    def with_store(self, host, destination):
        host.configure(backup={"recipients": [self.recipient], "destinations": [destination]})
        plain = host.environment
        host.environment = lambda more=None: {**plain(more), **self.credentials()}
        return host

    @staticmethod
    def credentials():
        return {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY, "AWS_EC2_METADATA_DISABLED": "true"}


@unittest.skipUnless(object_stores.ObjectStore.is_available(), "needs build/tools/radosgw, which scripts/setup unpacks")
class Buckets(PlacesTest):
    @classmethod
    def setUpClass(cls):
        cls.store, cls.admin = object_stores.shared_by(cls, ACCESS_KEY, SECRET_KEY)
        cls.buckets = 0

    def setUp(self):
        super().setUp()
        type(self).buckets += 1
        self.bucket = f"keys-{self.buckets}"
        self.admin.must("PUT", f"/{self.bucket}")
        self.destination = f"s3://{self.bucket}/om?endpoint=http://127.0.0.1:{self.store.plain_port}"

    def test_a_bucket_is_a_destination_like_any_other(self):
        host = self.with_store(self.windows_host("om1"), self.destination)
        host.run("generate")
        (name,) = [key.removeprefix("om/") for key in self.admin.keys(self.bucket)]
        self.assertFalse(host.run_json("backup")["changed"])
        host.run("backup", "check")
        self.assertEqual([each["name"] for each in host.run_json("backup", "list")["backups"]], [name])
        host.run("backup", "drill", "-i", self.identity)
        key = host.key()
        host.key_file.unlink()
        host.run("restore", name, "-i", self.identity)
        self.assertEqual(host.key(), key)

    def test_a_copy_of_one_system_is_restored_by_the_other(self):
        makers = {"linux": self.linux_host, "windows": self.windows_host}
        for made_by, restored_by in (("linux", "windows"), ("windows", "linux")):
            with self.subTest(made_by=made_by):
                destination = self.destination.replace("/om?", f"/{made_by}?")
                maker = self.with_store(makers[made_by](f"maker-{made_by}"), destination)
                other = self.with_store(makers[restored_by](f"restorer-{restored_by}"), destination)
                maker.run("generate")
                (name,) = [key.removeprefix(f"{made_by}/") for key in self.admin.keys(self.bucket) if maker.name in key]
                self.assertIn(name, [each["name"] for each in other.run_json("backup", "list")["backups"]])
                other.run("restore", name, "-i", self.identity)
                self.assertEqual(other.key(), maker.key())
                self.assertEqual(other.fleet_id(), maker.fleet_id())

    def test_a_wrong_secret_is_told_with_what_mends_it(self):
        host = self.with_store(self.windows_host("om1"), self.destination)
        host.run("generate")
        host.environment = lambda more=None: {**os.environ, **self.credentials(), "AWS_SECRET_ACCESS_KEY": "wrong"}
        self.assertIn("AWS_SECRET_ACCESS_KEY", host.run("backup", expect=16).err)

    def secure(self, authority=None):
        ca = f"&ca={harness.WindowsHost.shown(authority)}" if authority else ""
        return f"s3://{self.bucket}/om?endpoint=https://127.0.0.1:{self.store.tls_port}{ca}"

    def test_a_store_with_a_certificate_of_its_own_is_believed_by_the_file_that_names_it(self):
        host = self.with_store(self.windows_host("om1"), self.secure(self.store.certificate))
        host.run("generate")
        self.assertEqual(len(self.admin.keys(self.bucket)), 1)

    def test_a_certificate_that_windows_knows_needs_no_file(self):
        self.make_known(self.store.certificate)
        host = self.with_store(self.windows_host("om1"), self.secure())
        host.run("generate")
        self.assertEqual(len(self.admin.keys(self.bucket)), 1)

    def make_known(self, certificate):
        """Adds it to the trusted roots until the test ends, as an administrator would."""
        content = ssl.PEM_cert_to_DER_cert(certificate.read_text(encoding="utf-8"))
        key = f"{ROOTS}\\{hashlib.sha1(content).hexdigest().upper()}"
        blob = struct.pack("<III", CERTIFICATE_ITSELF, 1, len(content)) + content
        wine = [*harness.WindowsHost.prefix, "reg"]
        self.addCleanup(subprocess.run, [*wine, "delete", key, "/f"], check=True, capture_output=True)
        subprocess.run([*wine, "add", key, "/v", "Blob", "/t", "REG_BINARY", "/d", blob.hex(), "/f"], check=True, capture_output=True)

    def test_a_certificate_that_windows_does_not_know_is_not_believed(self):
        _, other = object_stores.make_certificate(self.directory, "other")
        no_certificate = self.directory / "nothing.pem"
        no_certificate.write_text("none\n", encoding="utf-8")
        for authority, code, words in ((None, 16, "?ca=FILE"), (other, 16, "?ca=FILE"), (no_certificate, 2, "nothing.pem")):
            with self.subTest(authority=authority):
                host = self.with_store(self.windows_host(f"om-{code}-{bool(authority)}"), self.secure(authority))
                host.run("generate", expect=17)
                host.put_key(self.fresh_key())
                host.run("ensure", expect=10)
                self.assertIn(words, host.run("backup", expect=code).err)
        self.assertEqual(self.admin.keys(self.bucket), [])


class Settings(PlacesTest):
    """Where Ops Manager for Windows has its settings; `Server\\Config` is below MMSData."""

    def setUp(self):
        super().setUp()
        self.place = self.directory / "backups"
        self.om1 = self.installed("om1")

    def installed(self, name):
        host = self.windows_host(name)
        installation = host.directory / "Ops Manager" / "MMSData"
        (installation / "Server" / "Config").mkdir(parents=True)
        (installation / "Secrets").mkdir()
        host.properties = installation / "Server" / "Config" / "conf-mms.properties"
        host.properties.write_text(f"mongo.mongoUri={PASSWORD}\r\nmms.same=x\r\n", encoding="utf-8")
        plain = host.command
        host.command = lambda *words: [*plain(*words), "--install-path", harness.WindowsHost.shown(installation)]
        destination = "file://" + harness.WindowsHost.shown(self.place).replace("\\", "/")
        host.configure(backup={"recipients": [self.recipient], "destinations": [destination]})
        return host

    def state_copies(self):
        return sorted(self.place.glob("*.state.age"))

    def seal_state(self, **files):
        """An encrypted tar, as `backup` makes it."""
        folder = self.directory / "packed"
        folder.mkdir()
        for name, content in files.items():
            (folder / name).write_bytes(content.encode())
        tar = subprocess.run(["tar", "--format=ustar", "-C", folder, "-cf", "-", *files], check=True, capture_output=True).stdout
        path = self.directory / "state.age"
        path.write_bytes(subprocess.run(["age", "-r", self.recipient], input=tar, check=True, capture_output=True).stdout)
        return path

    def test_settings_go_along_and_come_back_told_by_names(self):
        self.om1.run("generate")
        (copy,) = self.state_copies()
        stored = self.om1.properties.read_bytes()
        self.om1.properties.write_text(f"mongo.mongoUri={OLD_PASSWORD}\r\nmms.same=x\r\nmms.old=1\r\n", encoding="utf-8")
        restore = ("restore", "--host-state", copy, "-i", self.identity)
        shown = self.om1.run(*restore)
        for line in ("  changes mongo.mongoUri", "  removes mms.old"):
            self.assertIn(line, shown.out.splitlines())
        self.assertNotEqual(self.om1.properties.read_bytes(), stored)
        self.om1.run(*restore, "--write")
        self.assertEqual(self.om1.properties.read_bytes(), stored)
        kept = [path for path in self.om1.state_dir.glob("displaced/conf-mms.properties.*")]
        self.assertEqual([OLD_PASSWORD in path.read_text(encoding="utf-8") for path in kept], [True])

    def test_stock_tools_open_the_tar_and_find_plain_files_of_their_owner_alone(self):
        self.om1.run("generate")
        (copy,) = self.state_copies()
        tar = subprocess.run(["age", "-d", "-i", self.identity, copy], check=True, capture_output=True).stdout
        listed = subprocess.run(["tar", "-tvf", "-"], input=tar, check=True, capture_output=True, text=False).stdout.decode()
        self.assertEqual([line.split()[0] for line in listed.splitlines()], ["-rw-------"] * 2)
        self.assertEqual([line.split()[-1] for line in listed.splitlines()], ["conf-mms.properties", "record.json"])

    def test_settings_of_a_linux_host_are_refused_whole(self):
        self.om1.run("generate")
        before = self.om1.snapshot()
        sealed = self.seal_state(**{"conf-mms.properties": "mms.new=1\n", "mms.conf": "JAVA_MMS_UI_OPTS=x\n"})
        for more in ((), ("--write",)):
            refused = self.om1.run("restore", "--host-state", sealed, "-i", self.identity, *more, expect=2)
            self.assertIn("mms.conf, which Ops Manager does not have on this system", refused.err)
        self.assertEqual(self.om1.properties.read_bytes().count(b"mms.new"), 0)
        self.assertEqual(before[str(self.om1.properties.relative_to(self.om1.directory))],
                         self.om1.snapshot()[str(self.om1.properties.relative_to(self.om1.directory))])  # fmt: skip


if __name__ == "__main__":
    harness.main()
