# SPDX-License-Identifier: ISC
"""Never a second key: nothing makes one where a backup or Ops Manager's settings say that there was one, or may."""

import re
import shutil
import subprocess
import sys

import harness
from harness import object_stores

FLEET, OTHER_FLEET = "0123456789abcdef" * 2, "f" * 32


def copy_name(fleet=FLEET, generation=1, host="om9", time="20261122T022917Z", kind=".age"):
    return f"{fleet}-g{generation}-{host}-{time}-k1{kind}"


class SecondKeyTest(harness.StoryTest):
    def setUp(self):
        super().setUp()
        self.identity, self.recipient = self.age_identity()
        self.store = self.directory / "store"
        self.store.mkdir()

    def backups(self, *destinations):
        places = destinations or (f"file://{self.store}",)
        return {"recipients": [self.recipient], "destinations": list(places)}

    def new_host(self, name="om1", *destinations, **settings):
        return self.host(name, backup=self.backups(*destinations), **settings)

    def put(self, key=None, **name):
        """Stores a copy of a key that another host had; returns its name."""
        copy = self.store / copy_name(**name)
        sealed = subprocess.run(["age", "-r", self.recipient], input=key or self.fresh_key(), capture_output=True, check=True)
        copy.write_bytes(sealed.stdout)
        return copy.name

    def nobody(self):
        """A destination whose server is down."""
        return f"s3://keys/om?endpoint=http://127.0.0.1:{object_stores.free_ports(1)[0]}"

    def assert_refused(self, host, *command, expect=17, says=()):
        """The command refuses, in a dry run too, and changes nothing."""
        before = host.snapshot()
        for dry in ((), ("--dry-run",)):
            outcome = host.run(*command, *dry, expect=expect)
            for words in says:
                self.assertIn(words, outcome.err)
        self.assertEqual([key for key in host.snapshot() if key not in before and "gen.key" in key], [])
        self.assertEqual(host.key_file.exists(), host.key_file.name in before)
        return outcome

    def restore_as_advised(self, host, outcome):
        (line,) = re.findall(r"genkey-agent restore [^;,\n]+", outcome.err)
        host.run_pasted(line.replace("IDENTITY", str(self.identity)))


class Generate(SecondKeyTest):
    def test_makes_none_where_a_destination_has_a_copy_and_the_line_that_it_prints_brings_that_key(self):
        old = self.new_host("old")
        old.run("generate")
        (copy,) = self.store.iterdir()
        new = self.new_host("new")
        outcome = self.assert_refused(new, "generate", says=[f"file://{self.store}", copy.name])
        self.restore_as_advised(new, outcome)
        self.assertEqual((new.key(), new.fleet_id()), (old.key(), old.fleet_id()))

    def test_names_the_newest_copy_of_the_latest_generation_at_any_destination(self):
        key, second = self.fresh_key(), self.directory / "second"
        self.put(time="20261101T000000Z")
        self.put(time="20261130T000000Z")
        self.put(generation=2, time="20261102T000000Z")
        newest = self.put(key, generation=2, time="20261103T000000Z")
        self.put(fleet=OTHER_FLEET, generation=7, time="20251103T000000Z")
        second.mkdir()
        shutil.move(self.store / newest, second)
        om1 = self.new_host("om1", f"file://{self.store}", f"file://{second}")
        outcome = self.assert_refused(om1, "generate", says=[f"file://{second}/{newest}"])
        self.restore_as_advised(om1, outcome)
        self.assertEqual(om1.key(), key)

    def test_makes_one_in_a_shared_store_at_a_destination_of_its_own(self):
        self.put(fleet=OTHER_FLEET)
        om1 = self.new_host()
        said = self.assert_refused(om1, "generate", says=["if it is another fleet's"]).err
        (own,) = re.findall(r"a destination of its own, such as (\S+)", said)
        om1.also(backup=self.backups(own))
        om1.run("generate")
        self.assertEqual(len(list((self.store / "PREFIX").iterdir())), 1)

    def test_makes_none_where_only_the_settings_of_a_host_were_kept(self):
        name = self.put(b"settings", kind=".state.age")
        self.assert_refused(self.new_host(), "generate", says=[name, "genkey-agent join"])

    def test_makes_none_where_this_host_has_stored_a_copy_that_is_gone(self):
        om1 = self.new_host()
        om1.run("generate")
        (copy,) = self.store.iterdir()
        copy.unlink()
        om1.key_file.unlink()
        (om1.state_dir / "record.json").unlink()
        self.assert_refused(om1, "generate", says=[copy.name])

    def test_is_not_held_by_other_files_at_the_destination(self):
        (self.store / "notes.txt").touch()
        (self.store / f"copy of {copy_name()}").touch()
        (self.store / "deeper").mkdir()
        (self.store / "deeper" / copy_name()).touch()
        self.new_host().run("generate")

    def test_says_the_same_in_json(self):
        name = self.put()
        said = self.new_host().run_json("generate", expect=17)
        self.assertEqual(said["error"], "key-backed-up")
        self.assertIn(name, said["message"])

    def test_looks_at_this_host_first(self):
        om1 = self.new_host("om1", self.nobody())
        om1.put_key(self.fresh_key())
        self.assertIn("there is a key already", om1.run("generate", expect=17).err)


class Unknown(SecondKeyTest):
    """A destination that cannot be listed may have a copy."""

    def test_a_store_that_does_not_answer_is_named_with_the_reason(self):
        place = self.nobody()
        outcome = self.assert_refused(self.new_host("om1", place), "generate", says=[place, "genkey-agent backup list"])
        self.assertNotIn("key-backed-up", outcome.err)
        om2 = self.new_host("om2", place)
        self.assertEqual(om2.run_json("generate", expect=17)["error"], "backups-unknown")

    def test_one_that_answers_does_not_vouch_for_another(self):
        silent = self.nobody()
        om1 = self.new_host("om1", f"file://{self.store}", silent)
        self.assert_refused(om1, "generate", says=[silent])
        om1.also(backup=self.backups())
        om1.run("generate")

    def test_a_copy_that_is_seen_is_told_before_a_destination_that_is_silent(self):
        name = self.put()
        self.assert_refused(self.new_host("om1", self.nobody(), f"file://{self.store}"), "generate", says=[name])

    def test_a_file_or_a_dead_link_in_the_place_of_the_directory_is_not_an_empty_one(self):
        blocked, link = self.directory / "blocked", self.directory / "link"
        blocked.touch()
        link.symlink_to(self.directory / "gone")
        for place in (blocked, link):
            self.assert_refused(self.new_host(f"om-{place.name}", f"file://{place}"), "generate", says=[f"file://{place}"])

    def test_a_directory_that_the_backup_would_make_is_empty_for_a_person(self):
        place = f"file://{self.directory}/new"
        om1 = self.new_host("om1", place)
        self.assertIn(f"{place} does not exist yet", om1.run("generate").err)
        self.assertEqual(len(list((self.directory / "new").iterdir())), 1)

    def test_a_directory_below_one_that_is_missing_is_not(self):
        place = f"file://{self.directory}/mount/keys"
        self.assert_refused(self.new_host("om1", place), "generate", says=[place])


class FirstHost(SecondKeyTest):
    """`ensure` on the host that may make the key."""

    def first(self, *destinations):
        return self.new_host("om1", *destinations, first_host=True)

    def test_makes_none_where_a_destination_has_a_copy_and_the_line_that_it_prints_brings_that_key(self):
        key = self.fresh_key()
        name = self.put(key)
        om1 = self.first()
        self.restore_as_advised(om1, self.assert_refused(om1, "ensure", says=[name]))
        self.assertEqual((om1.key(), om1.fleet_id()), (key, FLEET))
        om1.run("ensure")

    def test_makes_none_while_a_destination_cannot_be_listed(self):
        place = self.nobody()
        self.assert_refused(self.first(place), "ensure", says=[place])

    def test_makes_none_while_the_directory_is_missing_which_may_be_a_mount(self):
        mount = self.directory / "mount"
        om1 = self.first(f"file://{mount}")
        self.assert_refused(om1, "ensure", says=[str(mount)])
        mount.mkdir()
        om1.run("ensure", "--dry-run")
        self.assertFalse(om1.key_file.exists())
        om1.run("ensure")
        self.assertEqual(len(list(mount.iterdir())), 1)


class Replace(SecondKeyTest):
    def setUp(self):
        super().setUp()
        self.om1 = self.new_host()
        self.om1.run("generate")
        self.words = ("generate", "--replace", "--confirm", self.om1.fleet_id())

    def test_is_not_held_by_copies_of_the_present_key_and_of_other_fleets(self):
        self.put(fleet=OTHER_FLEET, generation=9)
        self.om1.run(*self.words, "--dry-run")
        self.om1.run(*self.words)
        self.assertEqual(self.om1.record()["generation"], 2)
        self.om1.run(*self.words)
        self.assertEqual(self.om1.record()["generation"], 3)

    def test_makes_none_where_a_later_generation_has_a_copy_and_the_line_that_it_prints_brings_that_key(self):
        before, key = self.om1.key(), self.fresh_key()
        self.put(fleet=self.om1.fleet_id(), generation=2)
        name = self.put(key, fleet=self.om1.fleet_id(), generation=3)
        outcome = self.assert_refused(self.om1, *self.words, says=[name, "generation 3"])
        self.assertEqual(self.om1.key(), before)
        self.restore_as_advised(self.om1, outcome)
        self.assertEqual((self.om1.key(), self.om1.record()["generation"]), (key, 3))

    def test_a_destination_that_cannot_be_listed_is_a_warning(self):
        silent = self.nobody()
        self.om1.also(backup=self.backups(f"file://{self.store}", silent))
        outcome = self.om1.run(*self.words, expect=10)
        self.assertIn(f"{silent} could not be searched for a later generation", outcome.err)
        self.assertEqual(self.om1.record()["generation"], 2)


class Settings(SecondKeyTest):
    """Encrypted credentials in conf-mms.properties are seen as Java sees them."""

    BOUND = {
        "behind a bare CR": "mongo.mongoUri=mongodb://db/\rmongo.encryptedCredentials=true\r",
        "on a continued line": "mongo.mongoUri=x\nmongo.encrypted\\\n  Credentials=\\\n  true\n",
        "behind a comment that ends with a backslash": "# C:\\\nmongo.encryptedCredentials=true\n",
        "escaped": "\\u006dongo\\.encryptedCredentials=tr\\u0075e\n",
    }

    def unpacked(self, name, properties):
        host = self.host(name)
        installed = host.install_ops_manager("")
        self.properties_of(host).write_bytes(properties.encode("latin-1"))
        host.command = lambda *arguments: host.typed(
            *arguments, "--config", host.config, "--install-path", installed, "--state-dir", host.state_dir
        )
        return host

    def properties_of(self, host):
        (file,) = (host.directory / "ops-manager").rglob("conf-mms.properties")
        return file

    def test_are_seen_in_every_spelling(self):
        for number, (spelling, properties) in enumerate(self.BOUND.items()):
            with self.subTest(spelling):
                self.assert_refused(self.unpacked(f"om{number}", properties), "generate", says=["encrypted credentials"])

    def test_hold_first_host_and_replace_too(self):
        om1 = self.unpacked("om1", self.BOUND["behind a bare CR"])
        om1.also(first_host=True)
        self.assert_refused(om1, "ensure", says=["encrypted credentials"])
        self.properties_of(om1).write_text("")
        om1.run("ensure")
        self.properties_of(om1).write_text(self.BOUND["escaped"])
        self.assert_refused(om1, "generate", "--replace", "--confirm", om1.fleet_id(), says=["encrypted credentials"])

    def test_a_file_that_java_refuses_is_not_taken_for_plain_credentials(self):
        om1 = self.unpacked("om1", "a=b\npath=C:\\users\\secret\n")
        outcome = self.assert_refused(om1, "generate", says=["line 2", "genkey-agent generate"])
        self.assertNotIn("secret", outcome.err)
        self.assertEqual(om1.run_json("generate", expect=17)["error"], "credentials-unknown")

    def test_a_file_that_cannot_be_read_is_not_an_absent_one(self):
        om1 = self.unpacked("om1", "")
        file = self.properties_of(om1)
        file.unlink()
        file.symlink_to(om1.directory / "gone")
        self.assert_refused(om1, "generate", says=[om1.shown(file)])
        file.unlink()
        file.mkdir()
        self.assert_refused(om1, "generate", says=[om1.shown(file)])
        # Nothing else depends on it.
        om1.put_key(self.fresh_key())
        om1.run("ensure")
        file.rmdir()
        om1.key_file.unlink()
        (om1.state_dir / "record.json").unlink()
        om1.run("generate")


if __name__ == "__main__":
    if not shutil.which("age-keygen"):
        print("left out: age-keygen is not there")
        sys.exit(harness.SKIPPED)
    harness.main()
