# SPDX-License-Identifier: ISC
"""A host's files: its key, its record, and what Ops Manager has there."""

import json
import os
import pathlib
import shutil
import stat


def seen_of(path):
    """Everything about a file that a command could change: number, owner, mode, times and content."""
    facts = path.lstat()
    content = path.read_bytes() if stat.S_ISREG(facts.st_mode) else b""
    owner = (facts.st_uid, facts.st_gid, oct(facts.st_mode))
    return (facts.st_ino, *owner, facts.st_mtime_ns, facts.st_ctime_ns, content.hex())


def copy_tree(source, target):
    """Copies a directory with its owners, as an image or a backup of a machine does."""
    shutil.copytree(source, target)
    for path in [target, *target.rglob("*")]:
        facts = (source / path.relative_to(target)).lstat()
        os.chown(path, facts.st_uid, facts.st_gid, follow_symlinks=False)
    return target


class Files:
    """The part of a Host that looks at its files and changes them as people would."""

    def key(self):
        return self.key_file.read_bytes()

    def put_key(self, key, mode=0o600):
        """Replaces the key file, as an administrator would by hand."""
        self.test.watch(key)
        self.key_file.unlink(missing_ok=True)
        self.key_file.touch(mode)
        self.key_file.write_bytes(key)
        self.key_file.chmod(mode)

    def record(self):
        return json.loads((self.state_dir / "record.json").read_text())

    def displaced_keys(self):
        return [path.read_bytes() for path in sorted(self.state_dir.glob("displaced/*"))]

    def snapshot(self):
        """seen_of() every file and directory of the host."""
        return {
            str(path.relative_to(self.directory)): seen_of(path)
            for path in [self.directory, *sorted(self.directory.rglob("*"))]
        }

    @staticmethod
    def path_of(shown):
        """The path at which the test finds a file that the program names."""
        return pathlib.Path(shown)

    def assert_private(self):
        """The key file has one name, and the service alone can read it."""
        facts = self.key_file.stat()
        self.test.assertEqual((facts.st_uid, facts.st_mode & 0o7777, facts.st_nlink), (os.getuid(), 0o600, 1))

    def install_ops_manager(self, properties):
        """Unpacks an Ops Manager that reads this host's key file; returns its directory."""
        installed = self.directory / "ops-manager"
        (installed / "conf").mkdir(parents=True)
        (installed / "bin").mkdir()
        user = self.owner.partition(":")[0]
        (installed / "conf" / "mms.conf").write_text(f'MMS_USER={user}\nENC_KEY_PATH="{self.key_file}"\n')
        (installed / "conf" / "conf-mms.properties").write_text(properties)
        return installed

    def absent_mount(self):
        """A mount point of this system at which nothing is mounted."""
        mount = self.directory / "mount"
        mount.mkdir()
        return str(mount)
