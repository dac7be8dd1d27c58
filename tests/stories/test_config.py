# SPDX-License-Identifier: ISC
"""`config check` names every mistake and what a restart would change; `config show` says where each value comes from."""

import json
import re
import subprocess

import harness


class Checking(harness.StoryTest):
    def setUp(self):
        super().setUp()
        self.om1 = self.host("om1")

    def check(self, expect=0):
        return self.om1.run_json("config", "check", expect=expect)

    def write(self, text):
        self.om1.config.write_text(text, encoding="utf-8")

    def test_a_sound_configuration_is_said_to_be_one(self):
        said = self.check()
        self.assertEqual((said["present"], said["mistakes"], said["unresolved"]), (True, [], []))
        self.assertEqual(said["listener"], {"state": "none", "changes": []})
        self.assertIn("has no mistakes", self.om1.run("config", "check").out)
        self.assertNotIn("changed", said)

    def test_each_mistake_has_a_line_of_its_own(self):
        self.write('peers = ["om1", "a b", 3]\npears = []\n[gate]\npolicy = "never"\nwait = 30\n[serve]\nrefetch = "yes"\n')
        outcome = self.om1.run("config", "check", expect=2)
        config = self.om1.shown(self.om1.config)
        lines = outcome.out.splitlines()
        for place in (f'{config}:1: "peers", entry 2', f'{config}:1: "peers"', f'{config}:4: "gate.policy"',
                      f'{config}:5: "gate.wait"', f'{config}:7: "serve.refetch"', f"{config}:2: unknown key"):
            self.assertTrue(any(line.startswith(place) for line in lines), f"{place}\n{outcome}")
        self.assertEqual(len(self.check(expect=2)["mistakes"]), 6)

    def test_what_is_not_toml_is_named_with_its_line(self):
        self.write('name = "om1"\npeers = [\n')
        self.assertRegex(self.om1.run("config", "check", expect=2).out, re.escape(self.om1.shown(self.om1.config)) + r":\d+: ")

    def test_no_value_is_repeated_that_may_be_a_secret(self):
        secret = "AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ"
        self.write(f'peers = ["{secret}"]\n[backup]\nrecipients = ["{secret}"]\n')
        outcome = self.om1.run("config", "check", expect=2)
        self.assertEqual(len(self.check(expect=2)["mistakes"]), 2)
        self.assertNotIn(secret, outcome.out + outcome.err)

    def test_a_missing_file_that_was_named_is_a_mistake(self):
        self.om1.config.unlink()
        self.assertIs(self.check(expect=2)["present"], False)

    def test_a_peer_whose_name_has_no_address_is_named_with_its_line(self):
        self.om1.also(peers=["127.0.0.1:1", "no-such-host.invalid"])
        said = self.check(expect=10)
        self.assertEqual(len(said["unresolved"]), 1)
        self.assertRegex(said["unresolved"][0], r':\d+: "peers", entry 2: the name no-such-host.invalid does not resolve')

    def assert_mistake(self, settings, *said):
        """One line that names the key with its line, and what is wrong."""
        self.om1.configure(**settings)
        (mistake,) = self.check(expect=2)["mistakes"]
        for text in said:
            self.assertIn(text, mistake)
        line = int(re.match(re.escape(self.om1.shown(self.om1.config)) + r":(\d+): ", mistake)[1])
        written = self.om1.config.read_text(encoding="utf-8").splitlines()[line - 1]
        self.assertIn(written.split(" = ")[0], mistake)

    def test_an_owner_without_an_account_is_named(self):
        self.om1.configure(installation={"owner": "nosuch"})
        files = ("--config", self.om1.config, "--key-file", self.om1.key_file, "--state-dir", self.om1.state_dir)
        for command, code in ((("config", "check"), 2), (("generate",), 11)):
            done = subprocess.run(self.om1.typed(*command, *files), capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, code, done)
            self.assertIn('there is no account "nosuch"', done.stdout + done.stderr)
            if code == 2:
                self.assertRegex(done.stdout, r'toml:\d+: "installation.owner": ')

    def test_a_listener_that_would_not_start_is_named(self):
        port = self.om1.port
        self.assert_mistake({"serve": {"listen": ["om1.example.com"]}}, '"serve.listen", entry 1: expected a numeric address')
        self.om1.run("serve", expect=2)
        self.assert_mistake({"serve": {"listen": [f"127.0.0.1:{port}", f"0.0.0.0:{port}"]}}, '"serve.listen" has a port on all addresses')
        self.om1.run("serve", expect=2)

    def test_a_peer_that_nobody_can_reach_is_named(self):
        self.assert_mistake({"peers": ["om1:0"]}, '"peers", entry 1: nobody can connect to port 0')

    def test_backups_that_would_not_be_made_are_named(self):
        recipient = "age1zpamhas42608p6t0da6t2xux6mu0fgr583ye87tds3fr230as5gqy38jl0"
        store = f"file://{self.om1.directory}/store"
        self.assert_mistake({"backup": {"destinations": [store]}}, '"backup.destinations" needs recipients or certificates')
        self.assert_mistake({"backup": {"recipients": [recipient]}}, '"backup.recipients" needs destinations')
        missing = f"{self.om1.directory}/none"
        self.assert_mistake({"backup": {"recipients": [recipient], "destinations": [f"file://{missing}/store"]}}, f"there is no directory {missing}")
        self.assert_mistake({"backup": {"recipients": [recipient], "destinations": [f"file://{self.om1.config}"]}}, "is not a directory")
        self.assert_mistake({"backup": {"recipients": [recipient], "destinations": [f"s3://bucket/x?ca={missing}"]}}, f"cannot open {missing}")
        self.assert_mistake({"backup": {"certificates": [missing], "destinations": [store]}}, '"backup.certificates"', missing)
        self.om1.configure(backup={"recipients": [recipient], "destinations": [store]})
        self.check()

    def test_a_certificate_that_no_listener_could_use_is_named(self):
        missing = self.om1.directory / "none"
        tls = {"ca": missing, "certificate": missing, "key": missing}
        self.assert_mistake({"tls": {"ca": missing}}, "needs all of ca, certificate and key")
        self.assert_mistake({"tls": tls}, '"tls.key": there is no such file')
        certificate, key = self.om1.directory / "host.pem", self.om1.directory / "host.key"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=om1", "-keyout", key, "-out", certificate],
            capture_output=True, check=True,
        )
        tls.update(certificate=certificate, key=key)
        self.assert_mistake({"tls": tls}, '"tls.ca"', "cannot read CA certificates")
        tls["ca"] = certificate
        self.om1.configure(tls=tls)
        self.check()
        self.assert_mistake({"tls": {**tls, "allow": ["om1.example.com", "om*.example.com"]}}, '"tls.allow" entry 2 matches no name')

    def test_a_link_to_a_ticket_is_named(self):
        link = self.om1.directory / "link"
        link.symlink_to("elsewhere")
        self.assert_mistake({"ticket_file": link}, '"ticket_file": it is not a regular file')

    def test_it_changes_nothing(self):
        before = self.om1.snapshot()
        self.check()
        self.om1.run("config", "show")
        self.assertEqual(self.om1.snapshot(), before)


class Listener(harness.StoryTest):
    """A listener reads the configuration at its start. What it read is compared, and not a time."""

    def setUp(self):
        super().setUp()
        self.om1 = self.host("om1")
        self.om1.serve()

    def listener(self):
        return self.om1.run_json("config", "check")["listener"]

    def test_one_that_read_the_same_values_is_current_even_if_the_file_was_written_again(self):
        self.om1.configure(**self.om1.settings)
        self.assertEqual(self.listener(), {"state": "current", "changes": []})
        self.assertIn("uses this configuration", self.om1.run("config", "check").out)

    def test_what_a_restart_would_change_is_named_with_the_command(self):
        self.om1.also(serve={"refetch": False}, gate={"policy": "warn"})
        said = self.listener()
        self.assertEqual(said["state"], "outdated")
        self.assertEqual(said["changes"], [{"key": "serve.refetch", "running": "true", "configured": "false"}])
        outcome = self.om1.run("config", "check")
        self.assertIn("a restart of the listener changes serve.refetch from true to false", outcome.out)
        self.assertIn("genkey-agent serve", outcome.err)  # no service manager runs it
        self.om1.serve_again()
        self.assertEqual(self.listener()["state"], "current")

    def test_one_that_ended_is_not_compared(self):
        self.om1.also(serve={"refetch": False})
        self.om1.stop()
        self.assertEqual(self.listener(), {"state": "none", "changes": []})

    def test_one_that_crashed_is_not_taken_for_running(self):
        self.om1.crash()
        self.assertEqual(self.listener()["state"], "none")

    def test_what_it_read_may_be_unknown(self):
        (self.om1.state_dir / "agent" / "serving" / "settings.json").write_text("{}", encoding="utf-8")
        said = self.listener()
        self.assertEqual(said["state"], "unknown")
        self.assertIn("why", said)


class Showing(harness.StoryTest):
    def setUp(self):
        super().setUp()
        self.om1 = self.host("om1")

    def settings(self, **more):
        return {each["key"]: each for each in self.om1.run_json("config", "show", **more)["settings"]}

    def test_every_value_has_its_origin(self):
        self.om1.also(gate={"policy": "warn"})
        shown = self.settings()
        self.assertEqual((shown["gate.policy"]["value"], shown["gate.policy"]["origin"]), ('"warn"', "file"))
        line = int(shown["gate.policy"]["where"].rpartition(":")[2])
        self.assertIn("policy", self.om1.config.read_text(encoding="utf-8").splitlines()[line - 1])
        self.assertEqual((shown["gate.wait"]["value"], shown["gate.wait"]["origin"], shown["gate.wait"]["where"]), ('"30s"', "default", None))
        self.assertEqual((shown["state_dir"]["origin"], shown["state_dir"]["where"]), ("option", "--state-dir"))
        self.assertIn('gate.policy = "warn"', self.om1.run("config", "show").out)

    def test_a_variable_is_named(self):
        words = self.om1.typed("config", "show", "--json")
        environment = self.om1.environment({"GENKEY_AGENT_CONFIG": self.om1.config, "GENKEY_AGENT_STATE_DIR": self.om1.state_dir,
                                            "GENKEY_AGENT_KEY_FILE": self.om1.key_file, "GENKEY_AGENT_OWNER": self.om1.owner or "LocalSystem"})
        done = subprocess.run(words, capture_output=True, env=environment, check=True)
        shown = {each["key"]: each for each in json.loads(done.stdout)["settings"]}
        self.assertEqual(shown["state_dir"]["where"], "GENKEY_AGENT_STATE_DIR")

    def test_a_file_with_a_secret_is_only_said_to_be_set(self):
        ticket = self.om1.directory / "ticket"
        self.assertIs(self.settings()["ticket_file"]["set"], False)
        self.om1.also(ticket_file=ticket)
        shown = self.settings()["ticket_file"]
        self.assertEqual((shown["set"], shown["value"]), (True, None))
        self.assertIn("ticket_file = set", self.om1.run("config", "show").out)
        self.assertNotIn(self.om1.shown(ticket), self.om1.run("config", "show").out)

    def test_a_configuration_with_a_mistake_is_refused(self):
        self.om1.config.write_text("pears = []\n", encoding="utf-8")
        self.om1.run("config", "show", expect=2)


if __name__ == "__main__":
    harness.main()
