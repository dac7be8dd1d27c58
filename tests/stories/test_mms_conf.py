# SPDX-License-Identifier: ISC
"""mms.conf is shell. Whatever it does, the key file is the one that a start would read, or it is said that nobody can tell."""

import json
import os
import pwd
import subprocess
import sys

import harness
from harness.hooks import HookTest, MARK, STARTS, silent_peer, was_asked

REMEDY = "[installation] key_file"

# Each comes to {key}, in a way that only a shell can follow.
KNOWN = {
    "it sources a file": '. "${{BASH_SOURCE%/*}}/keys.conf"\n',
    "it calls a function": "where() {{ ENC_KEY_PATH={key}; }}\nwhere\n",
    "it returns early": "ENC_KEY_PATH={key}\nreturn 0\nENC_KEY_PATH=/elsewhere/gen.key\n",
    "it is strict": "set -eu\nENC_KEY_PATH={key}\nfalse || true\n",
    "a command fails": "ENC_KEY_PATH={key}\nfalse\n",
    "it changes the home": 'HOME={directory}\nENC_KEY_PATH=${{HOME}}/gen.key\n',
    "it prints megabytes": "head -c 3000000 /dev/zero\nENC_KEY_PATH={key}\n",
    "it sets the vendor's variables": "APP_DIR={directory} SYSCONFIG=/x MMS_USER=\nENC_KEY_PATH=$APP_DIR/gen.key\n",
    "it decides by a condition": "if [ -d / ]; then ENC_KEY_PATH={key}; else ENC_KEY_PATH=/elsewhere; fi\n",
    "it ends in a program": "ENC_KEY_PATH={key}; /bin/true\n",
    "it ends in a program behind a condition": "ENC_KEY_PATH={key}\n[ -d / ] && /bin/true\n",
    "it leaves a process behind": "(while :; do :; done) &\nENC_KEY_PATH={key}\n",
}

# Each comes to no path.
UNKNOWN = {
    "exit 0\n": "calls exit",
    "set -e\nfalse\n": "set -e",
    "set -u\nENC_KEY_PATH=$NO_SUCH_VARIABLE\n": "would end in it",
    "if true; then\n": "not complete shell",
    "A='open\n": "not complete shell",
    "while :; do :; done\n": "took too long",
    "ENC_KEY_PATH=\n": "is empty",
    "ENC_KEY_PATH=gen.key\n": "not an absolute path",
    "ENC_KEY_PATH=/a/gen.key\r\n": "carriage return",
}


class Known(HookTest):
    def test_the_key_is_installed_where_a_start_reads_it(self):
        for name, text in KNOWN.items():
            with self.subTest(name):
                om1 = self.host(f"om{len(self.key_files)}")
                (om1.conf.parent / "keys.conf").write_text(f"ENC_KEY_PATH={om1.key_file}\n")
                om1.unpack(text.format(key=om1.key_file, directory=om1.key_file.parent))
                om1.write_script(shell="bash", options="")
                self.assertEqual(om1.run_json("generate")["key"]["file"], str(om1.key_file))
                if "behind" not in name:
                    self.assertEqual(om1.call("start", prefix=("timeout", "60")).out.replace("\0", ""), "did start\n")

    def test_nothing_is_written_and_nobody_is_reached(self):
        probe = ["unshare", *([] if os.getuid() == 0 else ["--user"]), "--net", "--mount", "true"]
        if subprocess.run(probe, capture_output=True, check=False).returncode != 0:
            harness.skip("there are no new namespaces here")
        om1 = self.host("om1")
        with silent_peer() as peer:
            om1.unpack(
                f"echo x >{om1.directory}/new; rm -f {om1.conf}; : >{om1.conf}\n"
                f"echo x 2>/dev/null >/dev/tcp/127.0.0.1/{peer.getsockname()[1]}\nENC_KEY_PATH={om1.key_file}\n"
            )
            before = om1.conf.read_bytes()
            om1.run("generate")
            self.assertFalse(was_asked(peer))
        self.assertEqual(om1.conf.read_bytes(), before)
        self.assertFalse((om1.directory / "new").exists())

    def test_the_shell_is_the_services_account(self):
        harness.need_root()
        om1 = self.host("om1")
        nobody = pwd.getpwnam("nobody")
        os.chown(om1.installation, nobody.pw_uid, nobody.pw_gid)
        om1.unpack(f'ENC_KEY_PATH={om1.key_file.parent}/of-$(id -un)\n')
        om1.key_file = om1.key_file.parent / "of-nobody"
        self.key_files.add(om1.key_file)
        self.assertEqual(om1.run_json("status", expect=11)["key"]["file"], str(om1.key_file))

    def test_the_file_chooses_no_account_that_does_not_control_it(self):
        harness.need_root()
        om1 = self.host("om1")
        nobody = pwd.getpwnam("nobody")
        os.chown(om1.installation, nobody.pw_uid, nobody.pw_gid)
        for user in ("root", "daemon", "nobody:root"):
            with self.subTest(user):
                om1.unpack(f"MMS_USER={user}\nENC_KEY_PATH=/elsewhere/of-$(id -un)\n")
                os.chown(om1.conf, nobody.pw_uid, nobody.pw_gid)
                refused = om1.run("generate", expect=2)
                self.assertIn(REMEDY, refused.err)
                self.assertNotIn("/elsewhere", refused.err)

    def test_it_cannot_type_at_the_callers_terminal(self):
        om1 = self.host("om1")
        om1.unpack(f"ENC_KEY_PATH={om1.key_file}\nif (: </dev/tty); then ENC_KEY_PATH=/elsewhere/gen.key; fi\n")
        om1.prefix = (sys.executable, harness.SOURCE / "tests/stories/harness/with_terminal.py", "none")
        self.assertIn(str(om1.key_file), om1.run("status", expect=11).err)

    def test_a_file_that_the_account_cannot_read_is_said(self):
        harness.need_root()
        om1 = self.host("om1")
        nobody = pwd.getpwnam("nobody")
        os.chown(om1.installation, nobody.pw_uid, nobody.pw_gid)
        om1.conf.chmod(0o600)
        refused = om1.run("generate", expect=2)
        for text in ("the account that runs Ops Manager cannot read it", REMEDY):
            self.assertIn(text, refused.err)


class Unknown(HookTest):
    def assert_refused_for(self, outcome, *said):
        for text in ("where Ops Manager reads its key is unknown", *said, REMEDY):
            self.assertIn(" ".join(text.split()), outcome.told)

    def test_no_command_guesses(self):
        om1 = self.host("om1")
        for text, why in UNKNOWN.items():
            with self.subTest(text):
                om1.conf.write_bytes(text.encode())
                self.assert_refused_for(om1.run("generate", expect=2), str(om1.conf), why)
        self.assertFalse(om1.key_file.exists())

    def test_without_a_record_gate_and_ensure_refuse(self):
        om1 = self.host("om1")
        om1.conf.write_text("exit 0\n")
        for command in ("gate", "ensure"):
            self.assert_refused_for(om1.run(command, expect=2), "no record names it")

    def test_a_policy_that_refuses_nothing_lets_the_start_pass(self):
        om1 = self.host("om1")
        om1.conf.write_text("exit 0\n")
        for policy in ("off", "warn"):
            self.assert_refused_for(om1.run("gate", "--policy", policy))
        for policy in ("local", "default", "strict"):
            om1.run("gate", "--policy", policy, expect=2)

    def test_commands_that_need_no_key_file_go_on(self):
        om1 = self.host("om1")
        om1.conf.write_text("exit 0\n")
        om1.run("identity")
        om1.run("peers", "list")

    def test_gate_and_ensure_use_the_recorded_path_and_say_so(self):
        om1 = self.host("om1")
        om1.run("generate")
        om1.conf.write_text("exit 0\n")
        for command, code in (("gate", 0), ("ensure", 10), ("status", 10), ("verify", 10)):
            with self.subTest(command):
                self.assert_refused_for(om1.run(command, expect=code), "calls exit", str(om1.key_file), "the recorded path is used")
        om1.key_file.write_bytes(self.fresh_key())
        om1.run("gate", expect=14)
        for command in (("import", "/dev/null"), ("generate",), ("audit",)):
            with self.subTest(command):
                self.assert_refused_for(om1.run(*command, expect=2))

    def test_a_record_of_an_older_version_names_no_path_until_ensure_has_seen_it(self):
        om1 = self.host("om1")
        om1.run("generate")
        record = om1.state_dir / "record.json"
        older = json.loads(record.read_text())
        self.assertEqual(older.pop("key_file"), str(om1.key_file))
        record.write_text(json.dumps(older))
        good = om1.conf.read_bytes()
        om1.conf.write_text("exit 0\n")
        self.assert_refused_for(om1.run("gate", expect=2), "no record names it")
        om1.conf.write_bytes(good)
        om1.run("ensure")
        self.assertEqual(om1.record()["key_file"], str(om1.key_file))
        self.assertFalse(om1.run_json("ensure")["changed"])
        om1.conf.write_text("exit 0\n")
        om1.run("gate")

    def test_a_key_file_in_the_configuration_needs_no_shell(self):
        om1 = self.host("om1")
        om1.conf.write_text("while :; do :; done\n")
        om1.also(installation={"key_file": str(om1.key_file)})
        om1.run("generate")
        self.assertEqual(om1.run("gate").err, "")

    def test_a_key_file_in_the_configuration_changes_the_path_of_a_package_and_nothing_else(self):
        harness.need_root()  # another user's own configuration is for a trial
        om1 = self.host("om1")
        root = om1.directory / "root"
        (root / "etc" / "mongodb-mms").mkdir(parents=True)
        om1.installation, om1.where = root / "opt" / "mongodb" / "mms", ["--root", root]
        om1.unpack("exit 0\n")
        om1.also(installation={"owner": "nobody"})
        self.assert_refused_for(om1.run("generate", expect=2), 'owner = "USER" if Ops Manager does not run as nobody')
        om1.also(installation={"key_file": str(om1.key_file), "owner": "nobody"})
        settings = {each["key"]: each["value"] for each in om1.run_json("config", "show")["settings"]}
        self.assertEqual(settings["installation.kind"], '"package"')
        self.assertEqual(settings["installation.path"], f'"{om1.installation}"')
        properties = om1.installation / "conf" / "conf-mms.properties"
        properties.write_text("mongo.encryptedCredentials=true\n")
        self.assertIn("encrypted", om1.run("generate", expect=17).err)
        properties.unlink()
        om1.run("generate")
        self.assertEqual(om1.key_file.stat().st_uid, pwd.getpwnam("nobody").pw_uid)

    def test_a_key_file_on_the_command_line_is_for_a_trial_beside_the_package(self):
        om1 = self.host("om1")
        root = om1.directory / "root"
        (root / "opt" / "mongodb" / "mms").mkdir(parents=True)
        om1.where = ["--root", root, "--key-file", om1.key_file]
        om1.run("generate")
        self.assertEqual(om1.run_json("status")["status"]["layout"], "plain")
        self.assertEqual(om1.key_file.stat().st_uid, os.getuid())

    def test_without_bash_it_is_unknown(self):
        harness.need_root()
        om1 = self.host("om1")
        om1.run("generate")
        om1.prefix = ("unshare", "-m", "sh", "-c", 'mount --bind /dev/null "$(readlink -f /bin/bash)" && exec "$@"', "sh")
        self.assert_refused_for(om1.run("gate"), "/bin/bash is not there", "the recorded path is used")
        self.assert_refused_for(om1.run("generate", expect=2), "/bin/bash is not there")


class HookInForce(HookTest):
    def assert_not_in_force(self, host, *said):
        outcome = host.run("status", expect=10)
        self.assertIn(f"NOT IN FORCE in {host.conf}", outcome.out)
        for text in ("is not in force", *said):
            self.assertIn(" ".join(text.split()), outcome.told)
        hook = host.run_json("status", expect=10)["status"]["hook"]
        self.assertEqual((hook["present"], hook["in_force"]), (True, False))
        self.assertIn("\ngenkey_agent_hook_missing 1\n", host.run("status", "--format", "prometheus", expect=None).out)

    def rewrite(self, host, text):
        """Writes `text` with the hook's line in the place of {hook}."""
        host.conf.write_text(text.format(key=host.key_file, hook=host.hook_lines()[0]))

    def test_a_hook_behind_an_early_return_is_not_in_force(self):
        om1 = self.host("om1")
        om1.run("generate")
        om1.conf.write_text(f"ENC_KEY_PATH={om1.key_file}\nreturn 0\n")
        installed = om1.run("hook", "install", expect=10)
        self.assertIn('"mongodb-mms start" does not reach the hook', installed.err)
        self.assertFalse(om1.run_json("hook", "install", expect=10)["hook"]["in_force"])
        self.assert_not_in_force(om1, "does not reach the hook")

    def test_a_hook_that_one_verb_misses_is_not_in_force(self):
        om1 = self.hooked()
        for verb in STARTS:
            with self.subTest(verb):
                self.rewrite(om1, 'ENC_KEY_PATH={key}\n[ "${{1:-}}" != ' + verb + " ] || return 0\n{hook}\n")
                self.assert_not_in_force(om1, f'"mongodb-mms {verb}" does not reach the hook')

    def test_a_hook_that_asks_for_another_file_than_ops_manager_reads_is_not_in_force(self):
        om1 = self.hooked()
        self.rewrite(om1, "ENC_KEY_PATH={key}\n{hook}\nENC_KEY_PATH={key}.later\n")
        om1.also(installation={"key_file": str(om1.key_file)})
        self.assert_not_in_force(om1, f"reads the key file {om1.key_file}.later")
        self.rewrite(om1, 'ENC_KEY_PATH={key}\n[ "${{1:-}}" != run ] || ENC_KEY_PATH={key}.run\n{hook}\n')
        self.assert_not_in_force(om1, f"reaches the hook with the key file {om1.key_file}.run")

    def test_asking_whether_it_is_in_force_runs_no_gate(self):
        om1 = self.hooked()
        om1.run("status")
        self.assertFalse((om1.state_dir / "gate.json").exists())

    def test_a_verb_behind_options_is_held_too(self):
        om1 = self.host("om1")
        om1.run("hook", "install")
        for shell in ("dash", "bash"):
            self.assert_refused(om1, "there is no key", verb="--verbose start", shell=shell)
            self.assertEqual(om1.call("--verbose stop", shell=shell).err, "")

    def test_a_line_of_a_former_version_is_replaced(self):
        om1 = self.hooked()
        line = om1.hook_lines()[0]
        former = line.replace('for genkey_agent_word in "$@"; do case "$genkey_agent_word" in', 'case "${1:-}" in')
        former = former.replace("fi; break ;; stop|stop_mms|stop_backup_daemon|status) break ;; esac; done", "fi ;; esac")
        self.assertIn(MARK, former)
        om1.conf.write_text(f"ENC_KEY_PATH={om1.key_file}\n{former}\n")
        self.assert_not_in_force(om1, '"mongodb-mms --verbose start" does not reach the hook')
        om1.run("hook", "install")
        self.assertEqual(om1.hook_lines(), [line])
        om1.run("status")


if __name__ == "__main__":
    harness.main()
