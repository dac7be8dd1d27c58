# SPDX-License-Identifier: ISC
"""How `restore` and `backup` refuse or fail."""

import subprocess

from ..advice import Scene
from .scenes import backups_of, break_properties, inviter, pair, refused, stored, with_key


@refused("restore")
def restore_nothing_named(test):
    """nothing is named or configured"""
    _, copy = stored(test)
    return Scene(test.host("om1"), fill={"IDENTITY": test.identity, "BACKUP": copy}), ("restore", "-i", test.identity)


@refused("restore")
def restore_without_identity(test):
    """no identity is given"""
    _, copy = stored(test)
    return Scene(test.host("om1"), fill={"IDENTITY": test.identity, "BACKUP": copy}), ("restore", copy)


@refused("restore")
def restore_with_wrong_identity(test):
    """the identity is another one"""
    _, copy = stored(test)
    other = test.directory / "other-identity"
    test.key_files.add(other)
    subprocess.run(["age-keygen", "-o", other], check=True, capture_output=True)
    return Scene(test.host("om1"), fill={"IDENTITY": test.identity, "BACKUP": copy}), ("restore", copy, "-i", other)


@refused("restore")
def restore_with_absent_identity(test):
    """the identity's file is missing"""
    _, copy = stored(test)
    return Scene(test.host("om1"), fill={"IDENTITY": test.identity, "BACKUP": copy}), (
        "restore", copy, "-i", test.directory / "absent")


@refused("restore")
def restore_absent(test):
    """the copy is missing"""
    _, copy = stored(test)
    return Scene(test.host("om1"), fill={"IDENTITY": test.identity, "BACKUP": copy}), (
        "restore", test.directory / "absent.age", "-i", test.identity)


@refused("restore")
def restore_damaged(test):
    """the copy is damaged"""
    _, copy = stored(test)
    bad = test.directory / "bad.age"
    bad.write_bytes(copy.read_bytes()[:-3])
    return Scene(test.host("om1"), fill={"IDENTITY": test.identity, "BACKUP": copy}), ("restore", bad, "-i", test.identity)


@refused("restore")
def restore_beside_another(test):
    """another key is here"""
    _, copy = stored(test)
    return Scene(with_key(test)), ("restore", copy, "-i", test.identity)


@refused("restore")
def restore_another_than_lost(test):
    """the copy is of another key than the one that was lost"""
    _, copy = stored(test)
    om1 = with_key(test)
    lost = test.directory / "right.age"
    om1.run("backup", "-r", test.recipient, "--output", lost)
    om1.key_file.unlink()
    return Scene(om1, fill={"IDENTITY": test.identity, "BACKUP": lost}), ("restore", copy, "-i", test.identity)


@refused("restore")
def restore_from_empty_store(test):
    """the destination has no copy"""
    om1 = test.host("om1", **backups_of(test))
    giver = inviter_named(test, "om2")
    copy = test.directory / "elsewhere.age"
    giver.run("backup", "-r", test.recipient, "--output", copy)
    return Scene(om1, giver, fill={"IDENTITY": test.identity, "BACKUP": copy}), ("restore", "-i", test.identity)


def inviter_named(test, name):
    host = with_key(test, name)
    host.serve()
    return host


@refused("backup")
def backup_nowhere(test):
    """no destination is configured"""
    return Scene(with_key(test)), ("backup",)


@refused("backup")
def backup_to_nobody(test):
    """no recipient is configured"""
    om1 = with_key(test)
    om1.configure(backup={**backups_of(test)["backup"], "recipients": []})
    return Scene(om1, om1), ("backup",)


@refused("backup")
def backup_nothing(test):
    """there is no key"""
    return Scene(test.host("om2", **backups_of(test)), inviter(test), may_make_a_key=True), ("backup",)


@refused("backup")
def backup_lost(test):
    """the key is lost"""
    om1, om2 = pair(test)
    om2.also(**backups_of(test))
    om2.lose_key()
    return Scene(om2, om1), ("backup",)


@refused("backup")
def backup_another(test):
    """the key is another than the recorded one"""
    om1, om2 = pair(test)
    om2.also(**backups_of(test))
    om2.replace_key(test.fresh_key())
    return Scene(om2, om1), ("backup",)


@refused("backup")
def backup_unrecorded(test):
    """the key is not recorded"""
    om1 = test.host("om1", **backups_of(test))
    om1.put_key(test.fresh_key())
    return Scene(om1), ("backup",)


@refused("backup")
def backup_invalid(test):
    """the key file is no key"""
    om1 = test.host("om1", **backups_of(test))
    om1.put_key(b"short")
    return Scene(om1, fill={"FILE": test.key_source(test.fresh_key())}), ("backup",)


@refused("backup")
def backup_to_silent_destination(test):
    """the destination is missing"""
    om1 = with_key(test)
    om1.configure(backup={**backups_of(test)["backup"], "destinations": [f"file://{test.directory}/absent/store"]})
    return Scene(om1), ("backup",)


@refused("backup")
def backup_over_file(test):
    """the output exists"""
    om1 = with_key(test, **backups_of(test))
    (test.directory / "there.age").touch()
    return Scene(om1), ("backup", "--output", test.directory / "there.age")


@refused("backup")
def backup_settings_unreadable(test):
    """the settings cannot be read"""
    om1 = with_key(test, **backups_of(test))
    return Scene(om1), ("backup", "--install-path", break_properties(om1))


@refused("backup")
def drill_without_copy(test):
    """no copy can be tried"""
    om1 = with_key(test)
    om1.configure(**backups_of(test))
    return Scene(om1, fill={"IDENTITY": test.identity}), ("backup", "drill", "-i", test.identity)


@refused("backup")
def check_of_missing_copy(test):
    """the copy has vanished from the destination"""
    om1 = with_key(test, **backups_of(test))
    for path in (test.directory / "store").iterdir():
        path.unlink()
    return Scene(om1), ("backup", "check")
