# SPDX-License-Identifier: ISC
"""scripts/setup hooks: the quick checks before each commit, in every worktree, and nobody else's hook is touched."""

import os
import shutil
import subprocess

import harness

# Stands in for the checks: writes down what it is asked for, and fails where a file asks for it.
CHECK = """#!/bin/sh
echo "$*" >asked
[ ! -e broken ]
"""


class CommitHook(harness.StoryTest):
    def setUp(self):
        super().setUp()
        self.checkout = self.directory / "checkout"
        (self.checkout / "scripts").mkdir(parents=True)
        shutil.copy(harness.SOURCE / "scripts" / "setup", self.checkout / "scripts")
        check = self.checkout / "scripts" / "check"
        check.write_text(CHECK)
        check.chmod(0o755)
        self.git("init", "--quiet")
        self.git("add", "scripts")
        self.commit()
        self.hook = self.checkout / ".git" / "hooks" / "pre-commit"

    def call(self, *command, directory=None, expect=0):
        # git's own variables would lead it to the repository that the tests run in.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        done = subprocess.run(
            [str(word) for word in command], capture_output=True, text=True, check=False, cwd=directory or self.checkout,
            env={**environment, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"},
        )  # fmt: skip
        self.assertEqual(done.returncode, expect, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def git(self, *words, **options):
        return self.call("git", "-c", "user.name=tester", "-c", "user.email=tester@invalid", *words, **options)

    def commit(self, **options):
        return self.git("commit", "--quiet", "--allow-empty", "--message", "scripts: a change", **options)

    def write_hook(self, **options):
        return self.call("scripts/setup", "hooks", **options)

    def test_a_commit_runs_the_quick_checks_and_fails_with_them(self):
        before = self.git("status", "--short")
        self.write_hook()
        self.assertEqual(self.git("status", "--short"), before)
        self.commit()
        self.assertEqual((self.checkout / "asked").read_text(), "layers reveal try format\n")
        (self.checkout / "broken").touch()
        self.commit(expect=1)

    def test_in_a_worktree_the_checks_are_the_worktrees(self):
        worktree = self.directory / "worktree"
        self.git("worktree", "add", "--quiet", worktree)
        self.write_hook(directory=worktree)
        self.commit(directory=worktree)
        self.assertTrue((worktree / "asked").exists())
        self.assertFalse((self.checkout / "asked").exists())

    def test_its_own_hook_is_written_again(self):
        self.write_hook()
        written = self.hook.read_text()
        self.hook.write_text(written + "exit 0\n")
        self.write_hook()
        self.assertEqual(self.hook.read_text(), written)

    def test_a_hook_of_somebody_else_stays(self):
        self.hook.parent.mkdir(exist_ok=True)
        for foreign in ("#!/bin/sh\nexit 0\n", ""):
            self.hook.write_text(foreign)
            said = self.write_hook(expect=1)
            self.assertIn("stays as it is", said)
            self.assertEqual(self.hook.read_text(), foreign)
        self.hook.unlink()
        self.hook.symlink_to("elsewhere")
        self.write_hook(expect=1)
        self.assertTrue(self.hook.is_symlink())


if __name__ == "__main__":
    harness.main()
