# SPDX-License-Identifier: ISC
"""Hosts with an Ops Manager, as far as its files and its processes go."""

import subprocess

from . import story
from .host import Host

URL = "mms.centralUrl=https://opsmanager.example.com\n"
HEADER = "mms.remoteIp.header=X-Forwarded-For\n"
MONGO = "mongo.mongoUri=mongodb://db1.example.com,db2.example.com,db3.example.com/?replicaSet=appdb\n"
SETTINGS = URL + HEADER + MONGO
# A fault, HA104.
NO_URL = "mms.centralUrl=htps://om\n"


class FaultyTest(story.StoryTest):
    """om1 has a key, and an Ops Manager with NO_URL."""

    def setUp(self):
        super().setUp()
        self.om1 = self.host("om1")
        self.installed = self.om1.install_ops_manager(NO_URL)
        self.om1.also(installation={"kind": "tar", "path": str(self.installed)})
        self.om1.run("generate")


class Installed(Host):
    """A host with an Ops Manager from an archive, under a root of its own."""

    def __init__(self, test, name):
        super().__init__(test, name)
        self.root = self.directory / "root"
        self.installation = self.directory / "ops-manager"
        self.agent = self.root / "etc" / "mongodb-mms" / "automation-agent.config"
        for directory in (self.agent.parent, self.installation / "conf", self.installation / "logs"):
            directory.mkdir(parents=True)
        self.key_file = self.root / "gen.key"
        (self.installation / "conf" / "mms.conf").write_text("ENC_KEY_PATH=/gen.key\n")
        self.where = ["--install-path", self.installation, "--root", self.root]
        self.write(SETTINGS)

    def command(self, *arguments):
        common = ["--config", self.config, "--state-dir", self.state_dir, *self.where]
        return [str(part) for part in (*self.prefix, self.program, *arguments, *common)]

    @property
    def properties(self):
        return self.installation / "conf" / "conf-mms.properties"

    def write(self, properties):
        self.properties.write_bytes(properties if isinstance(properties, bytes) else properties.encode())

    def log(self, text, name="mms0-startup.log"):
        (self.installation / "logs" / name).write_text(text)

    def run_ops_manager(self, main_class="com.xgen.svc.core.ServerMain", user=None):
        """A process that looks like Ops Manager: java with this argument and this main class, of this account."""
        command = ["sh", "-c", "echo it runs; read end", f"-Dmms.keyfile={self.key_file}", main_class]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd="/", user=user)
        self.test.addCleanup(process.communicate)  # which ends the process
        process.stdout.readline()
