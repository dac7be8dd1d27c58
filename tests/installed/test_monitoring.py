# SPDX-License-Identifier: ISC
"""Alerts, dashboard and Nagios check agree with what the real program reports."""

import json
import os
import re
import shutil
import subprocess
import time

import harness
from harness import clocks
from prometheus import Exporter, Prometheus, tool

SOURCE = harness.SOURCE
MONITORING = SOURCE / "scripts" / "monitoring"

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
    return subprocess.run(
        [tool("promtool"), *map(str, arguments)], input=stdin, capture_output=True, text=True, check=False, cwd=directory
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
        alone.run("doctor", expect=None)
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

    def test_each_command_that_an_alert_or_a_panel_advises_exists(self):
        host = self.host("om1")
        texts = (MONITORING / "alerts.yml").read_text(encoding="utf-8") + json.dumps(dashboard())
        commands = set(re.findall(r"\bgenkey-agent ((?:backup drill|hook install|peers remove)|[a-z]+)", texts))
        self.assertGreater(len(commands), 8)
        for command in sorted(commands):
            host.run(*command.split(), "--help")

    def test_prometheus_takes_each_expression_of_the_dashboard(self):
        expressions = expressions_of_the_dashboard()
        self.assertGreater(len(expressions), 10)
        rules = [{"record": f"panel:{number}", "expr": each} for number, each in enumerate(expressions)]
        # JSON is YAML.
        file = self.directory / "rules.yml"
        file.write_text(json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}), encoding="utf-8")
        self.assert_succeeds(promtool("check", "rules", file))

    def test_each_range_of_numbers_with_words_of_its_own_has_two_ends(self):
        # Grafana takes an end that is null for 0, and the words would never be shown.
        ranges = re.findall(r'"type": "range", "options": \{"from": ([^,]+), "to": ([^,]+),', json.dumps(dashboard()))
        self.assertGreater(len(ranges), 3)
        for start, end in ranges:
            self.assertLess(float(start), float(end))

    def test_tables_of_several_queries_match_rows_by_host_and_not_by_time(self):
        for panel in dashboard()["panels"]:
            if panel["type"] == "table":
                first, second = panel["transformations"][:2]
                self.assertEqual((first["id"], second["id"]), ("filterFieldsByName", "merge"), panel["title"])
                self.assertEqual(first["options"], {"exclude": {"names": ["Time"]}})

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


class Dashboard(harness.StoryTest):
    """Each query of the dashboard, asked of a real Prometheus about real hosts in known situations."""

    def setUp(self):
        super().setUp()
        self.exporter = Exporter(self)
        self.chosen = ".*"

    def watch_hosts(self, *hosts):
        for host in hosts:
            self.report(host)
        names = [host.name for host in hosts]
        self.prometheus = Prometheus(self, self.exporter, names)
        self.prometheus.wait_for("count(genkey_agent_status)", len(hosts))

    def report(self, host):
        self.exporter.pages[host.name] = host.run("status", "--format", "prometheus", expect=None).out

    def silence(self, *hosts):
        for host in hosts:
            del self.exporter.pages[host.name]
            self.prometheus.wait_for(f'genkey_agent_status{{instance="{host.name}"}} or vector(-1)', -1)

    def ask(self, panel, number=0):
        """What a query of the panel gives now."""
        (found,) = (each for each in dashboard()["panels"] if (each["title"], each["type"]) == panel)
        return self.prometheus.query(found["targets"][number]["expr"].replace("$fleet", self.chosen))

    def number(self, title):
        """The number that the panel shows, or None for no data."""
        shown = [value for _, value in self.ask((title, "stat"))]
        self.assertLessEqual(len(shown), 1, title)
        return shown[0] if shown else None

    def assert_numbers(self, **numbers):
        shown = {title: self.number(title.replace("_", " ")) for title in numbers}
        self.assertEqual(shown, numbers)

    def rows(self, title, *labels, number=0):
        """The rows of a table: these labels, and the value."""
        return sorted((*(row.get(name) for name in labels), value) for row, value in self.ask((title, "table"), number))

    def marked(self, title):
        """Of each row of the table, the columns that are not 0."""
        (panel,) = (each for each in dashboard()["panels"] if (each["title"], each["type"]) == (title, "table"))
        names = panel["transformations"][-1]["options"]["renameByName"]
        found = {}
        for number, target in enumerate(panel["targets"]):
            for host, value in self.rows(title, "instance", number=number):
                found.setdefault(host, {}).update({names[f"Value #{target['refId']}"]: value} if value else {})
        return found

    def assert_since(self, rows, expected):
        """Rows whose last cell is a moment of this test, in milliseconds."""
        self.assertEqual([row[:-1] for row in rows], sorted(expected))
        for *_, milliseconds in rows:
            self.assertLess(abs(time.time() - milliseconds / 1000), 600)

    def backed_up_long_ago(self, host):
        _, recipient = self.age_identity(f"identity-{host.name}")
        host.also(backup={"recipients": [recipient], "destinations": [f"file://{self.directory}/store-{host.name}"]})
        right, host.prefix = host.prefix, (*clocks.prefix_for("-36d"), *host.prefix)
        host.run("backup")
        host.prefix = right

    def backed_up_and_drilled(self, host):
        identity, recipient = self.age_identity(f"identity-{host.name}")
        host.also(backup={"recipients": [recipient], "destinations": [f"file://{self.directory}/store-{host.name}"]})
        host.run("backup")
        host.run("backup", "drill", "-i", identity)

    def hosts_in_trouble(self):
        """om2 has another key and was refused; om1 has a stale backup; om3 is too open; om4 will be silent; one host
        never had a key, and the key of another one is weak."""
        om1, om2, om3, om4 = self.joined_fleet("om1", "om2", "om3", "om4")
        self.backed_up_long_ago(om1)
        self.backed_up_and_drilled(om3)
        om3.key_file.chmod(0o644)
        om2.replace_key(self.fresh_key())
        om2.gate(expect=14)
        for host in (om1, om3, om4):
            host.run("verify", expect=14)
        om3.run("doctor", expect=None)
        weak, new = self.host("weak"), self.host("new")
        weak.run("import", self.key_source(bytes([7]) * 24, "weak.given"), "--allow-weak")
        return om1, om2, om3, om4, weak, new

    def test_it_shows_what_is_wrong_and_leaves_no_panel_without_data(self):
        om1, om2, om3, om4, weak, new = hosts = self.hosts_in_trouble()
        self.watch_hosts(*hosts)
        self.silence(om4)
        self.assert_numbers(
            Hosts_that_agree=2, Hosts_that_do_not_agree=2, Silent_hosts=1, Refused_starts=1, Not_compared=1, No_key=1,
            Weak_key=1, Restart_needed=0, Key_file_unsafe=1, Hook_not_in_force=0
        )  # fmt: skip
        self.assertAlmostEqual(self.number("Oldest backup"), 36, delta=0.1)
        self.assertGreater(self.number("Oldest drill"), 10000)  # which the panel maps to NEVER
        title = "Hosts that do not agree"
        said_itself = [("new", "own-no-key"), ("om2", "own-wrong-key")]
        since = self.rows(title, "peer", "result")
        self.assert_since([row for row in since if row[-1]], [("om2", "disagree")])
        self.assertEqual([row[:-1] for row in since if not row[-1]], said_itself)
        self.assertEqual(
            self.rows(title, "peer", "result", number=1), sorted([("om2", "disagree", 2), *((*row, 1) for row in said_itself)])
        )
        self.assert_since(
            self.rows("Who says so", "instance", "peer", "result"),
            [(host, "om2", "disagree") for host in ("om1", "om3")] + [("om2", peer, "disagree") for peer in ("om1", "om3", "om4")],
        )
        self.assert_since(self.rows("Refused starts", "instance", "reason"), [("om2", "not-recorded"), ("om2", "unconfirmed")])
        self.assert_since(self.rows("Silent hosts", "instance"), [("om4",)])
        self.assertEqual(
            self.rows("Hosts that need a look", "instance"),
            [("new", 3), ("om1", 1), ("om2", 2), ("om3", 1), ("weak", 0)],
        )
        self.assertEqual(self.marked("Hosts that need a look"), {
            "new": {"Status": 3, "Backup": -1}, "om1": {"Status": 1, "Key": 1, "Backup": 1, "Generation": 1},
            "om2": {"Status": 2, "Key": 1, "Start": 1, "Backup": -1, "Generation": 1},
            "om3": {"Status": 1, "Key": 1, "Findings": 1, "Generation": 1},
            "weak": {"Key": 1, "Strength": 1, "Backup": -1, "Generation": 1},
        })  # fmt: skip
        self.assert_since(self.rows("Last runs of doctor", "instance"), [("om3",)])
        (_, faults), = self.rows("Last runs of doctor", "instance", number=1)
        self.assertEqual(faults, om3.run_json("status", expect=None)["doctor"]["counts"]["fault"])
        self.assert_every_query_gives_something()

    def assert_every_query_gives_something(self):
        for panel in dashboard()["panels"]:
            for number, target in enumerate(panel["targets"]):
                with self.subTest(panel["title"], query=target["refId"]):
                    self.assertTrue(self.ask((panel["title"], panel["type"]), number), target["expr"])

    def test_a_fleet_that_is_chosen_hides_the_hosts_of_others(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        other = self.host("other")
        other.run("generate")
        self.watch_hosts(om1, om2, other)
        self.assert_numbers(Hosts_that_agree=2, Hosts_that_do_not_agree=0, Not_compared=1)
        self.assertEqual(self.rows("Hosts that do not agree", "peer"), [])
        self.assertEqual(self.marked("Hosts that need a look"), {})
        self.chosen = om1.fleet_id()
        self.assert_numbers(Hosts_that_agree=2, Hosts_that_do_not_agree=0, Not_compared=0)
        self.silence(other)
        self.assert_numbers(Silent_hosts=0)
        self.chosen = other.fleet_id()
        self.assert_numbers(Hosts_that_agree=None, Hosts_that_do_not_agree=None, Silent_hosts=1)

    def test_of_two_hosts_with_different_keys_neither_is_shown_as_agreeing(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        om2.replace_key(self.fresh_key())
        om2.run("ensure", "--keep")
        om2.serve_again()
        for host in (om1, om2):
            host.run("verify", expect=14)
        self.watch_hosts(om1, om2)
        self.assert_numbers(Hosts_that_agree=0, Hosts_that_do_not_agree=2, Not_compared=0)

    def test_when_no_host_reports_every_number_is_no_data_and_none_is_zero(self):
        hosts = self.joined_fleet("om1", "om2")
        self.watch_hosts(*hosts)
        self.assert_numbers(Hosts_that_agree=2, Silent_hosts=0)
        self.silence(*hosts)
        for panel in dashboard()["panels"]:
            if panel["type"] == "stat":
                expected = 2 if panel["title"] == "Silent hosts" else None
                self.assertEqual(self.number(panel["title"]), expected, panel["title"])
                self.assertEqual(panel["fieldConfig"]["defaults"]["noValue"], "NO DATA")
                # Otherwise the number of an hour ago would stand there as if it were of now.
                self.assertTrue(all(target["instant"] for target in panel["targets"]), panel["title"])

    def test_a_host_whose_metrics_are_old_is_silent_although_they_can_be_read(self):
        om1, om2 = self.joined_fleet("om1", "om2")
        self.watch_hosts(om1, om2)
        om2.prefix = (*clocks.prefix_for("-1h"), *om2.prefix)
        self.report(om2)
        self.prometheus.wait_for("count(genkey_agent_status_timestamp_seconds < time() - 900)", 1)
        self.assert_numbers(Hosts_that_agree=1, Silent_hosts=1)
        ((host, milliseconds),) = self.rows("Silent hosts", "instance")
        self.assertEqual(host, "om2")
        self.assertAlmostEqual(milliseconds / 1000, time.time() - 3600, delta=300)


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
