# SPDX-License-Identifier: ISC
"""Backups in stores: directories, and S3 by a real radosgw. Every fault ends in a clear error and leaves no partial copy.

A stand-in gives the answers that the real store here never gives; the names of those tests say so.
"""

import os
import pathlib
import re
import shutil
import stat
import subprocess
import unittest
import urllib.parse

import harness
from harness import clocks, faults, object_stores, processes, store_stand_ins

DRIVER = os.environ.get("GENKEY_BACKUP_STORE", "backup-store")
PROGRAM = os.environ.get("GENKEY_BACKUP_PROGRAM", "genkey-agent-backup")
FLEET = "ab" * 16
ACCESS_KEY, SECRET_KEY = "GENKEYTESTACCESS", "genkey-test-secret-marker-0123456789abcdef"
COPY = b"age-encryption.org/v1\n" + bytes(range(256)) * 16
TIME_LIMIT = 120


def name_of(host="om1", minute=0):
    return f"{FLEET}-g1-{host}-20261122T02{minute:02}17Z-k1.age"


class Stores(harness.StoryTest):
    def setUp(self):
        super().setUp()
        self.addCleanup(self.search_for_secrets)
        self.watch(SECRET_KEY.encode())
        # Run as root, the backup program drops to the account nobody.
        self.program = self.directory / "genkey-agent-backup"
        shutil.copy(PROGRAM, self.program)
        self.home = self.directory / "home"
        self.home.mkdir()

    def search_for_secrets(self):
        for origin, content in self.outputs:
            self.assertNotIn(SECRET_KEY.encode(), content, origin)

    def command(self, act, destination, name=None, patience=60):
        return [DRIVER, str(self.program), str(patience), act, destination, *([name] if name else [])]

    def environment(self, credentials=True, **more):
        plain = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        keys = {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY} if credentials else {}
        return {**plain, "AWS_EC2_METADATA_DISABLED": "true", "LC_ALL": "C.UTF-8", **keys, **more}

    def act(self, act, destination, name=None, content=b"", expect=0, patience=60, before=(), **environment):
        command = [*before, *self.command(act, destination, name, patience)]
        done = subprocess.run(
            command, input=content, capture_output=True, timeout=TIME_LIMIT, env=self.environment(**environment),
            check=False,
        )
        outcome = harness.Outcome(command, done.returncode, done.stdout, done.stderr)
        self.collect_output(f"{act} {destination}", done.stderr + (b"" if act == "get" else done.stdout))
        if expect is not None:
            self.assertEqual(outcome.code, expect, outcome)
        return outcome

    def assert_told(self, outcome, kind, *words):
        self.assertTrue(outcome.err.startswith(f"{kind}: "), outcome)
        for word in words:
            self.assertIn(word, outcome.err)


class Directories(Stores):
    def setUp(self):
        super().setUp()
        self.place = self.directory / "backups"
        self.destination = f"file://{self.place}"

    def test_a_copy_goes_through_put_list_get_and_remove(self):
        self.act("put", self.destination, name_of(), COPY)
        self.assertEqual(self.act("get", self.destination, name_of()).stdout, COPY)
        self.assertRegex(self.act("list", self.destination).line, rf"^{re.escape(name_of())} {len(COPY)} \S+Z$")
        facts = (self.place / name_of()).stat()
        self.assertEqual(stat.S_IMODE(facts.st_mode), 0o600)
        self.assertEqual(self.act("remove", self.destination, name_of()).line, "gone")
        self.assertEqual(os.listdir(self.place), [])

    def test_another_copy_is_never_overwritten(self):
        self.act("put", self.destination, name_of(), COPY)
        self.act("put", self.destination, name_of(), COPY)
        self.assert_told(self.act("put", self.destination, name_of(), b"other", expect=17), "exists", name_of())
        self.assertEqual((self.place / name_of()).read_bytes(), COPY)

    def test_a_put_that_is_killed_at_any_system_call_leaves_the_copy_whole_or_not_there(self):
        harness.need_no_sanitizer("its runtime makes system calls of its own")
        for call in ("openat", "write", "fchmod", "fsync", "linkat", "close"):
            for number in range(1, 60):
                shutil.rmtree(self.place, ignore_errors=True)
                inject = f"{call}:signal=KILL:when={number}"
                outcome = self.act(
                    "put", self.destination, name_of(), COPY, expect=None,
                    before=(*faults.STRACE, "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={inject}"),
                )
                self.assert_whole_or_absent()
                if outcome.code == 0:
                    break
            self.assertEqual(outcome.code, 0, f"{call} never ran out")
            self.assertGreater(number, 1, f"{call} was never met")

    def test_a_disk_that_fills_up_at_any_system_call_is_told_and_leaves_no_part(self):
        harness.need_no_sanitizer("its runtime makes system calls of its own")
        for call in ("write", "fsync", "linkat", "mkdirat"):
            failures = 0
            for number in range(1, 60):
                shutil.rmtree(self.place, ignore_errors=True)
                outcome = self.act(
                    "put", self.destination, name_of(), COPY, expect=None,
                    before=(*faults.STRACE, "-qq", "-o", "/dev/null", "-e", f"trace={call}",
                            "-e", f"inject={call}:error=ENOSPC:when={number}"),
                )
                self.assert_whole_or_absent()
                if outcome.code == 0:
                    break
                failures += 1
                self.assertIn("No space left on device", outcome.err)
            self.assertGreater(failures, 0, call)

    def assert_whole_or_absent(self):
        for path in self.place.glob("*") if self.place.exists() else ():
            self.assertEqual(path.name, name_of())
            self.assertEqual(path.read_bytes(), COPY)

    def test_a_full_file_system_is_told_by_name_and_keeps_no_part(self):
        harness.need_root()
        self.place.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(self.place)], check=True)
        self.addCleanup(subprocess.run, ["umount", str(self.place)], check=True)
        outcome = self.act("put", self.destination, name_of(), os.urandom(100_000), expect=1)
        self.assertIn("No space left on device", outcome.err)
        self.assertEqual(os.listdir(self.place), [])


    def test_nothing_is_stored_under_a_network_mount_that_fstab_has_and_that_is_gone(self):
        harness.need_root()
        fstab = self.directory / "fstab"
        fstab.write_text(f"nas:/export {self.directory} nfs4 defaults 0 0\n")
        # In a mount namespace of its own, in which this file is mounted as /etc/fstab.
        there = pathlib.Path("/etc/fstab")
        if not there.exists():
            harness.skip("needs an /etc/fstab to stand in for")
        script = f"mount --bind {fstab} /etc/fstab && exec \"$@\""
        outcome = self.act("put", self.destination, name_of(), COPY, expect=13,
                           before=("unshare", "--mount", "sh", "-c", script, "sh"))
        self.assert_told(outcome, "mount-absent", str(self.directory), "mount it")
        self.assertFalse(self.place.exists())


class OtherAnswers(Stores):
    """Stand-ins answer what is no answer of a store, or of one that cannot do what a backup needs."""

    PAGE = b"<!DOCTYPE html><html><body>Sign in to the guest network</body></html>"
    ACTS = ("put", "get", "list", "remove")

    def answering(self, listener):
        self.addCleanup(listener.close)
        return f"s3://keys/om?endpoint=http://127.0.0.1:{listener.port}"

    def act_at(self, act, destination, **options):
        name = () if act == "list" else (name_of(),)
        return self.act(act, destination, *name, content=COPY if act == "put" else b"", **options)

    def assert_no_store(self, outcome):
        self.assert_told(outcome, "no-store", "endpoint", "proxy")
        for word in ("AWS", "credentials", "stored ", "gone"):
            self.assertNotIn(word, outcome.err + outcome.out)

    def test_a_page_of_a_proxy_is_neither_a_stored_copy_nor_a_matter_of_credentials(self):
        for status in ("200 OK", "403 Forbidden", "404 Not Found", "302 Found", "407 Proxy Authentication Required"):
            place = self.answering(store_stand_ins.FixedAnswer(status, self.PAGE))
            for act in self.ACTS:
                with self.subTest(act, status=status):
                    self.assert_no_store(self.act_at(act, place, expect=1))

    def test_a_refusal_without_the_words_of_a_store_is_no_refusal_of_a_store(self):
        for status in ("400 Bad Request", "403 Forbidden", "404 Not Found"):
            place = self.answering(store_stand_ins.FixedAnswer(status, b"blocked by policy"))
            for act in self.ACTS:
                with self.subTest(act, status=status):
                    self.assert_no_store(self.act_at(act, place, expect=1))

    def test_a_store_that_cannot_put_conditionally_is_told_as_that(self):
        for status, body in (
            ("501 Not Implemented", store_stand_ins.error("NotImplemented", "A header implies functionality that is not implemented")),
            ("501 Not Implemented", b""),
            ("400 Bad Request", store_stand_ins.error("NotImplemented")),
        ):
            with self.subTest(status, body=body):
                outcome = self.act_at("put", self.answering(store_stand_ins.FixedAnswer(status, body)), expect=16)
                self.assert_told(outcome, "store-unfit", "nothing was stored", "If-None-Match", "directory")
                self.assertNotIn("AWS", outcome.err)

    def test_a_put_counts_as_stored_only_when_the_copy_is_there(self):
        store = store_stand_ins.PlainStore()
        self.act_at("put", self.answering(store))
        self.assertEqual(store.seen, ["PUT", "GET"])
        for held, expect, kind, *words in (
            (("200 OK", b""), 1, "no-store", "not stored"),
            (("404 Not Found", store_stand_ins.error("NoSuchKey")), 1, "no-store", "not stored"),
            (("403 Forbidden", store_stand_ins.error("AccessDenied")), 16, "store-refuses", "whether", "is unknown", "reading a copy"),
        ):
            with self.subTest(kind):
                place = self.answering(store_stand_ins.PlainStore(PUT=("200 OK", b""), GET=held))
                outcome = self.act_at("put", place, expect=expect)
                self.assertTrue(outcome.err.startswith(f"{kind}: "), outcome)
                for word in words:
                    self.assertIn(word, outcome.err)

    def test_a_removal_counts_only_when_the_copy_is_gone(self):
        self.assertEqual(self.act_at("remove", self.answering(store_stand_ins.PlainStore(DELETE=("200 OK", b"")))).line, "gone")
        still_there = store_stand_ins.PlainStore(DELETE=("200 OK", b""), GET=("200 OK", COPY))
        outcome = self.act_at("remove", self.answering(still_there), expect=1)
        self.assert_told(outcome, "no-store", "whether", "is unknown")


@unittest.skipUnless(object_stores.ObjectStore.is_available(), "needs build/tools/radosgw, which scripts/setup unpacks")
class Buckets(Stores):
    @classmethod
    def setUpClass(cls):
        cls.store, cls.admin = object_stores.shared_by(cls, ACCESS_KEY, SECRET_KEY)
        cls.buckets = 0

    def bucket(self, **headers):
        type(self).buckets += 1
        name = f"keys-{self.buckets}"
        self.admin.must("PUT", f"/{name}", headers=headers)
        return name

    def destination(self, bucket, port=None, prefix="om", scheme="http"):
        """The same store at another port: through a proxy, or a stand-in."""
        return f"s3://{bucket}/{prefix}?endpoint={scheme}://127.0.0.1:{port or self.store.plain_port}"

    def listening(self, listener):
        self.addCleanup(listener.close)
        return listener

    def test_a_copy_goes_through_put_list_get_and_remove(self):
        bucket = self.bucket()
        place = self.destination(bucket)
        self.act("put", place, name_of(), COPY)
        self.assertEqual(self.admin.keys(bucket), [f"om/{name_of()}"])
        self.assertEqual(self.act("get", place, name_of()).stdout, COPY)
        self.assertRegex(self.act("list", place).line, rf"^{re.escape(name_of())} {len(COPY)} \S+Z$")
        self.assertEqual(self.act("remove", place, name_of()).line, "gone")
        self.assertEqual(self.act("list", place).out, "")
        self.assert_told(self.act("get", place, name_of(), expect=1), "not-found", name_of())

    def test_copies_are_the_same_without_a_prefix_and_other_objects_are_not_listed(self):
        bucket = self.bucket()
        place = f"s3://{bucket}?endpoint=http://127.0.0.1:{self.store.plain_port}"
        self.act("put", place, name_of(), COPY)
        for key in ("notes.txt", f"deeper/{name_of('om2')}", "a&b<c>"):
            self.admin.must("PUT", f"/{bucket}/{urllib.parse.quote(key)}", body=b"x")
        self.assertEqual(self.act("list", place).line.split()[0], name_of())

    def test_a_listing_of_more_than_one_page_is_whole(self):
        bucket = self.bucket()
        names = [f"{FLEET}-g1-om1-2026{1 + day // 28:02}{1 + day % 28:02}T0229{second:02}Z-k1.age"
                 for day in range(42) for second in range(25)]
        for name in names:
            self.admin.must("PUT", f"/{bucket}/om/{name}", body=b"x")
        listed = [line.split()[0] for line in self.act("list", self.destination(bucket)).out.splitlines()]
        self.assertEqual(listed, sorted(names))

    def test_another_copy_is_never_overwritten(self):
        place = self.destination(self.bucket())
        self.act("put", place, name_of(), COPY)
        self.act("put", place, name_of(), COPY)  # the reply to an earlier attempt may have been lost
        self.assert_told(self.act("put", place, name_of(), b"other", expect=17), "exists", name_of())
        self.assertEqual(self.act("get", place, name_of()).stdout, COPY)

    def test_a_wrong_secret_and_an_unknown_access_key_are_told_and_store_nothing(self):
        bucket = self.bucket()
        place = self.destination(bucket)
        wrong = self.act("put", place, name_of(), COPY, expect=16, AWS_SECRET_ACCESS_KEY="wrong")
        self.assert_told(wrong, "store-refuses", "secret key", "AWS_SECRET_ACCESS_KEY")
        unknown = self.act("put", place, name_of(), COPY, expect=16, AWS_ACCESS_KEY_ID="UNKNOWN")
        self.assert_told(unknown, "store-refuses", "does not know the access key")
        self.assertEqual(self.admin.keys(bucket), [])

    def test_a_bucket_of_somebody_else_and_one_that_is_not_there_are_told_apart(self):
        bucket = self.bucket()
        self.store.add_user("stranger", "STRANGER", "stranger-secret")
        other = self.act("put", self.destination(bucket), name_of(), COPY, expect=16,
                         AWS_ACCESS_KEY_ID="STRANGER", AWS_SECRET_ACCESS_KEY="stranger-secret")
        self.assert_told(other, "store-refuses", "do not allow storing a copy")
        missing = self.act("put", self.destination("no-such-bucket"), name_of(), COPY, expect=2)
        self.assert_told(missing, "configuration", "there is no bucket")

    def test_a_clock_that_is_wrong_is_told_as_that_with_the_difference(self):
        bucket = self.bucket()
        for shift, word in (("-2h", "behind"), ("+2h", "ahead of")):
            outcome = self.act("put", self.destination(bucket), name_of(), COPY, expect=16, before=clocks.prefix_for(shift))
            self.assert_told(outcome, "store-clock", f"seconds {word}", "clock")
        self.assertEqual(self.admin.keys(bucket), [])

    def test_a_connection_lost_in_the_middle_of_the_upload_is_tried_again(self):
        bucket = self.bucket()
        proxy = self.listening(store_stand_ins.CuttingProxy(self.store.plain_port, ["up", "up"]))
        self.act("put", self.destination(bucket, proxy.port), name_of(), COPY)
        self.assertEqual(proxy.seen, 4)  # two that are cut, the copy, and a look at it
        self.assertEqual(self.act("get", self.destination(bucket), name_of()).stdout, COPY)

    def test_a_connection_that_is_always_lost_is_told_within_the_patience_and_leaves_no_half_copy(self):
        bucket = self.bucket()
        proxy = self.listening(store_stand_ins.CuttingProxy(self.store.plain_port, ["up"] * 1000))
        outcome = self.act("put", self.destination(bucket, proxy.port), name_of(), COPY, expect=1, patience=3)
        self.assert_told(outcome, "store-silent", f"http://127.0.0.1:{proxy.port}")
        self.assertGreater(proxy.seen, 1)
        self.assertLess(proxy.seen, 12)
        self.assertEqual(self.admin.keys(bucket), [])
        self.assertEqual(self.admin.uploads(bucket), [])

    def test_a_copy_whose_reply_was_lost_is_recognised_at_the_next_try(self):
        bucket = self.bucket()
        proxy = self.listening(store_stand_ins.CuttingProxy(self.store.plain_port, ["reply"]))
        self.act("put", self.destination(bucket, proxy.port), name_of(), COPY)
        self.assertEqual(proxy.seen, 3)  # the reply is lost, the second write refused, the object compared
        self.assertEqual(self.act("get", self.destination(bucket), name_of()).stdout, COPY)

    def test_a_store_that_is_unwell_is_tried_again_and_one_that_stays_so_is_told(self):
        """A stand-in answers 503."""
        well_again = self.listening(store_stand_ins.UnwellStore(2))
        self.act("put", self.destination("keys", well_again.port), name_of(), COPY)
        self.assertEqual(well_again.seen, ["PUT", "PUT", "PUT", "GET"])  # two refusals, the copy, a look at it
        for_ever = self.listening(store_stand_ins.UnwellStore(1_000_000))
        outcome = self.act("put", self.destination("keys", for_ever.port), name_of(), COPY, expect=1, patience=3)
        self.assert_told(outcome, "store-silent", "503 SlowDown", "reduce your request rate")

    def test_nobody_at_the_endpoint_is_told_by_its_address(self):
        port, = object_stores.free_ports(1)
        outcome = self.act("list", self.destination("keys", port), expect=1, patience=1)
        self.assert_told(outcome, "store-silent", f"http://127.0.0.1:{port}", "onnect")

    def test_a_store_that_is_full_is_told_and_stores_no_part(self):
        self.store.add_user("small", "SMALLACCESS", "small-secret")
        keys = {"AWS_ACCESS_KEY_ID": "SMALLACCESS", "AWS_SECRET_ACCESS_KEY": "small-secret"}
        owner = object_stores.Client(self.store.plain_port, "SMALLACCESS", "small-secret")
        owner.must("PUT", "/small-keys")
        self.act("put", self.destination("small-keys"), name_of(), COPY, **keys)
        self.store.set_quota("small", 1)
        outcome = self.act("put", self.destination("small-keys"), name_of(minute=1), COPY, expect=1, **keys)
        self.assert_told(outcome, "store-full", "full", "make room")
        self.assertEqual(owner.keys("small-keys"), [f"om/{name_of()}"])

    def test_removing_from_a_bucket_that_keeps_versions_is_told_as_that(self):
        bucket = self.bucket()
        self.admin.must("PUT", f"/{bucket}/", {"versioning": ""}, body=(
            b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"))
        place = self.destination(bucket)
        self.act("put", place, name_of(), COPY)
        self.assertEqual(self.act("remove", place, name_of()).line, "former version stays")
        self.assertEqual(self.act("list", place).out, "")
        self.assertIn(b"<Version>", self.admin.must("GET", f"/{bucket}/", {"versions": ""}))

    def test_a_bucket_with_an_object_lock_takes_copies_and_keeps_what_is_removed(self):
        bucket = self.bucket(**{"x-amz-bucket-object-lock-enabled": "true"})
        self.admin.must("PUT", f"/{bucket}/", {"object-lock": ""}, body=(
            b"<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention>"
            b"<Mode>COMPLIANCE</Mode><Days>1</Days></DefaultRetention></Rule></ObjectLockConfiguration>"))
        place = self.destination(bucket)
        self.act("put", place, name_of(), COPY)
        self.assertEqual(self.act("remove", place, name_of()).line, "former version stays")
        version = re.search(rb"<Version>.*?<VersionId>([^<]+)<", self.admin.must("GET", f"/{bucket}/", {"versions": ""}), re.S)[1]
        status, _, _ = self.admin.request("DELETE", f"/{bucket}/om/{name_of()}", {"versionId": version.decode()})
        self.assertEqual(status, 403)

    def test_a_lock_that_refuses_the_removal_is_told_as_that(self):
        """A stand-in answers like a store that has no hidden versions."""
        store = self.listening(store_stand_ins.FixedAnswer("403 Forbidden", (
            b"<Error><Code>AccessDenied</Code><Message>Object is WORM protected and cannot be overwritten</Message></Error>")))
        outcome = self.act("remove", self.destination("keys", store.port), name_of(), expect=16)
        self.assert_told(outcome, "store-locked", name_of(), "WORM protected", "wait until the lock expires")

    def test_a_store_that_says_too_much_or_nonsense_is_told(self):
        """Stand-ins: an endless reply, and no listing."""
        endless = self.listening(store_stand_ins.FixedAnswer("200 OK", endless=True))
        self.assertEqual(self.act("list", self.destination("keys", endless.port), expect=1).err.split(":")[0], "io")
        nonsense = self.listening(store_stand_ins.FixedAnswer("200 OK", b"<List>\x1b[2J</List>"))
        outcome = self.act("list", self.destination("keys", nonsense.port), expect=1)
        self.assertIn("makes no sense", outcome.err)
        self.assertNotIn("\x1b", outcome.err)

    def test_a_bucket_in_another_region_is_told_with_the_region(self):
        """A stand-in answers as Amazon does."""
        store = self.listening(store_stand_ins.FixedAnswer("400 Bad Request", (
            b"<Error><Code>AuthorizationHeaderMalformed</Code><Message>wrong</Message><Region>eu-west-1</Region></Error>")))
        outcome = self.act("list", self.destination("keys", store.port), expect=2)
        self.assert_told(outcome, "configuration", "region=eu-west-1")

    def test_tls_is_verified_with_the_ca_that_the_destination_names(self):
        bucket = self.bucket()
        place = self.destination(bucket, self.store.tls_port, scheme="https")
        self.assert_told(self.act("put", place, name_of(), COPY, expect=16), "store-untrusted", "certificate", "?ca=FILE")
        _, other = object_stores.make_certificate(self.directory, "other")
        self.act("put", f"{place}&ca={other}", name_of(), COPY, expect=16)
        self.assertEqual(self.admin.keys(bucket), [])
        self.act("put", f"{place}&ca={self.store.certificate}", name_of(), COPY)
        self.assertEqual(self.admin.keys(bucket), [f"om/{name_of()}"])
        missing = self.act("list", f"{place}&ca={self.directory}/none.pem", expect=2)
        self.assert_told(missing, "configuration", "none.pem")

    def test_credentials_come_from_the_shared_file_by_profile(self):
        place = self.destination(self.bucket())
        file = self.home / "credentials"
        file.write_text(f"[backup]\naws_access_key_id = {ACCESS_KEY}\naws_secret_access_key = {SECRET_KEY}\n")
        file.chmod(0o600)
        named = {"credentials": False, "AWS_SHARED_CREDENTIALS_FILE": str(file)}
        self.key_files.add(file)
        self.act("put", f"{place}&profile=backup", name_of(), COPY, **named)
        self.act("list", place, AWS_PROFILE="backup", **named)
        self.assert_told(self.act("list", place, expect=16, **named), "store-refuses", "no credentials")

    def test_credentials_come_from_an_instance_profile(self):
        """A stand-in for the cloud's metadata service, which wants a token."""
        metadata = self.listening(store_stand_ins.InstanceMetadata(ACCESS_KEY, SECRET_KEY))
        self.act("list", self.destination(self.bucket()), credentials=False, AWS_EC2_METADATA_DISABLED="false",
                 AWS_SHARED_CREDENTIALS_FILE=str(self.empty_file()),
                 AWS_EC2_METADATA_SERVICE_ENDPOINT=f"http://127.0.0.1:{metadata.port}/")

    def empty_file(self):
        path = self.home / "empty"
        path.touch(mode=0o600)
        return path

    def test_the_program_is_not_root_and_has_the_secret_in_no_argument_or_environment(self):
        harness.need_root()
        seen = {}
        test = self

        class Looking(store_stand_ins.UnwellStore):
            def serve(self, connection):
                child = processes.children(driver.pid)[0]
                seen.update(uid=processes.status(child)["Uid"].split(), words=processes.words(child))
                super().serve(connection)

        store = self.listening(Looking(0))
        driver = subprocess.Popen(
            self.command("put", self.destination("keys", store.port), name_of()), stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL, env=self.environment(),
        )
        driver.communicate(COPY, timeout=TIME_LIMIT)
        test.assertEqual(driver.returncode, 0)
        test.assertNotIn("0", seen["uid"])
        test.assertNotIn(SECRET_KEY.encode(), seen["words"])
        test.assertIn(ACCESS_KEY.encode(), seen["words"])

    def test_a_program_that_is_not_there_is_told_with_what_to_install(self):
        self.program.unlink()
        outcome = self.act("list", self.destination("keys"), expect=1)
        self.assert_told(outcome, "program-absent", "libcurl4", "libarchive13")


if __name__ == "__main__":
    harness.main()
