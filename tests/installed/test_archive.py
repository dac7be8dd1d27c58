# SPDX-License-Identifier: ISC
"""An Ops Manager from an archive on a booted host, started by anybody from anywhere."""

import installed
from installed import AGENT, GENERATED


class FromAnArchive(installed.InstalledTest):
    """Ops Manager of the account ops, with ENC_KEY_PATH=${HOME}/... in mms.conf. Others who start it have another home."""

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
    # The command that starts it, and whether ${HOME} is then the home of ops.
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
            self.om1.run("chown", "-R", "ops:", f"{self.PATH}/logs")  # MMS_USER is empty: it runs as root
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


class WithoutRoot(installed.InstalledTest):
    """Everything belongs to the account ops: Ops Manager, the program from its archive, its user unit."""

    names = ("om1",)
    UNPACK = """
        set -eu
        useradd --create-home --shell /bin/bash ops
        mkdir -p /var/lib/systemd/linger && touch /var/lib/systemd/linger/ops
        chmod 777 /srv/appdb
        runuser -u ops -- env HOME=/home/ops sh -eu <<'END'
            cd
            tar -xzf /srv/packages/mongodb-mms-1.0.tar.gz
            tar -xzf /srv/packages/genkey-agent-*-linux-x86_64.tar.gz
            cd genkey-agent-*
            install -D bin/genkey-agent ~/.local/bin/genkey-agent
            install -D -m 644 lib/systemd/user/genkey-agent.service ~/.config/systemd/user/genkey-agent.service
            install -d ~/.config/genkey-agent
            printf '%s\\n' 'peers = ["om1"]' '[installation]' 'kind = "tar"' 'path = "/home/ops/mongodb-mms-1.0"' \\
                >~/.config/genkey-agent/genkey-agent.toml
END
    """
    KEY = "home/ops/.mongodb-mms/gen.key"
    AS_OPS = ("runuser", "-u", "ops", "--", "env", "HOME=/home/ops", "XDG_RUNTIME_DIR=/run/user/1000")

    def own_files(self, host):
        return {host.written / self.KEY}

    def as_ops(self, *command, **options):
        return self.machines[0].run(*self.AS_OPS, *command, **options)

    def ours(self, *arguments, **options):
        return self.as_ops("/home/ops/.local/bin/genkey-agent", *arguments, **options)

    def test_the_key_the_listener_and_the_gate_need_no_root(self):
        (om1,) = self.machines
        om1.run("sh", "-c", self.UNPACK)
        om1.run("systemctl", "start", "user@1000.service")
        self.ours("generate")
        self.watch((om1.root / self.KEY).read_bytes())
        self.ours("hook", "install")
        self.as_ops("systemctl", "--user", "enable", "--now", "genkey-agent")
        said = self.as_ops("systemctl", "--user", "show", "--property=StatusText", "genkey-agent").stdout
        self.assertIn("listening on", said)
        self.assertNotIn("without a key", said)

        script = "/home/ops/mongodb-mms-1.0/bin/mongodb-mms"
        self.as_ops(script, "start")
        self.as_ops(script, "stop")
        (om1.root / self.KEY).unlink()
        refused = self.as_ops(script, "start", expect=None)
        self.assertNotEqual(refused.code, 0)
        self.assertIn("key is missing", refused.said)
        self.assertNotIn(GENERATED, refused.said)
        self.assertFalse((om1.root / self.KEY).exists())


if __name__ == "__main__":
    installed.harness.main()
