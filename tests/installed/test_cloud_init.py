# SPDX-License-Identifier: ISC
"""cloud-init accepts the example's user data, and the program accepts the files that it writes."""

import json
import os
import pathlib
import subprocess

import harness

SOURCE = harness.SOURCE
EXAMPLE = SOURCE / "scripts" / "examples" / "cloud-init.yaml"
CLOUD_INIT = SOURCE / "build" / "tools" / "cloud-init" / "usr" / "lib" / "python3" / "dist-packages"
# Debian's, which has the modules that cloud-init needs.
PYTHON = "/usr/bin/python3"
READ_YAML = "import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin)))"

TICKET = "gka1_PUT_THE_TICKET_HERE"
JOINS = "  - [genkey-agent, ensure, --wait, 30s]\n"
GENERATES = "  #- [genkey-agent, generate]\n"


class CloudInit(harness.StoryTest):
    def validate(self, text):
        """What `cloud-init schema` prints."""
        if not CLOUD_INIT.exists():
            harness.skip("no cloud-init: scripts/setup")
        file = self.directory / "user-data.yaml"
        file.write_text(text, encoding="utf-8")
        return subprocess.run(
            [PYTHON, "-B", "-m", "cloudinit.cmd.main", "schema", "--config-file", file],
            env={**os.environ, "PYTHONPATH": str(CLOUD_INIT)},
            capture_output=True,
            text=True,
            check=False,
        )

    def read(self, text):
        done = subprocess.run([PYTHON, "-c", READ_YAML], input=text, capture_output=True, text=True, check=True)
        return json.loads(done.stdout)

    def set_up(self, host, text):
        """Does what cloud-init would do, on a host with paths of its own and the given peers; returns the commands."""
        given = self.read(text)
        for file in given["write_files"]:
            self.assertEqual(file["owner"], "root:root")
            self.assertEqual(file["permissions"], "0600" if "gka1_" in file["content"] else "0644")
            path = host.directory / pathlib.Path(file["path"]).name
            path.write_text(file["content"].replace("/etc/genkey-agent/", f"{host.directory}/"), encoding="utf-8")
            path.chmod(int(file["permissions"], 8))
        return [command[1:] for command in given["runcmd"]]

    def example_for(self, host, peers, ticket=None):
        text = EXAMPLE.read_text(encoding="utf-8")
        text = text.replace('"om1.example.com", "om2.example.com", "om3.example.com"', ", ".join(f'"{p}"' for p in peers))
        listen = f'name = "{host.name}"\n      address = "{host.address}"\n      peers ='
        text = text.replace("peers =", listen).replace("[gate]", f'[serve]\n      listen = ["{host.address}"]\n      [gate]')
        return text.replace(TICKET, ticket) if ticket else first_host(text)

    def test_cloud_init_takes_it_for_the_first_host_and_for_the_others(self):
        text = EXAMPLE.read_text(encoding="utf-8")
        for variant in (text, first_host(text)):
            done = self.validate(variant)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertNotEqual(self.validate(text.replace('"0600"', "[0600]")).returncode, 0)

    def test_the_first_host_makes_a_key_and_the_next_one_receives_it(self):
        om1, om2 = self.host("om1"), self.host("om2")
        peers = [om1.address, om2.address]
        for command in self.set_up(om1, self.example_for(om1, peers)):
            om1.run(*command)
        om1.serve()
        ticket = om1.run("invite").line
        for command in self.set_up(om2, self.example_for(om2, peers, ticket)):
            om2.run(*command)
        self.assertEqual(om2.key(), om1.key())
        self.assertFalse((om2.directory / "ticket").exists())


def first_host(text):
    """Changes the example as its comments say."""
    begin = text.index("  # Not on the first host.")
    without_ticket = text[:begin] + text[text.index("# From repositories") :]
    return without_ticket.replace(JOINS, "").replace(GENERATES, GENERATES.replace("#", ""))


if __name__ == "__main__":
    harness.main()
