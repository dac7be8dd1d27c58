"""Booted hosts with the packages installed: whatever happens to the key, Ops Manager starts with the right one or not."""

import os

import installed
from installed import AGENT, GENERATED, KEY_FILE, OPS_MANAGER, TICKET


class Installing(installed.InstalledTest):
    def test_packages_in_either_order_and_a_waiting_ticket_end_with_one_key(self):
        om1, om2, om3 = self.machines
        for host in self.machines:
            self.configure(host, first_host=host is om1)
        said = self.install(om2, AGENT).said  # before Ops Manager
        self.assertIn("Ops Manager is not installed here", said)
        self.assertEqual(om2.run("systemctl", "is-active", "genkey-agent").stdout, "active\n")
        self.install(om3, OPS_MANAGER, "1.0")
        self.assertIn("genkey-agent join", self.install(om3, AGENT).said)
        self.install(om1, OPS_MANAGER, "1.0")
        self.install(om1, AGENT)
        self.assertIsNotNone(self.key(om1), "first_host, and nobody has a key")

        ticket = self.agent(om1, "invite", "--uses", "2").stdout
        for host in (om2, om3):
            host.write(TICKET, ticket, mode=0o600)
        self.install(om2, OPS_MANAGER, "1.0")  # its trigger redeems the ticket
        self.assertEqual(self.key(om2), self.key(om1))
        for host in self.machines:
            host.run("systemctl", "enable", "--now", "mongodb-mms")  # redeems the one of om3
        self.assertFalse((om2.root / TICKET[1:]).exists())
        self.assertFalse((om3.root / TICKET[1:]).exists())
        self.assert_one_key()
        self.await_agreement()
        self.assert_runs()
        self.assert_no_key_made()

    def test_the_same_from_rpms(self):
        om1, om2, om3 = self.machines
        for host in self.machines:
            self.configure(host, first_host=host is om1)
        self.install(om2, AGENT, kind="rpm")
        self.install(om3, OPS_MANAGER, "1.0", kind="rpm")
        self.install(om3, AGENT, kind="rpm")
        self.install(om1, OPS_MANAGER, "1.0", kind="rpm")
        self.install(om1, AGENT, kind="rpm")
        ticket = self.agent(om1, "invite", "--uses", "2").stdout
        for host in (om2, om3):
            host.write(TICKET, ticket, mode=0o600)
        self.install(om2, OPS_MANAGER, "1.0", kind="rpm")  # its file trigger redeems the ticket
        self.assertEqual(self.key(om2), self.key(om1))
        for host in self.machines:
            host.run("systemctl", "enable", "--now", "mongodb-mms")
        self.await_agreement()
        self.assert_one_key()
        self.assert_runs()

        key = self.key(om3)
        self.install(om3, OPS_MANAGER, "2.0", kind="rpm")
        self.assertEqual(self.key(om3), key)
        self.assert_runs()
        self.assert_no_key_made()

        om3.run("rpm", "--erase", "genkey-agent")
        self.assertEqual(self.key(om3), key)
        self.assertTrue((om3.root / "var/lib/genkey-agent/record.json").exists())
        self.assert_runs(om3)

    def test_an_installed_package_enables_its_units(self):
        om1 = self.machines[0]
        self.install(om1, AGENT)
        for unit in ("genkey-agent.service", "genkey-agent-verify.timer", "genkey-agent-metrics.timer"):
            self.assertEqual(om1.run("systemctl", "is-enabled", unit).stdout, "enabled\n")
            self.assertEqual(om1.run("systemctl", "is-active", unit).stdout, "active\n")
        listener = om1.run("systemctl", "show", "--property=MainPID", "--value", "genkey-agent").stdout.strip()
        self.assertEqual(om1.run("ps", "-o", "user=", "-p", listener).stdout.strip(), "genkey-agent")


class Losing(installed.InstalledTest):
    def setUp(self):
        super().setUp()
        self.om1, self.om2, self.om3 = self.installed_fleet()
        self.right_key = self.key(self.om1)

    def test_a_key_that_was_deleted_is_back_before_ops_manager_starts(self):
        self.lose_key(self.om3)
        self.om3.reboot()
        self.assert_runs()
        self.assert_one_key()
        self.assert_no_key_made()

    def test_without_a_key_and_without_peers_nothing_starts_and_no_key_is_made(self):
        self.network.power_off(self.om1, self.om2)
        self.lose_key(self.om3)
        self.om3.reboot()
        self.assert_refused(self.om3, "key is missing", "genkey-agent", code=11)
        self.assertIsNone(self.key(self.om3))
        self.assert_no_key_made()

        self.network.boot(self.om1, self.om2)
        said = self.agent(self.om3, "ensure").said
        self.assertIn("systemctl start mongodb-mms", said)
        self.start(self.om3)
        self.assert_one_key()
        self.assert_runs()

    def test_another_key_is_put_aside_for_the_recorded_one(self):
        wrong = self.fresh_key()
        self.put_key(self.om3, wrong)
        self.om3.reboot()
        self.assert_runs()
        self.assertEqual(self.assert_one_key(), self.right_key)
        kept = [path.read_bytes() for path in (self.om3.root / "var/lib/genkey-agent/displaced").iterdir()]
        self.assertEqual(kept, [wrong])

    def test_another_key_without_peers_is_refused_there_and_only_there(self):
        self.network.power_off(self.om1, self.om2)
        wrong = self.fresh_key()
        self.put_key(self.om3, wrong)
        self.om3.reboot()
        self.assert_refused(self.om3, "not the one recorded", "genkey-agent", code=14)
        self.assertEqual(self.key(self.om3), wrong)
        self.om3.power_off()
        self.network.boot(self.om1, self.om2)
        self.assert_runs(self.om1, self.om2)
        self.om1.reboot()
        self.om2.reboot()
        self.assert_runs(self.om1, self.om2)
        self.assert_one_key(self.om1, self.om2)

    def test_an_upgrade_of_ops_manager_that_deletes_the_key_starts_with_it(self):
        self.install(self.om2, OPS_MANAGER, "2.0")
        self.assert_runs()
        self.assertEqual(self.assert_one_key(), self.right_key)
        self.assert_no_key_made()

    def test_such_an_upgrade_without_peers_says_how_the_key_comes_back(self):
        self.network.power_off(self.om1, self.om3)
        said = self.install(self.om2, OPS_MANAGER, "2.0").said
        self.assertIn("genkey-agent", said)
        self.assert_refused(self.om2, "key is missing", code=11)
        self.assertIsNone(self.key(self.om2))
        self.network.boot(self.om1, self.om3)
        self.start(self.om2)
        self.assertEqual(self.assert_one_key(), self.right_key)
        self.assert_runs()


class Running(installed.InstalledTest):
    def setUp(self):
        super().setUp()
        self.om1, self.om2, self.om3 = self.installed_fleet()

    def process_of(self, host, unit="mongodb-mms"):
        return host.run("systemctl", "show", "--property=MainPID", "--value", unit).stdout.strip()

    def test_a_whole_fleet_that_boots_at_once_starts(self):
        self.network.power_off(*self.machines)
        self.network.boot(*self.machines)
        self.assert_runs()
        self.assert_one_key()
        self.assert_no_key_made()

    def test_a_host_alone_on_the_network_starts_with_its_recorded_key(self):
        self.network.cut(self.om2)
        self.om2.reboot()
        self.assert_runs(self.om2)
        self.network.heal()
        self.await_agreement()

    def test_ops_manager_keeps_running_whatever_happens_to_our_service(self):
        before = self.process_of(self.om1)
        self.om1.run("systemctl", "restart", "genkey-agent")
        self.om1.run("dpkg", "--install", installed.package(AGENT))  # an upgrade to the same version
        self.assertEqual(self.om1.run("systemctl", "is-active", "genkey-agent").stdout, "active\n")
        self.assertEqual(self.process_of(self.om1), before)

        listener = self.process_of(self.om1, "genkey-agent")
        self.om1.run("kill", "-9", listener)
        self.await_agreement(self.om2)  # it is started again
        self.assertNotEqual(self.process_of(self.om1, "genkey-agent"), listener)
        self.assertEqual(self.process_of(self.om1), before)

        self.om1.run("systemctl", "stop", "genkey-agent")
        self.assertEqual(self.process_of(self.om1), before)
        said = self.agent(self.om2, "verify", "--wait", "2s", expect=15).said
        self.assertIn("om1", said)
        self.om1.run("systemctl", "restart", "mongodb-mms")
        self.assert_runs()

    def test_a_full_disk_below_the_state_stops_nobody(self):
        state = installed.STATE
        self.om1.run("sh", "-c", f"cp -a {state} /root/state && mount -t tmpfs -o size=256k tmpfs {state} && cp -a /root/state/. {state}/")
        self.om1.run("systemctl", "restart", "genkey-agent")
        self.om1.run("sh", "-c", f"cat /dev/zero >{state}/filling || :")
        before = self.process_of(self.om1)
        said = self.agent(self.om1, "verify", expect=1).said
        self.assertIn("No space left", said)
        self.assertIn("2 of 2 peers agree", said)
        self.assertEqual(self.process_of(self.om1), before)
        self.om1.run("systemctl", "restart", "mongodb-mms")
        self.assert_runs()

    def test_the_override_lets_one_start_through_and_is_written_down(self):
        self.network.power_off(self.om2, self.om3)
        self.put_key(self.om1, self.fresh_key())
        self.om1.run("systemctl", "stop", "mongodb-mms")
        self.start(self.om1, expect=1)
        self.assert_refused(self.om1, "--allow-next-start", code=14)
        self.agent(self.om1, "gate", "--allow-next-start", "--reason", "the vendor asked for it")
        # The gate lets it through; that the key is wrong, the pre-flight check says then.
        self.start(self.om1, expect=1)
        self.assertIn("does not match the gen.key already used", self.startup_log(self.om1))
        self.assertIn("the vendor asked for it", self.om1.run("journalctl", "--no-pager", "--output=cat").stdout)
        tried = self.startup_log(self.om1)
        self.start(self.om1, expect=1)
        self.assert_refused(self.om1, code=14)
        self.assertEqual(self.startup_log(self.om1), tried)

    def test_the_timers_service_and_the_metrics_run_under_their_units(self):
        self.om1.run("systemctl", "start", "genkey-agent-verify.service")
        directory = "/var/lib/prometheus/node-exporter"
        self.om1.run("mkdir", "-p", directory)
        self.om1.run("systemctl", "start", "genkey-agent-metrics.service")
        self.assertIn("genkey_agent_peer", self.om1.run("cat", f"{directory}/genkey-agent.prom").stdout)


class FromAnArchive(installed.InstalledTest):
    """Ops Manager of the account ops, whose mms.conf says ENC_KEY_PATH=${HOME}/...: whoever starts it has another home."""

    names = ("om1",)
    PATH = "/srv/ops-manager/mongodb-mms-1.0"
    KEY = "home/ops/.mongodb-mms/gen.key"
    UNPACK = f"""
        set -eu
        useradd --create-home --shell /bin/bash ops
        useradd --create-home --shell /bin/bash admin
        echo 'admin ALL=(ALL) NOPASSWD:SETENV: ALL' >/etc/sudoers.d/admin
        mkdir /srv/ops-manager
        tar -xzf /srv/packages/mongodb-mms-1.0.tar.gz -C /srv/ops-manager
        chown -R ops: {PATH}
        chmod 777 /srv/appdb
        mkdir -p /etc/systemd/system/genkey-agent.service.d
        printf '[Service]\\nProtectHome=read-only\\n' >/etc/systemd/system/genkey-agent.service.d/home.conf
    """
    AS_ADMIN = ("runuser", "-u", "admin", "--", "env", "HOME=/home/admin", "sudo")
    # Who starts, and whether ${HOME} is then the home of ops.
    STARTS = (
        (("env", "HOME=/root"), False),
        (("env", "HOME=/home/ops"), True),
        (("runuser", "-u", "ops", "--", "env", "HOME=/home/ops"), True),
        (("runuser", "-u", "ops", "--", "env", "HOME=/tmp"), False),
        ((*AS_ADMIN, "-H", "-u", "ops"), True),
        ((*AS_ADMIN, "-u", "ops", "HOME=/home/admin"), False),
        ((*AS_ADMIN, "-H"), False),
        ((*AS_ADMIN, "HOME=/home/ops"), True),
    )

    def setUp(self):
        super().setUp()
        (self.om1,) = self.machines
        self.om1.run("sh", "-c", self.UNPACK)
        self.configure(self.om1, peers=["om1"], installation={"kind": "tar", "path": self.PATH})
        self.install(self.om1, AGENT)
        self.agent(self.om1, "generate")
        self.agent(self.om1, "hook", "install")
        self.own = self.om1.root / self.KEY
        self.right_key = self.own.read_bytes()
        self.watch(self.right_key)

    def own_files(self, host):
        return {host.written / self.KEY}

    def ops_manager(self, verb, before=("env", "HOME=/root")):
        return self.om1.run(*before, f"{self.PATH}/bin/mongodb-mms", verb, expect=None)

    def keys_made(self):
        made = [path for path in self.om1.written.rglob("gen.key") if path != self.om1.written / self.KEY]
        log = self.om1.root / self.PATH[1:] / "logs/mms0-startup.log"
        return made + ([GENERATED] if log.exists() and GENERATED in log.read_text() else [])

    def test_a_start_is_right_or_refused_whoever_starts_and_from_wherever(self):
        for before, right in self.STARTS:
            started = self.ops_manager("start", before)
            self.assertEqual(started.code == 0, right, started)
            if right:
                self.assertEqual(self.ops_manager("status").code, 0)
            else:
                self.assertIn("/home/ops/.mongodb-mms/gen.key", started.said)
            self.assertEqual(self.ops_manager("stop").code, 0)
            self.om1.run("chown", "-R", "ops:", f"{self.PATH}/logs")  # MMS_USER is empty: root's start runs it as root
            self.assertEqual(self.keys_made(), [], started)
            self.assertEqual(self.own.read_bytes(), self.right_key)

    def test_no_start_makes_a_key_where_the_key_was_lost_or_altered(self):
        for before, _ in self.STARTS:
            for content in (None, self.fresh_key()):
                self.own.unlink()
                if content:
                    self.om1.run("install", "-m", "600", "-o", "ops", "-g", "ops", "/dev/stdin", f"/{self.KEY}", input=content)
                started = self.ops_manager("start", before)
                self.assertNotEqual(started.code, 0, started)
                self.assertIn("genkey-agent", started.said)
                self.assertEqual(self.keys_made(), [], started)
                self.assertEqual(self.own.read_bytes() if self.own.exists() else None, content)
                self.om1.run("install", "-m", "600", "-o", "ops", "-g", "ops", "/dev/stdin", f"/{self.KEY}", input=self.right_key)

    def test_the_listener_reads_the_key_in_a_home_once_it_may(self):
        self.om1.run("systemctl", "restart", "genkey-agent")
        said = self.om1.run("systemctl", "show", "--property=StatusText", "genkey-agent").stdout
        self.assertIn("listening on", said)
        self.assertNotIn("without a key", said)


class Brownfield(installed.InstalledTest):
    def test_a_running_fleet_with_a_weak_and_readable_key_keeps_all_of_it(self):
        key = b"printable-key-of-24-byte"
        for host in self.machines:
            self.install(host, OPS_MANAGER, "1.0")
            self.put_key(host, key, 0o640)
            host.run("systemctl", "enable", "--now", "mongodb-mms")
        before = {host: host.run("stat", "-c", "%i %a %U %Y %Z", KEY_FILE).stdout for host in self.machines}
        processes = {host: host.run("cat", "/opt/mongodb/mms/logs/mms.pid").stdout for host in self.machines}
        for host in self.machines:
            self.configure(host)
            self.install(host, AGENT)
        for host in self.machines:
            self.assertEqual(host.run("stat", "-c", "%i %a %U %Y %Z", KEY_FILE).stdout, before[host])
            self.assertEqual(host.run("cat", "/opt/mongodb/mms/logs/mms.pid").stdout, processes[host])
        for host in self.machines:
            host.reboot()
        self.assert_runs()
        for host in self.machines:
            said = host.run("journalctl", "--no-pager", "--unit=mongodb-mms", "--output=cat").stdout
            self.assertIn("printable", said)
            self.assertIn("0640", said)
            self.assertEqual(self.key(host), key)


class Removing(installed.InstalledTest):
    def test_removal_keeps_what_is_needed_again_and_purge_never_takes_the_key(self):
        om1, _, om3 = self.installed_fleet()
        key = self.key(om1)
        om1.run("dpkg", "--remove", "genkey-agent")
        for kept in ("record.json", "identity.pem"):
            self.assertTrue((om1.root / "var/lib/genkey-agent" / kept).exists(), kept)
        self.assertEqual(self.key(om1), key)
        self.assertTrue((om1.root / installed.CONFIGURATION[1:]).exists())
        self.assertNotEqual(om1.run("systemctl", "is-active", "genkey-agent", expect=None).stdout, "active\n")
        om1.run("systemctl", "restart", "mongodb-mms")
        self.assert_runs()

        self.install(om1, AGENT)
        self.await_agreement(om1, om3)
        om1.run("dpkg", "--purge", "genkey-agent")
        self.assertFalse((om1.root / "var/lib/genkey-agent").exists())
        self.assertFalse((om1.root / "etc/genkey-agent").exists())
        self.assertEqual(self.key(om1), key)
        self.assertEqual(om1.run("getent", "passwd", "genkey-agent", expect=None).stdout, "")
        om1.run("systemctl", "restart", "mongodb-mms")
        self.assert_runs()

    def test_purge_keeps_keys_that_were_put_aside(self):
        om1, *_ = self.installed_fleet()
        wrong = os.urandom(24)
        self.put_key(om1, wrong)
        om1.run("systemctl", "restart", "mongodb-mms")
        om1.run("dpkg", "--purge", "genkey-agent")
        (kept,) = (om1.root / "var/lib/genkey-agent/displaced").iterdir()
        self.assertEqual(kept.read_bytes(), wrong)


if __name__ == "__main__":
    installed.harness.main()
