# SPDX-License-Identifier: ISC
"""All commands have one opinion of a host. Each situation of harness/situations.py is a row of situations.md: what each
command ends with, its first word, and the first command that it advises. What a person sees of `verify` and `status`
is in a golden file in screens/; GENKEY_GOLDEN=write writes them anew.

The commands run on the host itself, in the order of the columns. Only the last but one may change it: `ensure`. Peers are
asked before `status`, which tells the last results.

    test_situations.py --table    prints the rows as they are, and compares nothing
"""

import os
import pathlib
import re
import sys

import harness
from harness import screens, situations

TABLE = pathlib.Path(__file__).with_name("situations.md")
SCREENS = pathlib.Path(__file__).with_name("screens")
COLUMNS = ("situation", "verify", "status", "Nagios", "metrics", "ensure --dry-run", "gate", "ensure", "gate, then")
PRINTS = "--table" in sys.argv
OPTIONS = ("--config", "--key-file", "--state-dir", "--owner")
# From the best to the worst, as people should look at them.
RESULTS = ("", "agree", "removed", "no-key", "clone", "incompatible", "unreachable", "untrusted", "disagree")
NAGIOS = {0: "OK", 10: "WARNING", 1: "UNKNOWN", 2: "UNKNOWN"}
# Said of every host of these tests.
AWAITED = ()
TYPED = re.compile("    (?:sudo |genkey-agent |chown )")  # a command stays whole
NOT_ABOUT_IT = re.compile(r"backup --passphrase|--allow-next-start")


def expected_rows():
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    rows = [[cell.strip() for cell in line.strip("| ").split("|")] for line in lines]
    return {row[0]: row for row in rows if row[0] not in ("situation", "---")}


def screen_of(situation):
    return SCREENS / f"{situation.name.replace(' ', '_')}.txt"


def is_value(word):
    """A path, an address, a pin or a placeholder: whatever differs from run to run."""
    return word.isupper() or not re.fullmatch(r"-{0,2}[a-z][a-z-]*", word)


def shortened(command):
    """The command's words, without its values and the options that name the host's files."""
    words = []
    for word in command.split():
        if word not in OPTIONS and not is_value(word):
            words.append(word)
    return " ".join(words)


def advice_in(text):
    """The first command that a message advises here."""
    for line in text.splitlines():
        if NOT_ABOUT_IT.search(line):
            continue
        commands = re.findall(r"(?:^    |: )(?:sudo )?(?:genkey-agent ([a-z-]+[^;\n]*)|(ch(?:own|mod|attr)) )", line)
        for command, other in commands:
            return other or shortened(command)
    return ""


def cell(outcome, word=""):
    advice = advice_in(outcome.err) or advice_in(outcome.out)
    return " ".join([str(outcome.code), *([word] if word else [])]) + (f": {advice}" if advice else "")


def worst(results):
    return max((each for each in results if each != "self"), key=RESULTS.index, default="")


class View:
    """What each command says of a host: a cell for each column."""

    def __init__(self, host):
        self.host = host
        self.screens = screens.Screens(host)

    def at_terminal(self, *words):
        # wine's console draws in a way of its own.
        if harness.HOST is harness.Host:
            self.screens.take(*words)

    def both(self, *words):
        """As a person sees it, and as a program."""
        plain = self.host.run(*words, expect=None)
        return plain, self.host.run(*words, "--json", expect=plain.code).json

    def verify(self):
        self.at_terminal("verify", "--wait", "2s")  # the first of all: some things are said once
        plain, said = self.both("verify", "--wait", "2s")
        self.verified = plain.code
        return cell(plain, said.get("error") or worst(peer["result"] for peer in said["peers"]))

    def status(self):
        self.at_terminal("status")
        plain, said = self.both("status")
        self.known = plain.code
        key = said["key"]
        word = key["state"] if key["state"] != "present" else "" if key["recorded"] else "not-recorded"
        return cell(plain, word or worst(peer["result"] for peer in said["peers"]))

    def nagios(self):
        outcome = self.host.run("status", "--format", "nagios", expect=None)
        self.alarm = outcome.out.split()[1]
        advice = advice_in(outcome.out)
        return self.alarm + (f": {advice}" if advice else "")

    def metrics(self):
        text = self.host.run("status", "--format", "prometheus", expect=None).out
        self.gauge = int(re.search(r"^genkey_agent_status (\d+)$", text, re.MULTILINE)[1])
        counts = re.findall(r'^genkey_agent_peers{result="([a-z-]+)"} ([1-9]\d*)$', text, re.MULTILINE)
        return " ".join([str(self.gauge), *(f"{result}={count}" for result, count in counts)])

    def would_ensure(self):
        outcome = self.host.run("ensure", "--dry-run", "--wait", "2s", expect=None)
        first = (outcome.out.splitlines() or [""])[0]
        return cell(outcome, "would change" if first.startswith("would") else "")

    def gate(self):
        plain, said = self.both("gate", "--wait", "0s")
        self.gated = plain.code
        reasons = [each["reason"] for each in said.get("gate", {}).get("reasons", [])]
        return cell(plain, said.get("error") or (reasons[0] if reasons else "may start"))

    def ensure(self):
        outcome = self.host.run("ensure", "--wait", "2s", expect=None)
        self.ensured = outcome.code
        return cell(outcome, "nothing to do" if "nothing to do" in outcome.out else "")

    def gate_then(self):
        outcome = self.host.gate(expect=None)
        self.gated_then = outcome.code
        return str(outcome.code)

    def row(self, name):
        return [name, self.verify(), self.status(), self.nagios(), self.metrics(), self.would_ensure(), self.gate(),
                self.ensure(), self.gate_then()]


class Situations(harness.StoryTest):
    """Its tests are made below, one for each situation."""

    rows = []

    def check(self, situation):
        if situation.name in AWAITED and not PRINTS:
            harness.skip("ensure and status do not refuse a record that cannot be read yet")
        view = View(situation.build(self))
        row = view.row(situation.name)
        self.rows.append(row)
        if PRINTS:
            return
        self.assert_one_opinion(view)
        self.assert_screens(situation, view.screens.text())
        self.assertEqual("\n".join(row), "\n".join(expected_rows().get(situation.name, [])))

    def assert_one_opinion(self, view):
        """What holds in every situation, whatever the row says."""
        self.assertEqual(view.gauge, view.known, "metrics and status")
        self.assertEqual(view.alarm, NAGIOS.get(view.known, "CRITICAL"), "Nagios and status")
        if view.verified not in (0, 1):
            self.assertNotEqual(view.known, 0, "status is fine, and verify is not")
        if view.gated != 0:
            self.assertNotIn(view.known, (0, 10), "status is fine, and the gate refuses")
            self.assertNotEqual(view.verified, 0, "verify is fine, and the gate refuses")
        if view.ensured == 0:
            self.assertEqual(view.gated_then, 0, "ensure is content, and the gate refuses")
        if view.ensured not in (0, 1):
            self.assertNotEqual(view.known, 0, "status is fine, and ensure is not")

    def assert_screens(self, situation, shown):
        if not shown:
            return
        golden = screen_of(situation)
        if os.environ.get("GENKEY_GOLDEN") == "write":
            golden.write_text(shown, encoding="utf-8")
        wide = [line for line in shown.splitlines() if len(line) > screens.WIDTH and not TYPED.match(line)]
        self.assertEqual(wide, [], "too wide")
        self.assertEqual(golden.read_text(encoding="utf-8"), shown, f"not as in {golden}")

    @classmethod
    def tearDownClass(cls):
        if not PRINTS:
            return
        for row in [COLUMNS, ["---"] * len(COLUMNS), *cls.rows]:
            print("|", " | ".join(row), "|", flush=True)


class Unasked(harness.StoryTest):
    def test_a_host_that_only_was_asked_is_shown_with_the_same_number_by_people_and_by_metrics(self):
        om1, om2 = self.host("om1"), self.host("om2")
        om1.run("import", self.key_source(self.fresh_key()))
        om1.serve()
        om2.run("join", "--ticket-file", "-", stdin=om1.run("invite").line)
        self.assertIn("agrees with 1 of 1 peer", om1.run("status").out)
        self.assertIn("0 agree=1", View(om1).metrics())
        metrics = om1.run("status", "--format", "prometheus").out
        self.assertRegex(metrics, r"(?m)^genkey_agent_peer_agrees{.*} 1$")


class Table(harness.StoryTest):
    def test_it_has_a_row_for_each_situation_and_no_other(self):
        self.assertEqual(list(expected_rows()), [each.name for each in situations.ALL])

    def test_there_is_a_screen_of_each_situation_and_no_other(self):
        self.assertEqual(sorted(SCREENS.iterdir()), sorted(screen_of(each) for each in situations.ALL))


def test_of(situation):
    def test(self):
        self.check(situation)

    test.__doc__ = situation.what
    return test


for number, each in enumerate(situations.ALL):
    # Tests run in the order of their names, and the table is in the order of the situations.
    setattr(Situations, f"test_{number:02}_{each.name.replace(' ', '_')}", test_of(each))


if __name__ == "__main__":
    if PRINTS:
        sys.argv.remove("--table")
    harness.main()
