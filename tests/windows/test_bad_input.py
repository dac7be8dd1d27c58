# SPDX-License-Identifier: ISC
"""Paths that are not plain files, missing drives and services, and missing rights: each is refused in words, with a
remedy, and a refusal changes nothing."""

import os
import subprocess

import harness
from harness import servers

COMMANDS = ("generate", "ensure", "verify", "gate", "status", "audit", "audit --fix")
NO_PLAIN_FILES = {
    "NUL": "names the device NUL",
    "COM1.key": "names the device COM1",
    "aux": "names the device AUX",
    "gen.key:stream": "names an alternate stream",
    "gen.key::$DATA": "names an alternate stream",
    "gen.key.": "whose last dot or space would be dropped",
    "gen.key ": "whose last dot or space would be dropped",
    "gen?.key": "which no file of Windows can be called",
}
NO_PLAIN_PATHS = {
    "C:gen.key": "is relative to the current directory of drive C:",
    "\\MMSData\\gen.key": "is relative to the current drive",
    "\\\\.\\PhysicalDrive0": "is in the name space of devices",
    "\\\\?\\GLOBALROOT\\gen.key": "is in the name space of devices",
    "\\\\server": "names a server without a share",
}

OTHER_PLACES = (
    ("status", "--config", "BAD"),
    ("status", "--install-path", "BAD"),
    ("status", "--root", "BAD"),
    ("service", "install", "--state-dir", "BAD"),
    ("import", "BAD"),
    ("join", "--ticket-file", "BAD"),
    ("invite", "--output", "BAD"),
    ("backup", "--output", "BAD"),
    ("backup", "--recipients-file", "BAD"),
    ("backup", "--certificate", "BAD"),
    ("backup", "new-identity", "--output", "BAD"),
    ("backup", "drill", "-i", "BAD"),
    ("restore", "copy.age", "-i", "BAD"),
    ("restore", "copy.age", "--output", "BAD"),
)
CONFIGURED = (
    ("", "state_dir"), ("", "ticket_file"), ("[installation]", "path"), ("[installation]", "key_file"), ("[tls]", "ca"),
)


class BadInput(harness.StoryTest):
    def setUp(self):
        super().setUp()
        self.om1 = self.windows_host("om1")
        self.bad = harness.WindowsHost.shown(self.om1.directory) + "\\NUL"

    def typed(self, command, key_file, state_dir=None):
        state = state_dir or harness.WindowsHost.shown(self.om1.state_dir)
        return [*command.split(), "--config", harness.WindowsHost.shown(self.om1.config), "--key-file", key_file, "--state-dir", state]

    def run_words(self, words, expect, prefix=(), environment=None):
        command = self.om1.typed(*prefix, *words) if not prefix else [*self.om1.prefix, *prefix, self.om1.program, *words]
        done = subprocess.run(
            command, capture_output=True, timeout=harness.TIME_LIMIT, env=self.om1.environment(environment),
            cwd=self.directory, check=False,
        )  # fmt: skip
        outcome = harness.Outcome(command, done.returncode, done.stdout, done.stderr)
        self.collect_output(" ".join(words[:2]), done.stdout + done.stderr)
        if outcome.code != expect:
            raise AssertionError(f"expected exit {expect} ({harness.EXIT_CODES[expect]})\n{outcome}")
        return outcome

    def run_on(self, key_file, command, expect):
        return self.run_words(self.typed(command, key_file), expect)

    def refuse_path(self, path, reason):
        for command in COMMANDS:
            with self.subTest(path=path, command=command):
                before = self.om1.snapshot()
                outcome = self.run_on(path, command, expect=2)
                self.assertEqual(self.om1.snapshot(), before)
                self.assertIn(reason, outcome.err, f"\n{outcome}")
                self.assertIn("expected one like C:\\MMSData\\Secrets\\gen.key", outcome.err, f"\n{outcome}")
                again = f"genkey-agent {command} --config {harness.WindowsHost.shown(self.om1.config)} --key-file PATH --state-dir"
                self.assertIn(f"with a plain path:\n    {again}", outcome.err, f"\n{outcome}")

    def test_a_name_of_a_device_a_stream_or_another_name_of_the_file(self):
        directory = harness.WindowsHost.shown(self.om1.directory)
        for name, reason in NO_PLAIN_FILES.items():
            self.refuse_path(f"{directory}\\{name}", reason)

    def test_a_path_that_depends_on_the_current_drive_or_is_a_device(self):
        for path, reason in NO_PLAIN_PATHS.items():
            self.refuse_path(path, reason)

    def test_a_state_directory_that_is_no_plain_one(self):
        directory = harness.WindowsHost.shown(self.om1.directory)
        for name, reason in NO_PLAIN_FILES.items():
            with self.subTest(name=name):
                before = self.om1.snapshot()
                words = self.typed("generate", harness.WindowsHost.shown(self.om1.key_file), f"{directory}\\{name}")
                outcome = self.run_words(words, expect=2)
                self.assertEqual(self.om1.snapshot(), before)
                self.assertIn(reason, outcome.err, f"\n{outcome}")
                self.assertIn("--state-dir PATH", outcome.err, f"\n{outcome}")

    def test_a_whole_drive_is_no_state_directory(self):
        for root in ("C:\\", "C:\\.", "c:/", "C:\\x\\..", "\\\\?\\C:\\"):
            for command in COMMANDS:
                with self.subTest(root=root, command=command):
                    outcome = self.run_words(self.typed(command, harness.WindowsHost.shown(self.om1.key_file), root), expect=2)
                    self.assertIn("is the root of a file system; expected a directory below it", outcome.err, f"\n{outcome}")

    def test_a_state_directory_on_a_drive_that_is_not_there(self):
        for command in (*COMMANDS, "peers list", "service install"):
            with self.subTest(command=command):
                outcome = self.run_words(self.typed(command, harness.WindowsHost.shown(self.om1.key_file), "Q:\\state"), expect=2)
                self.assertIn('--state-dir: "Q:\\state" is on a drive that this host does not have', outcome.err, f"\n{outcome}")
                self.assertIn(f"with a plain path:\n    genkey-agent {command}", outcome.err, f"\n{outcome}")

    def test_a_configuration_as_windows_editors_and_people_write_it(self):
        path = harness.WindowsHost.shown(self.om1.config)
        for content, words in (
            ('name = "om1"\n'.encode("utf-16"), "the file is UTF-16 text; save it as UTF-8"),
            (b'state_dir = "C:\\MMSData"\n', "paths with \"\\\" are written in single quotes: 'C:\\MMSData'"),
        ):
            with self.subTest(words):
                self.om1.config.write_bytes(content)
                outcome = self.run_words(["status", "--config", path], expect=2)
                self.assertIn(f"{path}:1: ", outcome.err, f"\n{outcome}")
                self.assertIn(words, outcome.err, f"\n{outcome}")
        self.om1.config.write_bytes(b"\xef\xbb\xbf# as Notepad saves it\r\nname = 'om1'\r\n")
        self.run_words(["status", "--config", path, "--key-file", harness.WindowsHost.shown(self.om1.key_file)], expect=11)

    def test_in_every_other_place_of_a_command(self):
        self.om1.run("generate")
        for words in OTHER_PLACES:
            with self.subTest(" ".join(words)):
                before = self.om1.snapshot()
                outcome = self.run_words([self.bad if word == "BAD" else word for word in words], expect=2)
                self.assertEqual(self.om1.snapshot(), before)
                self.assertIn("names the device NUL", outcome.err, f"\n{outcome}")
                again = " ".join("PATH" if word == "BAD" else word for word in words)
                self.assertIn(f"with a plain path:\n    genkey-agent {again}", outcome.err, f"\n{outcome}")

    def test_in_a_variable(self):
        outcome = self.run_words(["status"], expect=2, environment={"GENKEY_AGENT_STATE_DIR": self.bad})
        self.assertIn("names the device NUL", outcome.err, f"\n{outcome}")
        self.assertIn("genkey-agent status --state-dir PATH", outcome.err, f"\n{outcome}")

    def test_in_the_configuration(self):
        for section, key in CONFIGURED:
            with self.subTest(key):
                self.om1.config.write_text(f"{section}\n{key} = '{self.bad}'\n", encoding="utf-8")
                words = ["status", "--config", harness.WindowsHost.shown(self.om1.config)]
                outcome = self.run_words(words, expect=2)
                self.assertIn(f"{harness.WindowsHost.shown(self.om1.config)}:2: ", outcome.err, f"\n{outcome}")
                self.assertIn("names the device NUL", outcome.err, f"\n{outcome}")
                self.assertIn("correct it, then:\n    genkey-agent status --config", outcome.err, f"\n{outcome}")

    def test_a_drive_that_is_not_there(self):
        self.om1.run("ensure", expect=11)
        before = self.om1.snapshot()
        outcome = self.run_on("Q:\\MMSData\\Secrets\\gen.key", "generate", expect=11)
        self.assertIn("the directory of the key file, Q:\\MMSData\\Secrets, does not exist: there is no Q:", outcome.err, f"\n{outcome}")
        self.assertIn("create the directory or name another --key-file, then:\n    genkey-agent generate", outcome.err, f"\n{outcome}")
        names = set(self.om1.snapshot()) - set(before)
        self.assertNotIn("state/record.json", names)

    def test_a_share_is_warned_about(self):
        outcome = self.run_on("\\\\nowhere.invalid\\share\\gen.key", "audit", expect=11)
        self.assertIn("the network share \\\\nowhere.invalid\\share", outcome.out + outcome.err, f"\n{outcome}")
        self.assertIn("a single point of failure", outcome.out + outcome.err, f"\n{outcome}")

    def test_a_path_beyond_260_characters_is_as_good_as_any(self):
        deep = self.om1.directory / ("a" * 200) / ("b" * 200)
        deep.mkdir(parents=True)
        self.om1.key_file = deep / "gen.key"
        self.key_files.add(self.om1.key_file)
        self.om1.run("generate")
        self.assertEqual(len(self.om1.key()), 24)
        self.om1.run("gate", "--policy", "local")
        self.om1.run("ensure")

    def test_names_beyond_ascii(self):
        self.om1.key_file = self.om1.directory / "Schlüssel 鍵" / "gen.key"
        self.om1.key_file.parent.mkdir()
        self.key_files.add(self.om1.key_file)
        self.om1.run("generate")
        self.assertEqual(len(self.om1.key()), 24)
        self.assertEqual(self.om1.run_json("status", expect=None)["key"]["file"], self.om1.shown(self.om1.key_file))
        self.om1.run("gate", "--policy", "local")

    def test_a_service_that_is_not_installed(self):
        for command in ("service start", "service stop"):
            outcome = self.om1.run(*command.split(), expect=1)
            self.assertIn("there is no service genkey-agent; 'genkey-agent service install' makes it", outcome.err)

    def test_a_key_file_that_another_program_holds(self):
        self.om1.run("generate")
        before = self.om1.snapshot()
        companion = [*self.om1.prefix, os.environ["GENKEY_COMPANION"], "hold", harness.WindowsHost.shown(self.om1.key_file)]
        holder = subprocess.Popen(companion, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(servers.end, holder)
        self.assertIn(b"held", holder.stdout.readline())
        for command in ("status", "gate", "ensure"):
            outcome = self.om1.run(command, expect=None)
            self.assertNotEqual(outcome.code, 0, f"\n{outcome}")
            self.assertIn(f"{harness.WindowsHost.shown(self.om1.key_file)}: it is held open by", outcome.told, f"\n{outcome}")
            self.assertIn("end it and try again", outcome.told, f"\n{outcome}")
        self.assertIn("when it has ended:\n    genkey-agent ensure", outcome.err, f"\n{outcome}")
        holder.stdin.close()
        self.assertEqual(holder.wait(harness.TIME_LIMIT), 0)
        self.assertEqual(self.om1.key(), bytes.fromhex(before["gen.key"][-1]))
        self.om1.run("ensure")

    def test_without_the_rights_of_an_administrator(self):
        prefix = (os.environ["GENKEY_COMPANION"], "without-rights")
        for command in ("service install", "service remove"):
            with self.subTest(command=command):
                outcome = self.run_words(self.typed(command, harness.WindowsHost.shown(self.om1.key_file)), 1, prefix)
                self.assertIn(f"as an administrator:\n    genkey-agent {command}", outcome.err, f"\n{outcome}")


if __name__ == "__main__":
    harness.main()
