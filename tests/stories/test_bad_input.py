# SPDX-License-Identifier: ISC
"""Anything that is not a key, configuration, ticket or address is refused in words, and a refusal changes nothing."""

import json
import os
import re
import subprocess

import harness

LARGE = 10**8
WRONG_SIZES = (0, 23, 25, 32, 44, 48, 10**9)


def make_directory(path, _):
    path.mkdir()


def make_fifo(path, _):
    os.mkfifo(path, 0o600)


def make_symbolic_link(path, key_file):
    path.symlink_to(key_file)


SPECIAL_FILES = {"a directory": make_directory}
if harness.HOST is harness.Host:  # other names do not exist on Windows
    SPECIAL_FILES |= {"a FIFO": make_fifo, "a symbolic link": make_symbolic_link}


def make_sparse(path, size):
    path.touch(0o600)
    os.truncate(path, size)


class BadInputTest(harness.StoryTest):
    def refuse(self, host, *arguments, expect, **options):
        """Runs a command that must be refused with this exit code, and must change nothing on the host."""
        before = self.facts_of(host)
        outcome = host.run(*arguments, expect=expect, **options)
        self.assertEqual(self.facts_of(host), before)
        return outcome

    def facts_of(self, host):
        """A snapshot without the note in which the gate keeps its decision. Of huge files, only times and numbers."""
        noted = (host.state_dir, host.state_dir / "gate.json")
        paths = [host.directory, *host.directory.rglob("*")]
        facts = {path: path.lstat() for path in paths if path not in noted}
        if all(each.st_size < LARGE for each in facts.values()):
            names = [str(path.relative_to(host.directory)) for path in noted]
            return {name: seen for name, seen in host.snapshot().items() if name not in names}
        return {path: (each.st_ino, each.st_mode, each.st_size, each.st_ctime_ns) for path, each in facts.items()}

    def assert_says(self, outcome, *parts):
        for part in parts:
            self.assertIn(harness.HOST.shown(part), outcome.err, f"\n{outcome}")

    def holder(self, name="om1"):
        host = self.host(name)
        host.run("generate")
        return host


class KeyFile(BadInputTest):
    def prepared_host(self, name="om1"):
        """A host with a state directory, which the first command on a host makes in any case."""
        host = self.host(name)
        host.run("ensure", expect=11)
        return host

    def test_another_size_than_24_bytes(self):
        for size in WRONG_SIZES:
            with self.subTest(size=size):
                om1 = self.prepared_host(f"om{size}")
                make_sparse(om1.key_file, size)
                for command in ("ensure", "verify", "gate"):
                    outcome = self.refuse(om1, command, expect=12)
                    self.assert_says(outcome, om1.key_file, f"{size} bytes", "exactly 24")
                self.assert_says(self.refuse(om1, "ensure", expect=12), "genkey-agent import FILE --displace --confirm")

    def test_the_command_that_is_told_for_a_wrong_size_mends_it(self):
        om1 = self.prepared_host()
        make_sparse(om1.key_file, 25)
        outcome = self.refuse(om1, "ensure", expect=12)
        key = self.fresh_key()
        source = self.key_source(key)
        told = re.search(r"(genkey-agent import FILE.*)", outcome.err)[1]
        om1.run_pasted(told.replace("FILE", str(source)))
        self.assertEqual((om1.key(), om1.displaced_keys()), (key, [bytes(25)]))

    def test_a_special_file(self):
        for kind, make in SPECIAL_FILES.items():
            with self.subTest(kind=kind):
                om1 = self.prepared_host(kind.split()[-1])
                make(om1.key_file, self.key_source(self.fresh_key()))
                self.assert_refused_as_special(om1, kind)

    def test_a_device(self):
        harness.need_root()
        om1 = self.prepared_host()
        os.mknod(om1.key_file, 0o600 | 0o020000, os.makedev(1, 3))
        self.assert_refused_as_special(om1, "a device")

    def test_an_immutable_one_is_told_with_the_command_that_frees_it(self):
        harness.need_root()
        om1 = self.holder()
        om1.key_file.chmod(0o666)
        for letter in "ia":
            with self.subTest(letter):
                self.set_attribute(f"+{letter}", om1.key_file)
                outcome = om1.run("audit", "--fix", expect=1)
                command = f"chattr -{letter} {om1.key_file}"
                self.assert_says(outcome, "Operation not permitted", f"has the attribute {letter}", "lsattr", command)
                self.assertNotIn("run it as root", outcome.err)
                subprocess.run(command.split(), check=True)
        self.set_attribute("+i", om1.key_file)
        told = re.search(r"to fix this:\n +(.*)", om1.run("ensure", expect=13).err)[1]
        self.assertEqual(told, f"chattr -ia {om1.key_file} && chmod 600 {om1.key_file}")
        subprocess.run(["sh", "-c", told], check=True)
        om1.run("ensure")
        self.assertEqual(om1.key_file.stat().st_mode & 0o777, 0o600)

    def test_an_immutable_directory_is_told_with_the_command_that_frees_it(self):
        harness.need_root()
        om1 = self.prepared_host()
        folder = om1.directory / "keys"
        folder.mkdir()
        om1.key_file = folder / "gen.key"
        self.set_attribute("+i", folder)
        outcome = om1.run("generate", expect=1)
        self.assert_says(outcome, f"{folder} has the attribute i", f"chattr -i {folder}")
        self.assertNotIn("run it as root", outcome.err)

    def set_attribute(self, change, path):
        self.addCleanup(subprocess.run, ["chattr", "-ia", path], check=False)
        if subprocess.run(["chattr", change, path], capture_output=True, check=False).returncode != 0:
            harness.skip("this file system has no such attributes")

    def assert_refused_as_special(self, host, kind):
        for command in ("ensure", "verify", "gate"):
            outcome = self.refuse(host, command, expect=13)
            self.assert_says(outcome, host.key_file, kind, "a regular file" if command == "gate" else "not a regular file")
        self.assert_says(self.refuse(host, "ensure", expect=13), "genkey-agent audit")

    def test_a_second_name(self):
        om1 = self.prepared_host()
        os.link(self.key_source(self.fresh_key()), om1.key_file)
        outcome = self.refuse(om1, "ensure", expect=13)
        self.assert_says(outcome, om1.key_file, "2 names", "expected one", "genkey-agent audit")

    def test_one_that_may_not_be_read(self):
        om1 = self.prepared_host()
        om1.put_key(self.fresh_key(), mode=0)
        if os.geteuid() == 0:
            om1.prefix = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
        self.assert_says(self.refuse(om1, "gate", expect=13), om1.key_file, "Permission denied")


class Import(BadInputTest):
    def assert_says_next(self, outcome, options=""):
        """The advised command, with another file; a key is displaced only on request."""
        self.assert_says(outcome, "with the file that holds the key:\n    genkey-agent import FILE " + options)
        self.assertEqual("--displace" in outcome.err, "--displace" in options, outcome)

    def test_another_size_than_24_bytes(self):
        om1 = self.holder()
        for size in WRONG_SIZES:
            with self.subTest(size=size):
                source = self.directory / f"of-{size}"
                make_sparse(source, size)
                outcome = self.refuse(om1, "import", source, expect=None)
                self.assertIn(outcome.code, (2, 12), outcome)
                self.assert_says(outcome, source, size, "expected" if size > 256 else "exactly 24 bytes")
                self.assert_says_next(outcome)

    def test_the_command_that_is_told_keeps_what_was_to_be_displaced(self):
        om1 = self.holder()
        outcome = self.refuse(om1, "import", "-", "--displace", "--confirm", "unrecorded", stdin="short", expect=12)
        self.assert_says(outcome, "standard input: a key is exactly 24 bytes")
        self.assert_says_next(outcome, "--displace --confirm unrecorded")

    def test_nothing_is_installed_on_a_host_without_a_key(self):
        om1 = self.host("om1")
        source = self.directory / "source"
        make_sparse(source, 25)
        om1.run("import", source, expect=12)
        self.assertFalse(om1.key_file.exists())
        self.assertFalse((om1.state_dir / "record.json").exists())

    def test_text_of_a_key_is_told_by_its_format(self):
        om1 = self.holder()
        key = self.fresh_key()
        source = self.key_source(key.hex().encode())
        self.assert_says(self.refuse(om1, "import", source, expect=12), "has 48", "--format hex")

    def test_a_special_file(self):
        om1 = self.holder()
        for kind, make in SPECIAL_FILES.items():
            with self.subTest(kind=kind):
                source = self.directory / kind.split()[-1]
                make(source, self.key_source(self.fresh_key()))
                outcome = self.refuse(om1, "import", source, expect=2)
                self.assert_says(outcome, f"{source} is {kind}, not a regular file")
                self.assert_says_next(outcome)

    def test_a_device(self):
        harness.need_root()
        om1 = self.holder()
        self.assert_says(self.refuse(om1, "import", "/dev/zero", expect=2), "/dev/zero is a device, not a regular file")

    def test_a_file_that_does_not_exist(self):
        om1 = self.holder()
        source = self.directory / "nowhere"
        outcome = self.refuse(om1, "import", source, expect=1)
        self.assert_says(outcome, source)
        self.assertRegex(outcome.err, "No such file|File not found")
        self.assert_says_next(outcome)


class Output(BadInputTest):
    def test_a_ticket_that_cannot_be_written_is_not_issued(self):
        om1 = self.holder()
        om1.run("invite", "--output", self.directory / "first")
        issued = (om1.state_dir / "agent" / "tickets.json").read_bytes()
        for output, code in ((self.directory / "first", 17), (self.directory / "nowhere" / "ticket", 1)):
            with self.subTest(output.name):
                om1.run("invite", "--output", output, expect=code)
                self.assertEqual((om1.state_dir / "agent" / "tickets.json").read_bytes(), issued)

    def test_a_ticket_that_could_not_be_printed_is_taken_back(self):
        om1 = self.holder()
        om1.run("invite")
        tickets = om1.state_dir / "agent" / "tickets.json"
        issued = tickets.read_bytes()
        nobody_reads = 'trap "" PIPE; set -o pipefail; exec 3>&1; "$@" 3>&- | exec 0<&-; exit "${PIPESTATUS[0]}"'
        for name, script in (("full", 'exec "$@" >/dev/full'), ("closed", 'exec "$@" >&-'), ("unread", nobody_reads)):
            with self.subTest(name):
                command = ["bash", "-c", script, "bash", *om1.command("invite")]
                done = subprocess.run(command, capture_output=True, text=True, timeout=harness.TIME_LIMIT, check=False)
                self.assertEqual(done.returncode, 1, done)
                self.assertIn("cannot write the ticket to standard output; it was taken back", done.stderr)
                self.assertEqual(json.loads(tickets.read_bytes()), json.loads(issued))

    def test_a_ticket_that_is_one_too_many_is_not_written(self):
        om1 = self.holder()
        output = self.directory / "ticket"
        for _ in range(10):
            outcome = om1.run("invite", "--uses", "1000", "--output", output, expect=None)
            if outcome.code != 0:
                break
            output.unlink()
        self.assertIn("too many tickets", outcome.err)
        self.assertFalse(output.exists())


class Configuration(BadInputTest):
    def assert_refused_at(self, line, text, *parts):
        om1 = self.holder(f"om{len(self.hosts)}")
        om1.config.write_bytes(text if isinstance(text, bytes) else text.encode())
        for command in ("status", "ensure"):
            outcome = self.refuse(om1, command, expect=2)
            self.assert_says(outcome, f"{om1.config}:{line}: ", "correct it, then", f"genkey-agent {command}", *parts)

    def test_unknown_keys(self):
        self.assert_refused_at(2, 'name = "om1"\nadress = "om1.example.com"\n', 'unknown key "adress"')
        self.assert_refused_at(3, 'name = "om1"\n[serve]\nlissten = []\n', "lissten")

    def test_wrong_types(self):
        self.assert_refused_at(1, "name = 3\n", '"name" must be a plain host name')
        self.assert_refused_at(2, 'name = "om1"\npeers = "om2"\n', '"peers" must be a list of HOST or HOST:PORT')
        self.assert_refused_at(4, 'name = "om1"\n\n[serve]\nlisten = 3\n', '"serve.listen" must be a list')

    def test_the_same_peer_twice(self):
        self.assert_refused_at(2, 'name = "om1"\npeers = ["om2:1", "om2:1"]\n', '"peers" has om2:1 twice')

    def test_what_is_no_text(self):
        self.assert_refused_at(1, b"\xff\xfe\x00\x01\x80" * 50, "UTF-8")

    def test_what_is_no_toml(self):
        self.assert_refused_at(2, 'name = "om1"\nthis is a sentence\n')


class StartConfiguration(BadInputTest):
    """The file conf/mms.conf of an Ops Manager that was unpacked from an archive."""

    def status(self, text, expect=0):
        installed = self.directory / "mms"
        (installed / "conf").mkdir(parents=True, exist_ok=True)
        (installed / "conf" / "mms.conf").write_bytes(text.encode())
        host = self.host(f"om{len(self.hosts)}")
        paths = ("--install-path", installed, "--state-dir", host.state_dir, "--config", host.config)
        return host.run_pasted(" ".join(map(str, ("genkey-agent status --json", *paths))), expect)

    def assert_key_file(self, text, wanted):
        with self.subTest(text=text):
            self.assertEqual(self.status(text, expect=11).json["key"]["file"], wanted)

    def test_quotes_spaces_comments_and_exports(self):
        key_file = str(self.directory / "a b" / "gen.key")
        for written in (f'"{key_file}"', f"'{key_file}'", key_file.replace(" ", "\\ ")):
            self.assert_key_file(f"ENC_KEY_PATH={written}\n", key_file)
            self.assert_key_file(f"  export ENC_KEY_PATH={written}  # where it is\n", key_file)
            self.assert_key_file(f"# ENC_KEY_PATH=/commented\nENC_KEY_PATH={written}\n", key_file)

    def test_what_only_a_shell_can_tell_is_asked_of_one(self):
        self.assert_key_file("# a comment\nENC_KEY_PATH=/$(echo a)/gen.key\n", "/a/gen.key")

    def test_a_path_that_is_none_is_refused_with_its_file(self):
        outcome = self.status("# a comment\nENC_KEY_PATH=$(hostname)/gen.key\n", expect=2)
        self.assert_says(outcome, f"{self.directory}/mms/conf/mms.conf:", "ENC_KEY_PATH")

    def test_line_ends_of_another_system_are_refused_with_their_file(self):
        outcome = self.status("MMS_USER=\r\nENC_KEY_PATH=/a/gen.key\r\n", expect=2)
        self.assert_says(outcome, f"{self.directory}/mms/conf/mms.conf:")


class Names(BadInputTest):
    def test_a_peer_whose_name_does_not_resolve_is_told_by_name(self):
        om1 = self.holder()
        peer = "no-such-host.invalid:27424"
        om1.configure(peers=[peer])
        said = om1.verify(expect=15, wait="0s")
        self.assertIn("does not resolve", str(said[peer]))


class Ticket(BadInputTest):
    def newcomer(self):
        """A host that has made its state directory, so that a refusal has nothing to make."""
        host = self.host("om2")
        host.run("join", "--ticket-file", "-", stdin="", expect=16)
        return host

    def assert_refused(self, ticket, *parts):
        om2 = self.newcomer()
        outcome = self.refuse(om2, "join", "--ticket-file", "-", stdin=ticket, expect=16)
        self.assert_says(outcome, "ticket", "genkey-agent invite", "genkey-agent join", *parts)
        self.assertFalse(om2.key_file.exists())

    def test_an_empty_one(self):
        self.assert_refused("", "empty")

    def test_text(self):
        self.assert_refused("please let me in", "gka1_")

    def test_a_truncated_one(self):
        om1 = self.holder()
        om1.serve()
        ticket = om1.run("invite").line
        self.assert_refused(ticket[: len(ticket) // 2])

    def test_one_character_too_few(self):
        om1 = self.holder()
        om1.serve()
        self.assert_refused(om1.run("invite").line[:-1])

    def test_one_of_ten_megabytes(self):
        om2 = self.newcomer()
        waiting = self.directory / "ticket"
        waiting.touch(0o600)
        waiting.write_bytes(b"gka1_" + b"a" * 10**7)
        outcome = self.refuse(om2, "join", "--ticket-file", waiting, expect=None)
        self.assertNotEqual(outcome.code, 0, outcome)
        self.assert_says(outcome, waiting, "expected")
        self.assertFalse(om2.key_file.exists())

    def test_one_that_is_too_long_on_standard_input(self):
        self.assert_refused("gka1_" + "a" * 10**6, "standard input", "too long for a ticket")


if __name__ == "__main__":
    harness.main()
