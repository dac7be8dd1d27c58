# SPDX-License-Identifier: ISC
"""Obeys what the program advises, and looks at what comes of it.

    advice.Adviser(test).obey_all("the key is lost", scene, [("gate",), ("ensure",)])

A scene is a host in trouble, with the other hosts that there are. Each piece of advice that a command prints there is
obeyed as printed, from the state in which it was given. Afterwards the trouble is gone, or the program names another
step; and no key was lost, and none was made.
"""

import dataclasses
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

from . import terminals
from .advised_commands import PLACEHOLDER, advice_in, name_of
from .commands import PROGRAM, TIME_LIMIT
from .outcome import Outcome
from .skipping import need_root
from .story import StoryTest, main

GOOD = (0, 10)
STEPS = 3
# These only show something, so one that has run has done its part.
SHOWS = ("--help", "status", "audit", "backup list", "peers list", "verify")
# These are asked again after the advice was obeyed. The others do something, and have done it when they end well.
LOOKS = ("status", "verify", "gate", "ensure", "audit")
# Said again and again on purpose.
REMINDERS = re.compile("the key has no backup|each other host needs this key|every other host still has the former key")
# A person gives these again, or their absence is what the advice is about.
TYPED_ANEW = ("--ticket-file", "--wait", "--install-path", "--output", "--ttl")
RESTART = "systemctl restart genkey-agent"
PASSPHRASE = "correct horse battery staple, twice"
REMINDED = set()  # what was obeyed once: a reminder is the same in each situation
TABLE = []  # a Row for each piece of advice that was obeyed


@dataclasses.dataclass(frozen=True)
class Row:
    situation: str
    command: str
    advice: str
    placeholders: int
    outcome: str

    @property
    def is_fault(self):
        return self.outcome.split(":")[0].isupper()

    def __str__(self):
        return " | ".join((self.situation, self.command, self.advice, self.outcome))


@dataclasses.dataclass
class Scene:
    """A host in trouble, and what a person has at hand who obeys the advice."""

    host: object
    giver: object = None  # the other host: it has the right key, or something has to be done there
    joiner: object = None  # a host that is to receive the key
    fill: dict = dataclasses.field(default_factory=dict)  # placeholder: word
    stdin: bytes = b""
    conditions: dict = dataclasses.field(default_factory=dict)  # words of a message: what makes them true
    may_make_a_key: bool = False  # nothing anywhere says that there was a key
    has_succeeded: bool = False  # the command has done its work, and only something beside it failed
    reset: object = None  # makes again what is not in its files


class Files:
    """What is below the test's directory, to be put back before the next piece of advice is obeyed."""

    def __init__(self, test):
        self.test = test
        self.kept = pathlib.Path(f"{test.directory}-kept")
        self.serving = [host for host in test.hosts if host.server is not None]
        # What lies on a mount of its own stays as each piece of advice leaves it.
        mounts = pathlib.Path("/proc/self/mounts").read_text(encoding="utf-8")
        self.is_mounted = f" {test.directory}/" in mounts
        if self.is_mounted:
            return
        for host in self.serving:
            host.stop()
        subprocess.run(["cp", "-a", test.directory, self.kept], check=True)
        test.addCleanup(self.drop)
        for host in self.serving:
            host.serve()

    def put_back(self):
        if self.is_mounted:
            return
        for host in self.test.hosts:
            host.stop()
        for path in self.test.directory.iterdir():
            subprocess.run(["rm", "-rf", path], check=True)
        subprocess.run(["cp", "-a", f"{self.kept}/.", self.test.directory], check=True)
        for host in self.serving:
            host.serve()

    def drop(self):
        shutil.rmtree(self.kept, ignore_errors=True)


def texts_of(commands):
    return tuple((one.text, one.address) for one in commands)


def said_by(outcome):
    """Its messages, without the one that every host without the agent's account prints."""
    told = "\n".join(line for line in outcome.err.splitlines() if "so this is a trial" not in line)
    return f"({outcome.code}) {told or outcome.out}"


def shortened(test, commands):
    text = ", then ".join(("there: " if one.there else "") + one.text for one in commands)
    text = re.sub(r" --(?:config|key-file|state-dir|owner|install-path) \S+", "", text)
    text = re.sub(r"[0-9a-f]{32,64}", "…", text)
    return re.sub(r"127\.0\.0\.\d+:\d+", "ADDRESS", text.replace(f"{test.directory}/", ""))


class Adviser:
    """Obeys the advice of one test's scenes."""

    def __init__(self, test):
        self.test = test
        self.ticket = None
        self.outputs = 0
        self.bin = test.directory / "bin"
        self.bin.mkdir()
        (self.bin / "genkey-agent").symlink_to(shutil.which(PROGRAM))

    def obey_all(self, situation, scene, problems):
        """Obeys each different piece of advice that the commands give. Returns the rows with a fault."""
        files = Files(self.test)
        known, faults = set(), []
        for problem in problems:
            for line, commands in self.first_advice(scene, problem, files):
                if texts_of(commands) in known or self.was_reminded(line, commands):
                    continue
                known.add(texts_of(commands))
                first = self.first_code
                self.first_advice(scene, problem, files)
                self.test.assertEqual(self.first_code, first, f"the scene was not made again: {self.first_said}")
                row = Obedience(self, scene, problem, situation).judge(line, commands)
                TABLE.append(row)
                if "--table" in sys.argv[1:]:
                    print(row, flush=True)
                faults += [f"{row}\n    {line}"] if row.is_fault else []
        files.drop()
        return faults

    def first_advice(self, scene, problem, files):
        files.put_back()
        if scene.reset:
            scene.reset()
        outcome = scene.host.run(*problem, expect=None, stdin=scene.stdin)
        self.first_code, self.first_said = outcome.code, outcome.err + outcome.out
        return self.advice_of(outcome)

    def was_reminded(self, line, commands):
        """Whether that reminder was obeyed in another situation. Each backup with a passphrase takes a second or more."""
        reminder = shortened(self.test, commands) if REMINDERS.search(line) else None
        known = reminder in REMINDED
        REMINDED.update({reminder} - {None})
        return known

    @staticmethod
    def advice_of(outcome):
        return advice_in(outcome.err + "\n" + outcome.out)

    # Running what was printed.

    def obey(self, scene, commands):
        """Runs the commands one after another, until one fails. The outcome of the last."""
        for one in commands:
            host = self.host_for(scene, one)
            if host is None:
                return None
            outcome = self.run(scene, host, one)
            if outcome is None or outcome.code not in GOOD:
                break
            if RESTART in outcome.err:  # the command is not done before that
                host.serve_again()
            if one.words == "invite" and outcome.out:
                self.ticket = outcome.out.splitlines()[0]
        return outcome

    def host_for(self, scene, one):
        if not one.there:
            return scene.host
        if one.address:
            return next((host for host in self.test.hosts if host.address == one.address), None)
        return scene.joiner if one.words == "join" and scene.joiner else scene.giver

    def run(self, scene, host, one):
        text = PLACEHOLDER.sub(lambda found: self.word_for(scene, host, found[0], one), one.text)
        if one.words == "serve" or text == RESTART:
            host.serve_again()
            return Outcome([text], 0, b"", b"")
        # The test is root, and takes the place of a person who gives sudo a password.
        prefix, text = ((), text.removeprefix("sudo ")) if text.startswith("sudo ") else (host.prefix, text)
        if one.there:
            text = shlex.join([*map(str, host.command(*shlex.split(text)[1:]))])
        if (one.words == "join" and "--ticket-file" not in text) or "--passphrase" in text:
            return self.at_terminal(scene, host, one, text)
        done = subprocess.run(
            [*prefix, "sh", "-c", text],
            env=host.environment({"PATH": f"{self.bin}:/usr/sbin:/usr/bin:/sbin:/bin"}),
            input=scene.stdin, capture_output=True, timeout=TIME_LIMIT, cwd="/", check=False,
        )
        return self.seen(host, Outcome([text], done.returncode, done.stdout, done.stderr))

    def at_terminal(self, scene, host, one, text):
        ticket = self.ticket
        if one.words == "join" and ticket is None:
            if scene.giver is None:
                return None  # nobody is there who could give a ticket
            ticket = scene.giver.run("invite").line
        command = ["env", f"PATH={self.bin}:/usr/sbin:/usr/bin:/sbin:/bin", "sh", "-c", f"cd / && {text}"]
        terminal = terminals.Terminal(host, command=command)
        answers = {"Ticket (": ticket, "Passphrase": PASSPHRASE, "same passphrase again": PASSPHRASE}
        while terminal.process.poll() is None:
            terminal.read(0.05)
            for prompt in [prompt for prompt in answers if prompt in terminal.shown]:
                terminal.type(answers.pop(prompt) + terminal.ENTER)
        code = terminal.end()
        return self.seen(host, Outcome([text], code, b"", terminal.shown.replace("\r", "").encode()))

    def seen(self, host, outcome):
        self.test.collect_output(f"{host.name}: obeyed", outcome.stdout + outcome.stderr)
        for each in self.test.hosts:
            self.test.watch_key_file(each.key_file)
        return outcome

    def word_for(self, scene, host, placeholder, one):
        if placeholder == "FILE" and "--output" in one.text:
            self.outputs += 1
            return str(self.test.directory / f"output{self.outputs}")
        if placeholder in ("BACKUP", "IDENTITY") and scene.giver and placeholder not in scene.fill:
            self.take_copy(scene)
        if placeholder in scene.fill:
            return str(scene.fill[placeholder])
        if placeholder == "FLEET":
            key = host.run_json("status", expect=None)["key"]
            return key["fleet"] if key["recorded"] else "unrecorded"
        if placeholder == "TEXT":
            return "'the auditors are here'"
        if scene.giver and placeholder == "ADDRESS":
            return scene.giver.address
        if scene.giver and placeholder == "PIN":
            return scene.giver.run_json("identity")["identity"]["pin"]
        raise AssertionError(f"what is {placeholder} here? {one.text}")


    def take_copy(self, scene):
        """The copy that a person has, for whom the other host's key was backed up in time."""
        identity, recipient = self.test.age_identity("copy-identity")
        copy = self.test.directory / "copy.age"
        scene.giver.run("backup", "-r", recipient, "--output", copy)
        scene.fill |= {"BACKUP": copy, "IDENTITY": identity}


class Obedience:
    """What comes of one piece of advice."""

    def __init__(self, adviser, scene, problem, situation):
        self.adviser, self.scene, self.problem, self.situation = adviser, scene, problem, situation
        self.test = adviser.test
        self.was_good = adviser.first_code in GOOD or scene.has_succeeded
        self.adviser.ticket = None

    def judge(self, line, commands):
        keys, backups = self.keys(), self.backups()
        known = keys | set(self.test.keys)
        self.obeyed = []
        self.was_well = self.is_well()
        result = self.fault_of(commands) or self.follow(line, commands)
        if keys - self.keys():
            result = "A KEY IS LOST"
        elif self.keys() - known and not self.may_make_a_key():
            result = "A KEY WAS MADE"
        elif backups - self.backups():
            result = "A BACKUP IS LOST"
        placeholders = sum(len(one.placeholders) for one in commands)
        return Row(self.situation, " ".join(map(str, self.problem)).replace(f"{self.test.directory}/", ""),
                   shortened(self.test, commands), placeholders, result)

    def keys(self):
        """Every file of 24 bytes: key files, displaced keys, copies made by hand."""
        files = [path for path in self.test.directory.rglob("*") if path.is_file() and not path.is_symlink()]
        return {path.read_bytes() for path in files if path.stat().st_size == 24}

    def backups(self):
        return {path.name for path in self.test.directory.rglob("*.age")}

    def may_make_a_key(self):
        # `generate --replace` that was refused is typed again, as the person wanted. Once done, nothing may advise it.
        wanted = self.problem[0] == "generate" and not self.was_good and ("--replace" in self.problem or self.scene.may_make_a_key)
        return wanted or (self.scene.may_make_a_key and any(one.words == "generate" for one in self.obeyed))

    def is_well(self):
        """As far as this host alone can tell."""
        return self.scene.host.run("status", expect=None).code in GOOD

    def fault_of(self, commands):
        mine = {word for word in map(str, self.problem) if word.startswith("--") and word not in TYPED_ANEW}
        for one in commands:
            has_key = self.scene.host.key_file.exists()  # without one there is nothing to replace
            if has_key and not one.there and one.words == name_of(list(map(str, self.problem))) and mine - set(one.text.split()):
                return f"ANOTHER COMMAND THAN WAS TYPED: without {', '.join(sorted(mine - set(one.text.split())))}: {one.text}"
            if "--allow-next-start" in one.text and not self.scene.host.key_file.exists():
                return "A HOLE: a start without a key makes a wrong one"
        return ""

    def make_true(self, said):
        """What the messages say has to be so before the command is run."""
        for words, make in {**dict.fromkeys(("port is open", "to fetch it from a peer", "to fetch the recorded key from a peer", "when it answers"), self.bring_up),
                            **self.scene.conditions}.items():
            if words in said:
                make()

    def bring_up(self):
        for host in self.test.hosts:
            if host.server is None and host is not self.scene.host:
                host.serve()

    def follow(self, line, commands):
        """Obeys up to three steps, each named by what came of the step before it."""
        seen, said = set(), self.adviser.first_said
        for _ in range(STEPS):
            seen.add(texts_of(commands))
            self.make_true(said)
            self.obeyed += commands
            outcome = self.adviser.obey(self.scene, commands)
            if outcome is None:
                return "nobody to do it"
            if outcome.code in GOOD and self.is_done(line, commands):
                return "done" if commands[-1].words not in SHOWS else "shown"
            again = outcome
            if outcome.code in GOOD:
                again = self.scene.host.run(*self.problem, expect=None, stdin=self.scene.stdin)
            advised = [each for each in self.adviser.advice_of(again) if not REMINDERS.search(each[0])]
            if again is not outcome and again.code in GOOD:
                still = [line for line, each in advised if texts_of(each) in seen]
                return f"LOOP: still says {still[0]}" if still else "solved"
            if again is not outcome and all(each[-1].words in SHOWS for _, each in advised):
                return "solved"
            if again is not outcome and not self.was_well and self.is_well():
                return "solved"
            if not advised:
                return "shown" if commands[-1].words in SHOWS else f"DEAD END: {said_by(again)}"
            fresh = [each for each in advised if texts_of(each[1]) not in seen]
            if not fresh:
                return f"LOOP: says the same again: {said_by(again)}"
            said = again.err + again.out
            line, commands = fresh[0]
        return "another step"

    def is_done(self, line, commands):
        if commands[-1].words in SHOWS or REMINDERS.search(line):
            return True
        # The command was wrong as it was typed, and the advice is the right one.
        if commands[-1].words == name_of(list(map(str, self.problem))):
            return True
        return self.was_good and self.problem[0] not in LOOKS


class AdviceTest(StoryTest):
    """A test whose advice is obeyed."""

    def setUp(self):
        need_root()  # advice as root, without sudo
        super().setUp()

    def assert_safe(self, situation, scene, problems):
        faults = Adviser(self).obey_all(situation, scene, problems)
        self.assertEqual(faults, [], "\n" + "\n".join(faults))


def add_test(cls, name, what, run):
    """A test of this name. `what` says in a sentence what it shows."""

    def test(self):
        run(self)

    test.__name__ = f"test_{name}"
    test.__doc__ = what
    setattr(cls, test.__name__, test)


def run_tests():
    """harness.main(), which then tells how many pieces of advice were obeyed; with --table behind the names of tests also
    each of them, and what came of it."""
    try:
        main([word for word in sys.argv if word != "--table"])
    finally:
        filled = sum(1 for row in TABLE if row.placeholders)
        print(f"{len(TABLE)} pieces of advice obeyed, {filled} of them with a word to fill in", flush=True)
