# SPDX-License-Identifier: ISC
"""How `generate --replace` refuses or fails."""

from ..advice import Scene
from .scenes import backups_of, immutable_store, inviter, pair, refused, replacing, runs, with_key


@refused("generate --replace")
def replace_unconfirmed(test):
    """nothing is confirmed"""
    return Scene(with_key(test, **backups_of(test))), ("generate", "--replace")


@refused("generate --replace")
def replace_another_fleet(test):
    """another fleet is confirmed"""
    return Scene(with_key(test, **backups_of(test))), ("generate", "--replace", "--confirm", "f" * 32)


@refused("generate --replace")
def replace_without_copy(test):
    """there is no recent copy"""
    om1 = with_key(test)
    om1.configure(**backups_of(test))
    return Scene(om1), replacing(om1)


@refused("generate --replace")
def replace_without_destination(test):
    """no backup is configured"""
    om1 = with_key(test)
    settings = backups_of(test)
    return Scene(om1, fill={"IDENTITY": test.identity}, conditions={
        "into the configuration": lambda: om1.configure(**settings)}), replacing(om1)


@refused("generate --replace")
def replace_in_use(test):
    """Ops Manager runs"""
    om1 = with_key(test, **backups_of(test))
    return Scene(om1, conditions={"stop Ops Manager": runs(test, om1)}), replacing(om1)


@refused("generate --replace")
def replace_nothing(test):
    """there is no key"""
    om1 = inviter(test)
    return Scene(test.host("om2"), om1, may_make_a_key=True), ("generate", "--replace", "--confirm", "f" * 32)


@refused("generate --replace")
def replace_lost_key(test):
    """the key is lost"""
    om1, om2 = pair(test)
    words = replacing(om2)
    om2.lose_key()
    return Scene(om2, om1), words


@refused("generate --replace")
def replace_unrecorded_key(test):
    """the key is not recorded"""
    om1 = test.host("om1", **backups_of(test))
    om1.put_key(test.fresh_key())
    return Scene(om1), ("generate", "--replace", "--confirm", "unrecorded")


@refused("generate --replace")
def replace_another_key(test):
    """the key is another than the recorded one"""
    om1, om2 = pair(test)
    words = replacing(om2)
    om2.replace_key(test.fresh_key())
    return Scene(om2, om1), words


@refused("generate --replace")
def replace_with_credentials(test):
    """credentials are encrypted with the key"""
    om1 = with_key(test, **backups_of(test))
    installed = om1.install_ops_manager("mongo.encryptedCredentials=true\n")
    properties = installed / "conf" / "conf-mms.properties"
    return Scene(om1, fill={"IDENTITY": test.identity, "NAME": copy_in(test)},
                 conditions={"in the clear": lambda: properties.write_text("", encoding="utf-8")}), (
        *replacing(om1), "--install-path", installed)


@refused("generate --replace")
def replace_with_a_later_copy(test):
    """a destination has a later generation"""
    om1 = with_key(test, **backups_of(test))
    om1.run(*replacing(om1))
    (old,) = (test.directory / "store").glob("*-g1-*.age")
    om1.run("restore", old, "-i", test.identity, "--displace", "--confirm", om1.fleet_id())
    return Scene(om1, fill={"IDENTITY": test.identity}), replacing(om1)


@refused("generate --replace")
def replace_and_failed_backup(test):
    """it succeeds, and the backup fails"""
    om1, om2 = pair(test)
    om1.also(**backups_of(test))
    om1.run("backup")
    settings, store = immutable_store(test)
    om1.also(backup={**settings["backup"], "destinations": [*backups_of(test)["backup"]["destinations"],
                                                            *settings["backup"]["destinations"]]})
    return Scene(om1, om2, om2, fill={"IDENTITY": test.identity, "NAME": copy_in(test)}, **store), replacing(om1)


@refused("generate --replace")
def replace_and_failed_settings(test):
    """it succeeds, and the backup of the settings fails"""
    om1 = with_key(test, **backups_of(test))
    installed = om1.install_ops_manager("")
    (installed / "conf" / "mms.conf").write_bytes(b"#" * 300_000)  # too much
    return Scene(om1, om1, fill={"IDENTITY": test.identity, "NAME": copy_in(test)}, has_succeeded=True), (
        *replacing(om1), "--install-path", installed)


@refused("generate --replace")
def replace_in_a_fleet(test):
    """it succeeds, and another host has the former key"""
    om1, om2 = pair(test)
    om1.also(**backups_of(test))
    om1.run("backup")
    return Scene(om1, om2, om2, fill={"IDENTITY": test.identity, "NAME": copy_in(test)}), replacing(om1)


def copy_in(test):
    return sorted((test.directory / "store").glob("*-g1-*.age"))[0].name
