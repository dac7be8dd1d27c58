# SPDX-License-Identifier: ISC
"""The promises of the documents are kept: their links lead somewhere, and their commands do what they are for."""

import os
import pathlib
import re
import shutil
import subprocess
import urllib.parse

import harness
from harness import document_commands, program_help
from harness.document_scenes import ELSEWHERE, SCENES, WHOLE_BLOCKS
from harness.typist import Typist

SOURCE = harness.SOURCE
WELL = (0, 10)  # what status ends with when nothing is wrong
# Options of other programs that the documents mention.
FOREIGN_OPTIONS = {
    "all", "check", "diff", "enable-linger", "exclude", "home-dir", "install", "limit", "now", "output", "prefix", "preset", "build", "shell",
    "strip-components", "system", "upgrade", "user",
}


def text_of(name):
    return (SOURCE / name).read_text(encoding="utf-8")


def options_of_the_program():
    options = program_help.options_in(program_help.help_of()).union(*program_help.commands().values())
    return options | {"help"}


class Readme(harness.StoryTest):
    def test_it_is_short(self):
        self.assertLessEqual(len(text_of("README.md").splitlines()), 220)

    def test_the_first_commands_exist(self):
        said = re.findall(r"^    (\S+)", text_of("README.md"), re.MULTILINE)[:2]
        self.assertEqual(said, ["scripts/demo", "scripts/test"])
        for script in said:
            self.assertTrue(os.access(SOURCE / script, os.X_OK), script)

    def test_its_contents_name_every_section(self):
        text = text_of("README.md")
        headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
        contents = text.partition("Contents: ")[2].partition("\n\n")[0]
        self.assertEqual(re.findall(r"\]\(#([^)]+)\)", contents), [anchor_of(heading) for heading in headings])

    def test_it_names_every_command(self):
        table = text_of("README.md").partition("## Commands at a glance")[2].partition("\n## ")[0]
        rows = [line for line in table.splitlines() if line.startswith("| `")]
        commands = set(program_help.commands()) - {"hook run"}  # only the line in mms.conf calls it
        for command in commands:
            words = {f"`{word}`" for word in command.split()}
            self.assertTrue(any(all(word in row for word in words) for row in rows), command)

    def test_it_names_every_exit_code_and_no_other(self):
        table = text_of("README.md").partition("## Exit codes")[2].partition("\n## ")[0]
        self.assertEqual(sorted(map(int, re.findall(r"\| (\d+) \|", table))), sorted(harness.EXIT_CODES))

    def test_its_files_are_those_of_the_manual(self):
        manual = text_of("agent/doc/genkey-agent.8")
        table = text_of("README.md").partition("## Files")[2].partition("\n## ")[0]
        files = re.findall(r"^\| `(/[^`]+?)/?`", table, re.MULTILINE)
        self.assertGreater(len(files), 5)
        for file in files:
            self.assertRegex(manual, rf"(?m)^\.It Pa {re.escape(file)}$")

    def test_two_hosts_take_seven_commands_and_each_further_one_two(self):
        section = text_of("README.md").partition("## Quick start")[2].partition("\n## ")[0]
        typed = re.findall(r"^    (?:om\d# )?genkey-agent (\w+)", section, re.MULTILINE)
        on_each_host = typed.count("setup")
        self.assertLessEqual(len(typed) + on_each_host, 7)
        self.assertLessEqual(on_each_host + typed.count("join"), 2)


def anchor_of(heading):
    """How GitHub names a heading in links."""
    return re.sub(r"[^\w\- ]", "", heading.replace("`", "")).lower().replace(" ", "-")


class Links(harness.StoryTest):
    def pages(self):
        listed = subprocess.run(["git", "-C", SOURCE, "ls-files", "*.md"], capture_output=True, text=True, check=False)
        return sorted({*listed.stdout.split(), *(document for document in document_commands.documents() if document.endswith(".md"))})

    def test_every_link_leads_to_a_file_and_every_anchor_to_a_heading(self):
        for page in self.pages():
            for link in re.findall(r"\]\(([^)\s]+)\)", text_of(page)):
                if "://" not in link:
                    with self.subTest(page=page, link=link):
                        self.assert_leads_somewhere(page, link)

    def assert_leads_somewhere(self, page, link):
        path, _, anchor = urllib.parse.unquote(link).partition("#")
        target = (SOURCE / page).parent / path if path else SOURCE / page
        self.assertTrue(target.exists(), "there is no such file")
        if anchor:
            headings = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            self.assertIn(anchor, map(anchor_of, headings))

    def test_every_page_is_reached_from_the_readme(self):
        linked = set(re.findall(r"\]\(([^)#\s]+)", text_of("README.md")))
        pages = {document for document in document_commands.documents() if document.endswith(".md")}
        self.assertLessEqual(pages - {"README.md"}, linked)


class Commands(harness.StoryTest):
    """Each command is typed on the hosts for which it is meant. Its tests are added below, one for each command."""

    def check(self, command):
        typist = Typist(self)
        for scene in SCENES[command]:
            with self.subTest(scene.name):
                self.assertNotEqual(scene.expect, 2, "no document tells people to type a mistake")
                self.assertEqual(scene.expect != 0, bool(scene.because), "an exit code that is not 0 has a reason")
                prepared = scene.build(self)
                for earlier in scene.after:
                    self.assertEqual(typist.type(prepared.host, f"genkey-agent {earlier}").code, 0)
                if scene.fixes:
                    self.assertNotIn(prepared.host.run("status", expect=None).code, WELL)
                outcome = typist.type(prepared.host, f"genkey-agent {command}", prepared.words, prepared.answers)
                self.assertEqual(outcome.code, scene.expect, outcome)
                if scene.fixes:
                    self.assertIn(prepared.host.run("status", expect=None).code, WELL, outcome)


for each in SCENES:
    setattr(Commands, "test_" + re.sub(r"\W+", "_", each).strip("_"), lambda self, command=each: self.check(command))


class Coverage(harness.StoryTest):
    def found(self):
        """(where, command without the program's name) of each command that no test runs as part of its block."""
        for found in document_commands.all_commands():
            if not (found.is_in_block and (found.document, found.section) in WHOLE_BLOCKS):
                yield str(found), re.sub(r"^(?:ssh \S+ )?(?:sudo )?genkey-agent ", "", found.text)

    def test_every_command_in_a_document_is_run_by_a_test(self):
        for where, command in self.found():
            with self.subTest(where):
                self.assertTrue(command in SCENES or command in ELSEWHERE, "add a scene: tests/stories/harness/document_scenes.py")

    def test_every_command_that_is_run_is_in_a_document(self):
        self.assertEqual({*SCENES, *ELSEWHERE} - {command for _, command in self.found()}, set())
        blocks = {(found.document, found.section) for found in document_commands.all_commands() if found.is_in_block}
        self.assertEqual(set(WHOLE_BLOCKS) - blocks, set())

    def test_every_test_that_is_named_exists(self):
        for named in (*ELSEWHERE.values(), *WHOLE_BLOCKS.values()):
            file, _, test = named.partition(" ")
            within, _, method = test.partition(".")
            part = re.split(r"(?m)^class ", text_of(file))
            self.assertTrue(any(each.startswith(within) and f"def {method}(self)" in each for each in part), named)

    def test_no_document_speaks_of_an_option_that_is_not_there(self):
        options = options_of_the_program() | FOREIGN_OPTIONS
        for document in document_commands.documents():
            self.assertEqual(set(re.findall(r"(?<![\w-])--([a-z][a-z-]+)", text_of(document))) - options, set(), document)


class Trial(harness.StoryTest):
    def test_it_works_as_written_without_root(self):
        harness.need_root()  # the fixed ports need a network of their own
        section = text_of("agent/doc/deployment.md").partition("## Try it on one machine")[2].partition("\n## ")[0]
        script = "\n".join(line[4:] for line in section.splitlines() if line.startswith("    "))
        folder = self.directory / "trial"
        folder.mkdir(mode=0o755)
        os.chown(folder, 65534, 65534)
        path = f"{pathlib.Path(harness.PROGRAM).parent}:{os.environ['PATH']}"
        alone = 'ip link set lo up && exec setpriv --reuid 65534 --regid 65534 --clear-groups bash -ec "$1"'
        done = subprocess.run(
            ["unshare", "--net", "bash", "-c", alone, "bash", f"{script}\nwait"],
            cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True, timeout=harness.TIME_LIMIT, check=False,
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("1 of 1 peer agrees\n", done.stdout)
        self.assertTrue(done.stdout.endswith("Ops Manager may start\n"), done.stdout)
        keys = {(folder / name / "gen.key").read_bytes() for name in ("om1", "om2")}
        self.assertEqual(len(keys), 1)


class Archive(harness.StoryTest):
    """INSTALL.txt, as an account without root types it. What needs a session of systemd is left to the booted hosts."""

    OF_THE_SESSION = ("tar ", "cd ", "systemctl ", "loginctl ")

    def steps(self):
        section = text_of("scripts/packaging/INSTALL.txt").partition("Without root")[2]
        return [line[4:] for line in section.splitlines() if line.startswith("    ")]

    def unpacked(self):
        """What the archive has, as far as the steps name it."""
        folder = self.directory / "unpacked"
        for name, source in (
            ("bin/genkey-agent", harness.PROGRAM),
            ("lib/genkey-agent/genkey-agent-backup", os.environ.get("GENKEY_BACKUP_PROGRAM", "genkey-agent-backup")),
            ("lib/genkey-agent/genkey-agent-doctor", os.environ.get("GENKEY_DOCTOR_PROGRAM", "genkey-agent-doctor")),
            ("lib/systemd/user/genkey-agent.service", SOURCE / "scripts" / "systemd" / "user.service"),
        ):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, folder / name)
        return folder

    def ops_manager(self):
        folder = self.directory / "mongodb-mms"
        (folder / "conf").mkdir(parents=True)
        (folder / "bin").mkdir()
        (folder / "conf" / "mms.conf").write_text('MMS_USER=""\nENC_KEY_PATH=${HOME}/.mongodb-mms/gen.key\n')
        return folder

    def test_the_steps_without_root_work_as_written_for_whom_no_path_leads_home(self):
        harness.need_root()  # to become another account
        home, unpacked, ops_manager = self.directory / "home", self.unpacked(), self.ops_manager()
        home.mkdir(mode=0o755)
        steps = [line.replace("DIRECTORY", str(ops_manager)) for line in self.steps() if not line.startswith(self.OF_THE_SESSION)]
        subprocess.run(["chown", "-R", "4711:4711", home, ops_manager], check=True)
        accounts = self.directory / "passwd"
        accounts.write_text(pathlib.Path("/etc/passwd").read_text() + f"ops:x:4711:4711::{home}:/bin/bash\n")
        become = f'mount --bind {accounts} /etc/passwd && exec setpriv --reuid=4711 --regid=4711 --clear-groups bash -euc "$1"'
        done = subprocess.run(
            ["unshare", "--mount", "sh", "-c", become, "sh", "\n".join([*steps, "genkey-agent gate --wait 0s"])],
            cwd=unpacked, env={"HOME": str(home), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}, capture_output=True, text=True,
            timeout=harness.TIME_LIMIT, check=False,
        )
        key = home / ".mongodb-mms" / "gen.key"
        self.key_files.add(key)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(len(key.read_bytes()), 24)
        self.assertIn("genkey-agent", (ops_manager / "conf" / "mms.conf").read_text())

    def test_the_listener_stays_when_nobody_is_logged_in(self):
        steps = self.steps()
        self.assertLess(steps.index("systemctl --user enable --now genkey-agent"), steps.index("loginctl enable-linger"))


if __name__ == "__main__":
    harness.main()
