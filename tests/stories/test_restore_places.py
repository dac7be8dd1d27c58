# SPDX-License-Identifier: ISC
"""Each tool gets the key back from each kind of destination. The tools are this program, age, a second implementation
of age, and openssl; the destinations are a directory and a bucket."""

import pathlib
import re
import shutil
import subprocess
import sys

import harness
import test_backup

PACKAGE = test_backup.SOURCE / "build" / "tools" / "node_modules" / "age-encryption" / "dist" / "index.js"
FLEET = "0123456789abcdef0123456789abcdef"


def run(*command, stdin=b""):
    return subprocess.run(list(map(str, command)), input=stdin, capture_output=True, check=True, timeout=harness.TIME_LIMIT).stdout


def second(*words, stdin=b""):
    if not PACKAGE.exists() or not shutil.which("node"):
        harness.skip("age-encryption or Node.js is not there")
    return run("node", test_backup.SOURCE / "tests" / "stories" / "harness" / "age_encryption.mjs", PACKAGE, *words, stdin=stdin)


class PlaceTest(test_backup.BucketTest):
    def setUp(self):
        super().setUp()
        self.certificate_file, self.private = self.certificate("ec", "-pkeyopt", "ec_paramgen_curve:P-256")
        self.places = {"directory": f"file://{self.store}", "bucket": self.destination}
        self.identities = {".age": self.identity, ".cms": self.private}

    def stored(self, place):
        """The copies there, fetched without this program."""
        if place == "directory":
            return {path.name: path.read_bytes() for path in self.copies()}
        keys = self.admin.keys(self.bucket)
        return {pathlib.PurePath(key).name: self.admin.must("GET", f"/{self.bucket}/{key}") for key in keys}

    def put(self, place, name, content):
        if place == "directory":
            self.store.mkdir(mode=0o700, exist_ok=True)
            (self.store / name).write_bytes(content)
        else:
            self.admin.must("PUT", f"/{self.bucket}/om/{name}", body=content)

    def address_of(self, place, name):
        """One copy, as its destination names it."""
        base, question, options = self.places[place].partition("?")
        return f"{base}/{name}{question}{options}"

    def fresh_host(self, **configuration):
        return self.host(f"fresh{len(self.hosts)}", **configuration)

    def assert_restores(self, key, *words, host=None):
        host = host or self.fresh_host()
        self.run_here("restore", *words, host=host)
        self.assertEqual(host.key(), key)
        self.assertTrue(host.run_json("status", expect=None)["key"]["recorded"])
        return host


class Made(PlaceTest):
    """Copies that this program made."""

    def setUp(self):
        super().setUp()
        self.om1.configure(backup=self.backups(
            destinations=list(self.places.values()), certificates=[str(self.certificate_file)]))
        self.run_here("generate")

    def test_each_tool_opens_the_copies_of_each_destination(self):
        tools = {
            ".age": {
                "age": lambda content: run("age", "-d", "-i", self.identity, stdin=content),
                "age-encryption": lambda content: second("decrypt", self.identity.read_text().split()[-1], stdin=content),
            },
            ".cms": {
                "openssl": lambda content: run(
                    "openssl", "cms", "-decrypt", "-binary", "-inform", "DER", "-inkey", self.private, stdin=content),
            },
        }
        for place in self.places:
            stored = self.stored(place)
            self.assertEqual(sorted(name[-4:] for name in stored), [".age", ".cms"], place)
            for name, content in stored.items():
                for tool, opens in tools[name[-4:]].items():
                    with self.subTest(place, tool=tool):
                        self.assertEqual(opens(content), self.om1.key())

    def test_restore_opens_them_however_they_are_named(self):
        for place, address in self.places.items():
            for name in self.stored(place):
                identity = self.identities[name[-4:]]
                for words in ((address,), (self.address_of(place, name),)):
                    with self.subTest(place, words=words):
                        host = self.assert_restores(self.om1.key(), *words, "-i", identity)
                        self.assertEqual(host.fleet_id(), self.om1.fleet_id())
                for words in ((), (name,)):
                    with self.subTest(place, configured=words):
                        host = self.fresh_host(backup={"destinations": [address]})
                        self.assert_restores(self.om1.key(), *words, "-i", identity, host=host)

    def test_restore_writes_them_out_for_another_machine(self):
        for place, address in self.places.items():
            for kind, identity in self.identities.items():
                with self.subTest(place, kind=kind):
                    out = self.directory / f"{place}{kind}"
                    self.key_files.add(out)
                    self.run_here("restore", address, "-i", identity, "--output", out, host=self.fresh_host())
                    self.assertEqual(out.read_bytes(), self.om1.key())

    def test_a_copy_that_is_not_there_is_told_by_its_address(self):
        for place, address in self.places.items():
            name = f"{FLEET}-g1-om1-20261122T022917Z-k1.age"
            host = self.fresh_host()
            refused = self.run_here("restore", self.address_of(place, name), "-i", self.identity, host=host, expect=1)
            self.assertIn(f"{name} at {address}", refused.err)
            self.assertFalse(host.key_file.exists())


class Brought(PlaceTest):
    """Files that other tools made, brought in under a copy's name."""

    def test_restore_opens_what_each_tool_made(self):
        encrypt = ("openssl", "cms", "-encrypt", "-binary", "-aes-256-gcm", "-outform", "DER", "-recip", self.certificate_file,
                   "-keyopt", "ecdh_kdf_md:sha256")
        tools = {
            "age": (".age", lambda key: run("age", "-r", self.recipient, stdin=key)),
            "age-encryption": (".age", lambda key: second("encrypt", self.recipient, stdin=key)),
            "openssl": (".cms", lambda key: run(*encrypt, stdin=key)),
        }
        for number, (tool, (kind, seals)) in enumerate(tools.items()):
            for place, address in self.places.items():
                with self.subTest(tool, place=place):
                    key, fleet = self.fresh_key(), f"{number:032x}"
                    name = f"{fleet}-g1-om1-20261122T022917Z-k1{kind}"
                    self.put(place, name, seals(key))
                    host = self.assert_restores(key, self.address_of(place, name), "-i", self.identities[kind])
                    self.assertEqual(host.fleet_id(), fleet)
                    host.key_file.unlink()
                    self.assert_restores(key, address, "-i", self.identities[kind], host=host)


class Locked(PlaceTest):
    """A bucket in governance mode: removing an object takes an explicit request, which this program never makes."""

    def test_prune_says_that_a_lock_keeps_the_copies_and_they_still_open(self):
        bucket = f"{self.bucket}-locked"
        self.admin.must("PUT", f"/{bucket}", headers={"x-amz-bucket-object-lock-enabled": "true"})
        self.admin.must("PUT", f"/{bucket}/", {"object-lock": ""}, body=(
            b"<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention>"
            b"<Mode>GOVERNANCE</Mode><Days>1</Days></DefaultRetention></Rule></ObjectLockConfiguration>"))
        self.om1.configure(backup=self.backups(destinations=[self.destination.replace(self.bucket, bucket)]))
        self.run_here("generate")
        (old,) = self.admin.keys(bucket)
        _, recipient = self.new_identity("other.txt")
        self.run_here("backup", "-r", recipient)
        pruned = self.run_here("backup", "prune", "--keep", "1", "--json").json
        self.assertEqual([each["result"] for each in pruned["backups"]], ["former-version-stays"])
        self.assertNotIn(old, self.admin.keys(bucket))
        listed = self.admin.must("GET", f"/{bucket}/", {"versions": ""}).decode()
        (former,) = [each for each in re.findall(r"<Version>.*?</Version>", listed, re.DOTALL) if f"<Key>{old}<" in each]
        version = re.search(r"<VersionId>([^<]+)<", former)[1]
        copy = self.directory / "copy"
        copy.write_bytes(self.admin.must("GET", f"/{bucket}/{old}", {"versionId": version}))
        self.assertEqual(self.restored(copy), self.om1.key())
        remove = ("DELETE", f"/{bucket}/{old}", {"versionId": version})
        self.assertEqual(self.admin.request(*remove)[0], 403)
        self.admin.must(*remove, headers={"x-amz-bypass-governance-retention": "true"})


if __name__ == "__main__":
    absent = [program for program in ("age", "age-keygen", "openssl") if not shutil.which(program)]
    if absent:
        print(f"left out: {', '.join(absent)} not there: run scripts/setup")
        sys.exit(harness.SKIPPED)
    harness.main()
