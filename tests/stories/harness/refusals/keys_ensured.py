# SPDX-License-Identifier: ISC
"""How `ensure` refuses or fails."""

import os

from ..advice import Scene
from .scenes import backups_of, edit_json, inviter, pair, refused, replacing, stored, with_key, with_ticket


@refused("ensure")
def ensure_nothing(test):
    """there was never a key"""
    return Scene(test.host("om2"), inviter(test), may_make_a_key=True), ("ensure",)


@refused("ensure")
def ensure_lost_silent(test):
    """the key is lost, and nobody answers"""
    om1, om2 = pair(test)
    om2.lose_key()
    om1.stop()
    return Scene(om2, om1), ("ensure", "--wait", "1s")


@refused("ensure")
def ensure_lost_alone(test):
    """the key is lost, and there is a copy of it"""
    om1 = with_key(test, **backups_of(test))
    om1.key_file.unlink()
    (copy,) = (test.directory / "store").iterdir()
    return Scene(om1, fill={"IDENTITY": test.identity, "BACKUP": copy}), ("ensure", "--wait", "1s")


@refused("ensure")
def ensure_other_silent(test):
    """another key is here, and nobody answers"""
    om1, om2 = pair(test)
    om2.replace_key(test.fresh_key())
    om1.stop()
    return Scene(om2, om1), ("ensure", "--wait", "1s")


@refused("ensure")
def ensure_expired_ticket(test):
    """the ticket that waits has expired"""
    om1 = inviter(test)
    om2 = test.host("om2")
    words = with_ticket(test, om2, om1.run("invite").line)
    om2.configure(ticket_file=words[-1])
    edit_json(om1.state_dir / "agent" / "tickets.json",
              lambda book: [each.update(expires="2020-01-01T00:00:00Z") for each in book["tickets"]])
    return Scene(om2, om1), ("ensure",)


@refused("ensure")
def ensure_damaged_ticket(test):
    """the ticket that waits is damaged"""
    om1 = inviter(test)
    om2 = test.host("om2")
    om2.configure(ticket_file=with_ticket(test, om2, om1.run("invite").line[:-4])[-1])
    return Scene(om2, om1), ("ensure",)


@refused("ensure")
def ensure_damaged_record(test):
    """the record is damaged"""
    om1, om2 = pair(test)
    (om2.state_dir / "record.json").write_text("{", encoding="utf-8")
    return Scene(om2, om1), ("ensure",)


@refused("ensure")
def ensure_invalid_key(test):
    """the key file has the wrong size, and no key was ever recorded"""
    om2 = test.host("om2")
    om2.put_key(b"short")
    return Scene(om2, inviter(test), fill={"FILE": test.key_source(test.fresh_key())}), ("ensure",)


@refused("ensure")
def ensure_truncated_key(test):
    """the key file was cut, and nobody answers"""
    om1, om2 = pair(test)
    key = om2.key()
    om2.replace_key(key[:20])
    om1.stop()
    return Scene(om2, om1, fill={"FILE": test.key_source(key)}), ("ensure", "--wait", "1s")


@refused("ensure")
def ensure_linked_key(test):
    """the key file has a second name"""
    om1, om2 = pair(test)
    os.link(om2.key_file, om2.directory / "second.key")
    test.key_files.add(om2.directory / "second.key")
    return Scene(om2, om1), ("ensure",)


@refused("ensure")
def ensure_symbolic_link(test):
    """the key file is a link"""
    om1, om2 = pair(test)
    om2.stop()
    om2.key_file.rename(om2.directory / "moved.key")
    om2.key_file.symlink_to(om2.directory / "moved.key")
    test.key_files.add(om2.directory / "moved.key")
    return Scene(om2, om1), ("ensure",)


@refused("ensure")
def ensure_first_host_unsure(test):
    """it is the first host, and a peer does not answer"""
    om2 = test.host("om2")
    return Scene(test.host("om1", first_host=True, peers=[om2.address]), om2, may_make_a_key=True), ("ensure",)


@refused("ensure")
def ensure_first_host_with_copy(test):
    """it is the first host, and a destination has a copy"""
    stored(test)
    return Scene(test.host("om1", first_host=True, **backups_of(test)), fill={"IDENTITY": test.identity}), ("ensure",)


@refused("ensure")
def ensure_and_failed_backup(test):
    """the backup fails"""
    om1 = with_key(test)
    om1.configure(backup={**backups_of(test)["backup"], "destinations": [f"file://{test.directory}/absent/store"]})
    return Scene(om1, om1, conditions={"mount": lambda: None}), ("ensure",)


@refused("ensure")
def ensure_outdated(test):
    """the key was replaced on another host"""
    om1, om2 = pair(test)
    om1.also(**backups_of(test))
    om1.run("backup")
    with om1.restarting():
        om1.run(*replacing(om1))
    return Scene(om2, om1), ("ensure",)


@refused("ensure --keep")
def keep_nothing(test):
    """there is no key"""
    return Scene(test.host("om2"), inviter(test), may_make_a_key=True), ("ensure", "--keep")


@refused("ensure --keep")
def keep_invalid(test):
    """the file is no key"""
    om2 = test.host("om2")
    om2.put_key(b"short")
    return Scene(om2, inviter(test), fill={"FILE": test.key_source(test.fresh_key())}), ("ensure", "--keep")


@refused("ensure --keep")
def keep_without_configuration(test):
    """the configuration has a mistake"""
    om1, om2 = pair(test)
    om2.replace_key(test.fresh_key())
    right = om2.config.read_text(encoding="utf-8")
    om2.stop()
    om2.config.write_text(right.replace("address =", "adress ="), encoding="utf-8")
    return Scene(om2, om1, conditions={"correct it": lambda: om2.config.write_text(right, encoding="utf-8")},
                 ), ("ensure", "--keep")
