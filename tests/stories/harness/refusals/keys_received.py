# SPDX-License-Identifier: ISC
"""How `import` and `join` refuse or fail."""

from ..advice import Scene
from .scenes import backups_of, edit_json, immutable_store, inviter, pair, refused, replacing, with_key, with_ticket


@refused("import")
def import_absent(test):
    """the file is missing"""
    om1 = test.host("om1")
    return Scene(om1, fill={"FILE": test.key_source(test.fresh_key())}), ("import", test.directory / "absent")


@refused("import")
def import_short(test):
    """the file holds no key"""
    om1 = test.host("om1")
    return Scene(om1, fill={"FILE": test.key_source(test.fresh_key())}), ("import", test.key_source(b"short", "short.key"))


@refused("import")
def import_beside_another(test):
    """another key is there"""
    om1 = with_key(test)
    return Scene(om1), ("import", test.key_source(test.fresh_key()))


@refused("import")
def import_unconfirmed(test):
    """the key that is put aside is not confirmed"""
    om1 = with_key(test)
    return Scene(om1), ("import", test.key_source(test.fresh_key()), "--displace")


@refused("import")
def import_over_invalid(test):
    """a file that is no key is there"""
    om1 = test.host("om1")
    om1.put_key(b"short")
    return Scene(om1, fill={"FILE": test.key_source(test.fresh_key())}), ("import", test.directory / "given.key")


@refused("import")
def import_weak(test):
    """the key is weak"""
    return Scene(test.host("om1"), may_make_a_key=True), ("import", test.key_source(b"\7" * 24))


@refused("import")
def import_link(test):
    """the file is a link"""
    om1 = test.host("om1")
    source = test.key_source(test.fresh_key())
    (test.directory / "link.key").symlink_to(source)
    return Scene(om1, fill={"FILE": source}), ("import", test.directory / "link.key")


@refused("import")
def import_in_open_directory(test):
    """everybody can write the key file's directory"""
    om1 = test.host("om1")
    om1.directory.chmod(0o777)
    return Scene(om1), ("import", test.key_source(test.fresh_key()))


@refused("import")
def import_and_failed_backup(test):
    """it succeeds, and the backup fails"""
    settings, store = immutable_store(test)
    om1 = test.host("om1", **settings)
    return Scene(om1, om1, test.host("om2"), **store), ("import", test.key_source(test.fresh_key()))


@refused("join")
def join_without_terminal(test):
    """nobody can be asked for the ticket"""
    om1 = inviter(test)
    ticket = test.directory / "ticket"
    om1.run("invite", "--output", ticket)
    return Scene(test.host("om2"), om1, fill={"FILE": ticket}), ("join",)


@refused("join")
def join_revoked(test):
    """the ticket was revoked"""
    om1 = inviter(test)
    ticket = om1.run("invite").line
    om1.run("invite", "--revoke", "all")
    om2 = test.host("om2")
    return Scene(om2, om1), with_ticket(test, om2, ticket)


@refused("join")
def join_damaged(test):
    """the ticket is damaged"""
    om1 = inviter(test)
    om2 = test.host("om2")
    return Scene(om2, om1), with_ticket(test, om2, om1.run("invite").line[:-4])


@refused("join")
def join_used(test):
    """the ticket was used"""
    om1 = inviter(test)
    ticket = om1.run("invite").line
    test.host("first").run("join", "--ticket-file", "-", stdin=ticket)
    om2 = test.host("om2")
    return Scene(om2, om1), with_ticket(test, om2, ticket)


@refused("join")
def join_expired(test):
    """the ticket has expired"""
    om1 = inviter(test)
    om2 = test.host("om2")
    ticket = om1.run("invite").line
    edit_json(om1.state_dir / "agent" / "tickets.json",
              lambda book: [each.update(expires=1) for each in book["tickets"]])
    return Scene(om2, om1), with_ticket(test, om2, ticket)


@refused("join")
def join_silent(test):
    """the inviter does not answer"""
    om1 = inviter(test)
    om2 = test.host("om2")
    ticket = om1.run("invite").line
    om1.stop()
    return Scene(om2, om1), with_ticket(test, om2, ticket)


@refused("join")
def join_absent(test):
    """the ticket's file is missing"""
    return Scene(test.host("om2"), inviter(test)), ("join", "--ticket-file", test.directory / "absent")


def forget_key(host):
    """As if the host had never had one. It keeps its identity and the peers that it knows."""
    host.stop()
    host.key_file.unlink()
    (host.state_dir / "record.json").unlink()


@refused("join")
def join_removed_there(test):
    """the inviter has removed this host"""
    om1, om2 = pair(test)
    om1.run("peers", "remove", om2.address)
    forget_key(om2)
    return Scene(om2, om1), with_ticket(test, om2, om1.run("invite").line)


@refused("join")
def join_removed_here(test):
    """this host has removed the inviter"""
    om1, om2 = pair(test)
    om2.run("peers", "remove", om1.address)
    forget_key(om2)
    return Scene(om2, om1), with_ticket(test, om2, om1.run("invite").line)


@refused("join")
def join_with_another_key(test):
    """another key is here"""
    om1 = inviter(test)
    om2 = with_key(test, "om2")
    return Scene(om2, om1), with_ticket(test, om2, om1.run("invite").line)


@refused("join")
def join_unconfirmed(test):
    """the key that is put aside is not confirmed"""
    om1 = inviter(test)
    om2 = with_key(test, "om2")
    return Scene(om2, om1), (*with_ticket(test, om2, om1.run("invite").line), "--displace")


@refused("join")
def join_inviter_without_key(test):
    """the inviter has lost its key"""
    om1 = inviter(test)
    om2, om3 = test.host("om2"), test.host("om3")
    om3.run("join", "--ticket-file", "-", stdin=om1.run("invite").line)
    om3.serve()
    ticket = om1.run("invite").line
    om1.lose_key()
    return Scene(om2, om3), with_ticket(test, om2, ticket)


@refused("join")
def join_outdated_member(test):
    """the inviter holds a later key than this host"""
    om1, om2 = pair(test)
    om1.also(**backups_of(test))
    om1.run("backup")
    with om1.restarting():
        om1.run(*replacing(om1))
    return Scene(om2, om1), with_ticket(test, om2, om1.run("invite").line)


@refused("join")
def join_another_host_there(test):
    """another host answers at the inviter's address"""
    om1 = inviter(test)
    om2 = test.host("om2")
    ticket = om1.run("invite").line
    om1.run("identity", "--renew")
    om1.serve_again()
    return Scene(om2, om1), with_ticket(test, om2, ticket)


@refused("join")
def join_without_directory(test):
    """the key file's directory is missing"""
    om1 = inviter(test)
    om2 = test.host("om2")
    om2.key_file = om2.directory / "absent" / "gen.key"
    test.key_files.add(om2.key_file)
    return Scene(om2, om1, conditions={"create the directory": lambda: om2.key_file.parent.mkdir(exist_ok=True)}), with_ticket(
        test, om2, om1.run("invite").line)
