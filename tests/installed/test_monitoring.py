# SPDX-License-Identifier: ISC
"""Alerts, dashboard and Nagios check agree with what the real program reports."""

import json
import os
import re
import shutil
import subprocess

import harness

SOURCE = harness.SOURCE
MONITORING = SOURCE / "scripts" / "monitoring"
PROMTOOL = SOURCE / "build" / "tools" / "prometheus" / "usr" / "bin" / "promtool"

# A host with the package and NRPE: its files are mounted over this machine's, for this process tree only.
HOST_OF_ITS_OWN = """
set -eu
mount -t tmpfs tmpfs "$STAGE"
for directory in usr/bin etc var/lib; do
    mkdir -p "$STAGE/upper/$directory" "$STAGE/work/$directory"
    mount -t overlay overlay /$directory -o \
        "lowerdir=/$directory,upperdir=$STAGE/upper/$directory,workdir=$STAGE/work/$directory"
done
cp "$PROGRAM" /usr/bin/genkey-agent
chmod 755 /usr/bin/genkey-agent
printf '%s\\n' 'nagios:x:4242:4242::/nonexistent:/bin/sh' 'genkey-agent:x:4243:4243::/nonexistent:/bin/sh' >>/etc/passwd
printf '%s\\n' 'genkey-agent:x:4243:' >>/etc/group
printf '%s\\n' 'nagios:*:19000:0:99999:7:::' >>/etc/shadow
printf '%s\\n' "$SUDOERS" >/etc/sudoers.d/genkey-agent
chmod 440 /etc/sudoers.d/genkey-agent
mkdir -p /etc/genkey-agent /etc/mongodb-mms
printf '%s\\n' '[installation]' 'key_file = "/etc/mongodb-mms/gen.key"' 'owner = "root:root"' \
    >/etc/genkey-agent/genkey-agent.toml
as_nagios() { setpriv --reuid=4242 --regid=4242 --clear-groups sh -c "$1"; }
"""


def promtool(*arguments, stdin=None, directory=MONITORING):
    if not PROMTOOL.exists() and shutil.which("promtool") is None:
        harness.skip("no promtool: scripts/setup")
    program = PROMTOOL if PROMTOOL.exists() else "promtool"
    return subprocess.run(
        [program, *map(str, arguments)], input=stdin, capture_output=True, text=True, check=False, cwd=directory
    )


def metrics_in(text):
    return set(re.findall(r"\bgenkey_agent_[a-z_]+", text))


def families_of(exposition):
    return set(re.findall(r"^# TYPE (\S+)", exposition, re.MULTILINE))


def dashboard():
    return json.loads((MONITORING / "dashboard.json").read_text(encoding="utf-8"))


def expressions_of_the_dashboard():
    return [target["expr"] for panel in dashboard()["panels"] for target in panel["targets"]]


def line_of_nrpe(beginning):
    """The line, commented out or not."""
    text = (MONITORING / "nrpe.cfg").read_text(encoding="utf-8")
    return re.search(rf"^(?:#   )?({re.escape(beginning)}.+)$", text, re.MULTILINE)[1]


class Monitoring(harness.StoryTest):
    def assert_succeeds(self, done):
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def metrics(self, host):
        return host.run("status", "--format", "prometheus", expect=None).out

    def test_each_alert_fires_when_it_should_and_not_before(self):
        self.assert_succeeds(promtool("test", "rules", "alerts_test.yml"))

    def test_no_alert_is_without_a_test_and_each_says_what_to_do(self):
        rules = (MONITORING / "alerts.yml").read_text(encoding="utf-8")
        tests = (MONITORING / "alerts_test.yml").read_text(encoding="utf-8")
        alerts = re.findall(r"- alert: (\w+)", rules)
        self.assertEqual(sorted(alerts), sorted(set(re.findall(r'alertname="(\w+)"', tests))))
        for field in ("summary:", "description:", "severity:"):
            self.assertEqual(rules.count(field), len(alerts), field)

    def test_the_alerts_are_valid(self):
        self.assert_succeeds(promtool("check", "rules", "--lint=all", "--lint-fatal", "alerts.yml"))

    def test_prometheus_takes_the_metrics_of_every_state(self):
        alone = self.host("alone")
        states = [self.metrics(alone)]
        alone.run("generate")
        states.append(self.metrics(alone))
        om1, om2 = self.joined_fleet("om1", "om2")
        states.append(self.metrics(om1))
        om2.replace_key(self.fresh_key())
        om1.run("verify", expect=14)
        states.append(self.metrics(om1))
        self.assertIn("} 1", re.search(r"genkey_agent_peer_drifted\{.*", states[-1])[0])
        for text in states:
            done = promtool("check", "metrics", stdin=text)
            self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""), text)

    def test_alerts_and_dashboard_name_only_metrics_that_the_program_exports(self):
        om1, _ = self.joined_fleet("om1", "om2")
        exported = families_of(self.metrics(om1))
        rules = (MONITORING / "alerts.yml").read_text(encoding="utf-8")
        self.assertLessEqual(metrics_in(rules), exported)
        self.assertLessEqual(metrics_in(json.dumps(dashboard())), exported)

    def test_prometheus_takes_each_expression_of_the_dashboard(self):
        expressions = expressions_of_the_dashboard()
        self.assertGreater(len(expressions), 10)
        rules = [{"record": f"panel:{number}", "expr": each} for number, each in enumerate(expressions)]
        # JSON is YAML.
        file = self.directory / "rules.yml"
        file.write_text(json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}), encoding="utf-8")
        self.assert_succeeds(promtool("check", "rules", file))

    def test_no_panel_of_the_dashboard_hides_another(self):
        panels = dashboard()["panels"]
        self.assertEqual(len({panel["id"] for panel in panels}), len(panels))
        taken = set()
        for panel in panels:
            place = panel["gridPos"]
            self.assertLessEqual(place["x"] + place["w"], 24, panel["title"])
            cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
            self.assertEqual(taken & cells, set(), panel["title"])
            taken |= cells


class Nagios(harness.StoryTest):
    """The commands in nrpe.cfg, with the real sudo, under NRPE's account."""

    def on_a_host_with_nrpe(self, script):
        harness.need_root()
        if shutil.which("sudo") is None:
            harness.skip("no sudo: scripts/setup")
        given = {
            "PROGRAM": shutil.which(harness.PROGRAM),
            "STAGE": str(self.directory),
            "SUDOERS": line_of_nrpe("nagios "),
            "CHECK": line_of_nrpe("command[check_genkey]=").partition("=")[2],
        }
        done = subprocess.run(
            ["unshare", "--mount", "sh", "-c", HOST_OF_ITS_OWN + script],
            env={**os.environ, **given},
            capture_output=True,
            text=True,
            check=False,
        )
        self.collect_output("nrpe", (done.stdout + done.stderr).encode())
        return done

    def test_the_check_is_critical_without_a_key(self):
        done = self.on_a_host_with_nrpe('as_nagios "$CHECK"')
        self.assertEqual(done.returncode, 2, done)
        self.assertRegex(done.stdout, r"\AGENKEY CRITICAL - there is no key on this host.*\n\Z")

    def test_the_check_is_ok_with_a_key(self):
        done = self.on_a_host_with_nrpe('genkey-agent generate >/dev/null\nas_nagios "$CHECK"')
        self.assertEqual((done.returncode, done.stdout), (0, "GENKEY OK - gen.key is as it should be\n"), done)

    def test_the_check_warns_of_a_file_that_is_too_open(self):
        script = """
            genkey-agent generate >/dev/null
            chmod 644 /etc/mongodb-mms/gen.key
            as_nagios "$CHECK"
        """
        done = self.on_a_host_with_nrpe(script)
        self.assertEqual(done.returncode, 1, done)
        self.assertIn("GENKEY WARNING - ", done.stdout)

    def test_nrpe_may_run_nothing_else_as_root(self):
        self.assertEqual(self.on_a_host_with_nrpe("visudo --check --quiet").returncode, 0)
        for command in ("generate", "status", "status --format nagios --key-file /etc/shadow"):
            done = self.on_a_host_with_nrpe(f'as_nagios "sudo -n /usr/bin/genkey-agent {command}"')
            self.assertEqual((done.returncode, done.stdout), (1, ""), done)
            self.assertIn("a password is required", done.stderr)


if __name__ == "__main__":
    harness.main()
