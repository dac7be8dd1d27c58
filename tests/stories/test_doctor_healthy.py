# SPDX-License-Identifier: ISC
"""No false alarm: twelve installations that are healthy and look odd end without a fault.

Real agents, networks, load balancer and name server; Ops Manager is a stand-in, and so are the databases, which are
not mongod."""

import threading
import time

from harness import certificates, clocks, networks, packets, proxies, story
from harness.dnsmasq import Dnsmasq
from harness.installed_host import Installed
from harness.mongod_stand_in import Login, Mongos, ReplicaSet, Standalone
from harness.ops_manager_fleet import SETTINGS, InstalledFleetTest
from harness.ops_manager_stand_in import OpsManager

THREE = ["primary", "secondary", "secondary"]
# No backup of the key is configured here.
USUAL_RISKS = {"HA603"}


class Healthy:
    """The part of a test that runs doctor and demands that it accuses nobody."""

    def doctor(self, host, *words):
        """The findings by id, and by id and object."""
        said = host.run_json("doctor", *words, expect=None)
        self.assertEqual([each for each in said["findings"] if each["result"] == "fault"], [])
        self.assertIn(said["exit"], (0, 10))
        self.said = said["findings"]
        found = {(each["id"], each["object"]): each for each in self.said}
        return {each["id"]: each for each in self.said} | found

    def assert_risks(self, *ids):
        self.assertEqual({each["id"] for each in self.said if each["result"] == "risk"} - USUAL_RISKS, set(ids), self.said)

    def assert_result(self, finding, result, words=""):
        self.assertEqual(finding["result"], result, finding)
        self.assertIn(words, (finding["evidence"] or "") + (finding["needs"] or ""))


class FleetTest(Healthy, InstalledFleetTest):
    def replica_set(self, hosts=("db1", "db2", "db3")):
        appdb = ReplicaSet(self, "appdb", THREE, hosts=[self.network.host(name) for name in hosts])
        self.use(appdb.uri())
        return appdb

    def use(self, uri, settings=SETTINGS):
        self.write_settings(f"{settings}mongo.mongoUri={uri}\n")

    def look_up(self, host, **names):
        """For this host alone these names have these addresses."""
        file = networks.folder_of(host) / "hosts"
        kept = [line for line in file.read_text().splitlines() if line.split()[-1] not in names]
        added = [f"{address} {name}" for name, address in names.items() if address]
        file.write_text("\n".join([*kept, *added, ""]))

    def soon(self, appdb, change, after=1.0):
        """Calls `change` a moment after the members were asked."""

        def wait_and_change():
            while not all(member.requests for member in appdb.members):
                time.sleep(0.05)
            time.sleep(after)
            change()

        thread = threading.Thread(target=wait_and_change, daemon=True)
        thread.start()


class LoadBalancer(FleetTest):
    def test_a_floating_address_on_the_interface_of_one_host_is_a_note(self):
        networks.ip("-n", self.om1.namespace, "address", "add", "10.77.0.100/24", "dev", "eth0")
        self.use(self.replica_set().uri(), SETTINGS.replace("//lb", "//10.77.0.100"))
        proxies.haproxy(self, self.om1, self.pool)
        self.collect_now()
        for host in self.pool:
            found = self.doctor(host, "--no-count")
            self.assert_result(found["HA103"], "note", "10.77.0.100 is an address of the host om1; that is as it should be if it is a floating address")
            self.assert_result(found["HA201"], "ok")
            self.assert_risks()

    def test_settings_made_in_the_admin_ui_are_unknown(self):
        self.use(self.replica_set().uri(), "")
        self.collect_now()
        found = self.doctor(self.om1, "--no-count")
        for id in ("HA102", "HA103", "HA104"):
            self.assertNotIn(id, found)
        for id in ("HA105", "HA201", "HA203", "HA204", "HA205"):
            self.assertEqual(found[id]["result"], "unknown", found[id])
        self.assertIn('url = "https://opsmanager.example.com" below [doctor]', found["HA201"]["needs"])
        self.assert_risks()

    def test_a_url_that_leads_elsewhere_from_here_or_nowhere_is_a_risk(self):
        """Split DNS."""
        self.collect_now()
        self.look_up(self.om1, lb="")
        found = self.doctor(self.om1, "--no-count", "--only", "hosts,balancer")
        self.assert_result(found["HA105"], "risk", "no address on this host")
        self.assert_result(found["HA201"], "unknown")
        self.assert_risks("HA105")
        certificate = certificates.Authority(self.directory).issue("hosts", "om1")
        self.start_web(self.om1, port=8443, certificate=str(certificate))
        self.write_settings(SETTINGS.replace("http://lb", "https://lb:8443") + f"mms.https.PEMKeyFile={certificate}\n")
        self.collect_now()
        self.look_up(self.om1, lb="127.0.0.1")
        found = self.doctor(self.om1, "--no-count", "--only", "hosts,balancer")
        self.assert_result(found["HA105"], "risk", "on this host the URL leads to this host itself")
        self.assert_risks("HA105")

    def test_one_certificate_for_all_hosts_and_the_balancer_is_no_sign_of_layer_four(self):
        authority = certificates.Authority(self.directory)
        certificate = str(authority.issue("all", "lb", "om1", "om2"))
        for host in self.pool:
            self.start_web(host, port=8443, certificate=certificate)
        self.write_settings(SETTINGS.replace("http:", "https:") + f"mms.https.PEMKeyFile={certificate}\n")
        self.collect_now()
        self.collect(self.om2)
        self.om1.also(doctor={"ca": str(authority.file)})
        proxies.haproxy(self, self.lb, self.pool, certificate=certificate, port=8443, servers="ssl verify none")
        found = self.doctor(self.om1, "--only", "hosts,balancer")
        for id in ("HA105", "HA201", "HA203", "HA205", ("HA202", "om2"), ("HA208", "om2")):
            self.assert_result(found[id], "ok")
        self.assertNotIn("HA206", found)
        self.assert_risks()

    def test_without_backups_nothing_but_a_note_is_said_of_daemons_and_stores(self):
        self.replica_set()
        self.collect_now()
        proxies.haproxy(self, self.lb, self.pool)
        self.doctor(self.om1, "--no-count")
        self.assertLessEqual({each["result"] for each in self.said if each["group"] in ("daemons", "stores")}, {"note"})
        self.assertLessEqual(len([each for each in self.said if each["group"] in ("daemons", "stores")]), 1)
        self.assert_risks()


class Restart(FleetTest):
    def test_a_rolling_restart_is_waited_for_or_noted(self):
        appdb = self.replica_set()
        appdb.members[2].kind = "recovering"
        self.collect_now()
        # It was restarted since the last collection, and a quarter of an hour is between two of them.
        self.change_facts(self.om2, ago=600, om__started="90000")
        self.web[1].change(health=503)
        self.collect(self.om2)
        self.soon(appdb, lambda: setattr(appdb.members[2], "kind", "secondary"))
        proxies.haproxy(self, self.lb, [self.om1])
        found = self.doctor(self.om1, "--no-count", "--only", "hosts,balancer,database")
        self.assert_result(found["HA208", "om2"], "note", "less than 20 minutes after its start")
        self.assert_result(found["HA304"], "ok", "3 of 3 members with data are up")
        self.assert_risks()


class Upgrade(FleetTest):
    POOL = ("om1", "om2", "om3")

    def test_a_host_that_is_being_upgraded_is_noted(self):
        self.replica_set()
        self.collect_now()
        self.change_facts(self.om2, om__version="8.0.15", om__started="90000")
        om3 = self.pool[2]
        self.change_facts(om3, om__version="8.0.26", om__started="60")
        self.web[2].change(health=503)
        proxies.haproxy(self, self.lb, self.pool[:2])
        found = self.doctor(self.om1, "--no-count", "--only", "hosts,balancer,database")
        self.assert_result(found["HA107"], "note", "8.0.15 on om2; 8.0.26 on om3; a host is stopped or has just started")
        self.assert_result(found["HA208", "om3"], "note", "less than 20 minutes after its start")
        self.assert_result(found["HA304"], "ok", "the hosts have different versions of it")
        self.assert_risks()


class Database(FleetTest):
    def test_an_election_is_waited_for(self):
        appdb = self.replica_set()
        self.collect_now()
        appdb.primary = None
        self.soon(appdb, lambda: setattr(appdb, "primary", appdb.members[1]), after=3)
        # Ops Manager runs for an hour, so that it needs its database.
        self.om1.prefix = (*self.om1.prefix, *clocks.prefix_for("+1h"))
        found = self.doctor(self.om1, "--only", "database")
        self.assert_result(found["HA305"], "ok", f"{appdb.members[1].name} is the primary")
        self.assert_risks()

    def test_behind_a_mongos_on_each_host_nothing_is_known_of_the_shards(self):
        for host in self.pool:
            with packets.inside(host):
                mongos = Mongos(self)
            self.write_settings(f"{SETTINGS}mongo.mongoUri=mongodb://{mongos.asked_as}/\n", host)
        self.collect_now()
        found = self.doctor(self.om1, "--only", "database")
        self.assert_result(found["HA301"], "ok", "mongos")
        self.assert_result(found["HA302"], "unknown", "list no member in common")
        for id in ("HA304", "HA305", "HA306", "HA307", "HA308"):
            self.assertEqual(found[id]["result"], "unknown", found[id])
        self.assert_risks()


class NameServer(FleetTest):
    """The members are found by an SRV record."""

    NAME = "appdb.example.com"

    def setUp(self):
        super().setUp()
        hosts = [self.network.host(name) for name in ("db1", "db2", "db3")]
        self.appdb = ReplicaSet(self, "appdb", THREE, hosts=hosts)
        for host, member in zip(hosts, self.appdb.members):
            member.name = f"{host.name}.example.com:{member.port}"
        records = [f"srv-host=_mongodb._tcp.{self.NAME},{each.name.replace(':', ',')}" for each in self.appdb.members]
        records += [f"host-record={host.name}.example.com,{host.address.split(':')[0]}" for host in hosts]
        records += [f"txt-record={self.NAME},authSource=admin&replicaSet=appdb"]
        self.dns = self.network.host("dns")
        self.server = Dnsmasq(self, self.dns, records)
        self.server.serve(self.pool)

    def test_a_set_behind_an_srv_record_is_a_set_like_any_other(self):
        self.use(f"mongodb+srv://{self.NAME}/?tls=false")
        self.collect_now()
        found = self.doctor(self.om1, "--only", "database")
        self.assert_result(found["HA301"], "ok", "it is the replica set appdb")
        self.assert_result(found["HA302"], "ok", "2 hosts name the same database")
        for name in ("om1", "om2"):
            self.assert_result(found["HA303", name], "ok", "3 of 3 members")
        for id in ("HA304", "HA305", "HA306"):
            self.assert_result(found[id], "ok")
        self.assert_risks()

    def test_all_members_of_the_record_are_asked_and_no_login_or_option_reaches_the_name_server(self):
        user, password, option = "usermarker4711", "passwordmarker0815", "optionmarker2342"
        for secret in (user, password):
            self.watch(secret.encode())
        self.key_files |= {host.directory / "ops-manager/conf/conf-mms.properties" for host in self.pool}
        self.appdb.login = Login(user, password)
        self.om1.also(doctor={"database_login": True})
        with packets.Capture(self.dns) as capture:
            for login in (f"{user}:{password}", f"{user}:{password}%40x", f"{user}:@{password}", f"{user}@{password}:x", f"{user}:/{password}"):
                self.use(f"mongodb+srv://{login}@{self.NAME}/?tls=false&appName={option}")
                self.doctor(self.om1, "--only", "database", "--all")
        self.assertIn(b"_mongodb", capture.content)
        self.assertNotIn(b"marker", capture.content)
        questions = self.server.questions()
        self.assertIn(f"SRV _mongodb._tcp.{self.NAME}", questions)
        self.assertIn(f"TXT {self.NAME}", questions)
        self.assertNotIn("marker", self.server.said())
        for member in self.appdb.members:
            self.assertTrue(member.requests)
        self.assertIn("saslStart", [name for member in self.appdb.members for name in member.names()])


class Translated(FleetTest):
    """om1 and om2 reach each other, and om1 the balancer, through a router that gives them other addresses."""

    def prepare_network(self):
        router = self.network.host("router")
        self.look_up(self.om1, om2=self.translate(router, self.om2, 102), lb=self.translate(router, self.lb, 103))
        self.look_up(self.om2, om1=self.translate(router, self.om1, 101))
        self.network.partition([self.om1], [self.om2])
        for host, number in ((self.om1, 101), (self.om2, 102)):
            host.configure(address=f"10.77.0.{number}:{networks.PORT}")

    def translate(self, router, host, number):
        """The address at which the router passes on to that host, in its own name."""
        address, to = f"10.77.0.{number}", host.address.split(":")[0]
        networks.ip("-n", router.namespace, "address", "add", f"{address}/24", "dev", "eth0")
        rules = f"""table ip to{number} {{
            chain before {{ type nat hook prerouting priority -100; ip daddr {address} dnat to {to}; }}
            chain after {{ type nat hook postrouting priority 100; ip daddr {to} masquerade; }}
        }}"""
        networks.run(router, "nft", rules)
        networks.run(router, "sysctl", "-qw", "net.ipv4.ip_forward=1")
        return address

    def test_hosts_behind_address_translation_are_compared_and_asked_as_others_are(self):
        self.collect_now()
        self.collect(self.om2)
        proxies.haproxy(self, self.lb, self.pool)
        found = self.doctor(self.om1, "--only", "hosts,balancer")
        for id in (("HA001", "om2"), ("HA003", "om2"), "HA101", "HA102", "HA201", "HA203", ("HA202", "om2"), ("HA208", "om2")):
            self.assert_result(found[id], "ok")
        # The address of the router, which the access list of the API sees too.
        self.assert_result(found["HA205"], "risk", "for requests that this host sent from 10.77.0.1")
        self.assert_risks("HA205")


class Alone(Healthy, story.StoryTest):
    def test_a_single_host_on_purpose_with_one_database_is_a_risk(self):
        om1 = self.add_host(Installed(self, "om1"), {})
        om1.run("generate")
        om1.run_ops_manager()
        web = OpsManager(self, "om1")
        om1.write(f"mms.centralUrl=http://localhost:{web.port}\nmongo.mongoUri=mongodb://{Standalone(self).asked_as}/\n")
        om1.prefix = (*clocks.prefix_for("+1h"), *om1.prefix)
        found = self.doctor(om1, "--no-count")
        self.assert_result(found["HA101"], "risk", "only om1")
        self.assert_result(found["HA103"], "risk", "localhost is loopback")
        self.assert_result(found["HA201"], "ok")
        self.assert_result(found["HA301"], "risk", "is of no replica set")
        self.assertNotIn("HA305", found)


if __name__ == "__main__":
    story.main()
