# SPDX-License-Identifier: ISC
"""A real sshd on loopback with files of its own, for what people do today: ssh HOST sha256sum, and scp."""

import getpass
import pathlib

from .rig import Rig, run

PRIVILEGE_SEPARATION = pathlib.Path("/run/sshd")  # compiled into Debian's sshd, which insists on it for root


class Shell:
    def __init__(self, rig: Rig):
        self.rig = rig
        self.port = rig.ports(1)
        self.directory = rig.directory_for("ssh", self.port)
        self.client_configuration = self.directory / "ssh_config"
        self._made_directory = False

    def __enter__(self):
        for name in ("host", "user"):
            run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.directory / name])
        self._configure()
        if self.rig.is_root and not PRIVILEGE_SEPARATION.exists():
            PRIVILEGE_SEPARATION.mkdir(mode=0o755)
            self._made_directory = True
        self._server = self.rig.start(["/usr/sbin/sshd", "-D", "-e", "-f", self.directory / "sshd_config"], self.port)
        return self

    def __exit__(self, *_):
        self.rig.end(self._server)
        if self._made_directory:
            PRIVILEGE_SEPARATION.rmdir()

    def _configure(self) -> None:
        place = self.directory
        (place / "sshd_config").write_text(f"""\
Port {self.port}
ListenAddress 127.0.0.1
HostKey {place}/host
AuthorizedKeysFile {place}/user.pub
PidFile none
StrictModes no
UsePAM no
UseDNS no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
MaxStartups 1000
Subsystem sftp internal-sftp
LogLevel ERROR
""")
        host_key = (place / "host.pub").read_text()
        (place / "known_hosts").write_text(f"bench {host_key}")
        self.client_configuration.write_text(f"""\
Host *
HostName 127.0.0.1
HostKeyAlias bench
Port {self.port}
User {getpass.getuser() if not self.rig.is_root else "root"}
IdentityFile {place}/user
IdentitiesOnly yes
UserKnownHostsFile {place}/known_hosts
GlobalKnownHostsFile /dev/null
BatchMode yes
LogLevel ERROR
""")

    def checksums(self, hosts: int, file: pathlib.Path) -> list:
        """`xargs -P64 ssh HOST sha256sum FILE`, as a command."""
        ssh = f"xargs -P64 -I+ ssh -n -F {self.client_configuration} host+ sha256sum {file}"
        return ["sh", "-c", f"seq {hosts} | {ssh}"]

    def copy(self, source: pathlib.Path, target: str) -> list:
        return ["scp", "-q", "-F", str(self.client_configuration), f"host:{source}", target]
