# SPDX-License-Identifier: ISC
"""The hook in a start by the service's own account, which decides from the record alone."""

import contextlib
import os
import pwd
import re
import shutil
import subprocess

import harness
from harness.hooks import HookTest, START, silent_peer, was_asked


class ServiceUser(HookTest):
    """The service's account starts an Ops Manager from an archive; record and state belong to root."""

    SERVICE = pwd.getpwnam("nobody")
    AS_SERVICE = ("setpriv", "--reuid", str(SERVICE.pw_uid), "--regid", str(SERVICE.pw_gid), "--clear-groups")

    def setUp(self):
        harness.need_root()
        super().setUp()
        # The program under test may be in a directory that only root can enter.
        self.om1 = self.host("om1")
        self.om1.program = self.om1.directory / "genkey-agent"
        shutil.copy(shutil.which(harness.PROGRAM), self.om1.program)
        self.keys_of_service = self.om1.directory / "keys"
        self.keys_of_service.mkdir()
        self.om1.key_file = self.keys_of_service / "gen.key"
        self.key_files.add(self.om1.key_file)
        self.om1.unpack(f"ENC_KEY_PATH={self.om1.key_file}\nMMS_USER=nobody\n")
        self.om1.run("generate")
        self.om1.run("hook", "install")

    def test_it_judges_from_the_record_and_asks_nobody(self):
        with silent_peer() as peer:
            self.om1.also(peers=[f"127.0.0.1:{peer.getsockname()[1]}"])
            outcome = self.om1.call("start", prefix=self.AS_SERVICE)
            self.assertEqual((outcome.out, outcome.err), ("did start\n", ""))
            self.assertFalse(was_asked(peer))
        self.om1.put_key(self.fresh_key())
        os.chown(self.om1.key_file, self.SERVICE.pw_uid, self.SERVICE.pw_gid)
        self.assert_refused(self.om1, "not the one recorded", prefix=self.AS_SERVICE)

    def test_the_state_directory_of_who_installs_it_stands_in_the_line(self):
        command = [*self.AS_SERVICE, self.om1.program, "hook", "install", "--dry-run", "--install-path", self.om1.installation]
        environment = {**os.environ, "XDG_STATE_HOME": "/state of nobody"}
        done = subprocess.run(list(map(str, command)), env=environment, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(f"hook run --install-path '{self.om1.installation}' --state-dir '/state of nobody/genkey-agent' ", done.stdout)

    def test_it_changes_nothing_of_roots(self):
        before = self.om1.snapshot()
        self.om1.call("start", prefix=self.AS_SERVICE)
        self.om1.key_file.rename(self.om1.directory / "away")
        self.key_files.add(self.om1.directory / "away")
        self.assert_refused(self.om1, "this host's key is missing", prefix=self.AS_SERVICE)
        (self.om1.directory / "away").rename(self.om1.key_file)
        after = self.om1.snapshot()
        state = [name for name in {**before, **after} if name.startswith("state")]
        self.assertEqual({name: after.get(name) for name in state}, {name: before.get(name) for name in state})

    def test_it_passes_at_once_in_a_start_that_was_allowed(self):
        self.om1.run("gate", "--wait", "0s", environment={"INVOCATION_ID": START})
        self.assert_starts_in_silence(self.om1, prefix=self.AS_SERVICE, environment={"INVOCATION_ID": START})

    def test_a_script_that_roots_start_runs_again_as_the_account_is_the_same_start(self):
        again = 'su -s /bin/sh nobody -c "\'$0\' start"'
        self.om1.write_script(options=f'[ "$(id -u)" != 0 ] || {{ . "${{0%/bin/*}}/conf/mms.conf"; {again}; exit; }}')
        self.om1.put_key(self.fresh_key())
        self.assert_refused(self.om1)
        self.om1.run("gate", "--allow-next-start", "--reason", "known")
        self.assertEqual(self.om1.call("start").out, "did start\n")
        self.assert_refused(self.om1)

    def test_root_starts_it_as_well(self):
        self.assert_starts_in_silence(self.om1)

    def test_su_to_the_account_starts_it(self):
        self.start_through("su", "-s", "/bin/sh", "nobody", "-c")

    def test_sudo_to_the_account_starts_it(self):
        if shutil.which("sudo") is None:
            harness.skip("there is no sudo")
        self.start_through("sudo", "-n", "-H", "-u", "nobody", "sh", "-c")

    def start_through(self, *prefix):
        script = self.om1.installation / "bin" / "mongodb-mms"
        done = subprocess.run([*prefix, f"'{script}' start"], capture_output=True, text=True, cwd="/", check=False)
        self.assertEqual((done.returncode, done.stdout), (0, "did start\n"), done.stderr)

    def test_the_command_that_root_is_told_runs_as_the_account(self):
        with contextlib.suppress(FileNotFoundError):
            self.om1.key_file.rename(self.om1.directory / "away")
        self.key_files.add(self.om1.directory / "away")
        self.assert_refused(self.om1)
        (self.om1.directory / "away").rename(self.om1.key_file)
        command = re.search(r"to start it now:\n +(.*)", self.om1.run("ensure").err)[1]
        self.assertIn("nobody", command)
        done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout), (0, "did start\n"), done.stderr)


if __name__ == "__main__":
    harness.main()
