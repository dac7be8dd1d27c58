# SPDX-License-Identifier: ISC
"""How `generate` refuses or fails."""

import shutil

from .. import strangers
from ..advice import Scene
from .scenes import backups_of, break_properties, immutable_store, inviter, pair, refused, with_key


@refused("generate")
def generate_with_key(test):
    """a key is there already"""
    return Scene(with_key(test)), ("generate",)


@refused("generate")
def generate_with_invalid_key(test):
    """a file that is no key is there already"""
    om1 = test.host("om1")
    om1.put_key(b"short")
    return Scene(om1, fill={"FILE": test.key_source(test.fresh_key())}), ("generate",)


@refused("generate")
def generate_with_lost_key(test):
    """the key is lost, and a peer has it"""
    om1, om2 = pair(test)
    om2.lose_key()
    return Scene(om2, om1), ("generate",)


@refused("generate")
def generate_with_damaged_record(test):
    """the key is lost and its record damaged"""
    om1, om2 = pair(test)
    om2.lose_key()
    (om2.state_dir / "record.json").write_text("{", encoding="utf-8")
    return Scene(om2, om1), ("generate",)


@refused("generate")
def generate_beside_a_peer(test):
    """a peer has a key"""
    om1 = inviter(test)
    return Scene(test.host("om2", peers=[om1.address]), om1), ("generate",)


@refused("generate")
def generate_beside_another_program(test):
    """something else than genkey-agent answers at a peer's address"""
    other = strangers.TalkingServer(test, b"220 mail.example.com ESMTP\r\n")
    om1 = test.host("om1", peers=[other.address])
    gone = {"out of the fleet": lambda: om1.run("peers", "remove", other.address, expect=None)}
    return Scene(om1, conditions=gone, may_make_a_key=True), ("generate",)


@refused("generate")
def generate_with_a_copy(test):
    """a destination has a copy"""
    with_key(test, "old", **backups_of(test))
    return Scene(test.host("om1", **backups_of(test)), fill={"IDENTITY": test.identity}), ("generate",)


@refused("generate")
def generate_after_own_copy(test):
    """this host has stored a copy that is gone"""
    om1 = with_key(test, **backups_of(test))
    (copy,) = (test.directory / "store").iterdir()
    kept = shutil.move(copy, test.directory / "elsewhere.age")
    for path in (om1.key_file, om1.state_dir / "record.json"):
        path.unlink()
    return Scene(om1, fill={"IDENTITY": test.identity, "BACKUP": kept}), ("generate",)


@refused("generate")
def generate_with_a_copy_of_settings(test):
    """a destination has the settings of a host that had a key"""
    om1 = inviter(test)
    om2 = test.host("om2", **backups_of(test))
    (test.directory / "store" / f"{'0' * 32}-g1-om9-20261122T022917Z-k1.state.age").write_bytes(b"settings")
    return Scene(om2, om1), ("generate",)


@refused("generate")
def generate_with_silent_destination(test):
    """a destination cannot be listed"""
    om1 = test.host("om1", **backups_of(test, destinations=[f"file://{test.directory}/absent/store"]))
    make = (test.directory / "absent" / "store").mkdir
    return Scene(om1, conditions={"lists every destination": lambda: make(parents=True, exist_ok=True)},
                 may_make_a_key=True), ("generate",)


@refused("generate")
def generate_with_credentials(test):
    """credentials are encrypted"""
    om1 = inviter(test)
    om2 = test.host("om2")
    installed = om2.install_ops_manager("mongo.encryptedCredentials=true\n")
    return Scene(om2, om1), ("generate", "--install-path", installed)


@refused("generate")
def generate_with_unknown_credentials(test):
    """the properties cannot be read"""
    om1 = test.host("om1")
    installed = break_properties(om1)

    def correct():
        (installed / "conf" / "conf-mms.properties").rmdir()
        (installed / "conf" / "conf-mms.properties").write_text("", encoding="utf-8")

    return Scene(om1, conditions={"make that file readable": correct}, may_make_a_key=True), ("generate", "--install-path", installed)


@refused("generate")
def generate_without_directory(test):
    """the key file's directory is missing"""
    om1 = test.host("om1")
    om1.key_file = om1.directory / "absent" / "gen.key"
    test.key_files.add(om1.key_file)
    return Scene(om1, conditions={"create the directory": lambda: om1.key_file.parent.mkdir(exist_ok=True)},
                 may_make_a_key=True), ("generate",)


@refused("generate")
def generate_in_open_directory(test):
    """everybody can write the key file's directory"""
    om1 = test.host("om1")
    om1.directory.chmod(0o777)
    return Scene(om1, may_make_a_key=True), ("generate",)


@refused("generate")
def generate_with_wrong_configuration(test):
    """the configuration has a mistake"""
    om1 = test.host("om1")
    right = om1.config.read_text(encoding="utf-8")
    om1.config.write_text(right.replace("address =", "adress ="), encoding="utf-8")
    return Scene(om1, conditions={"correct it": lambda: om1.config.write_text(right, encoding="utf-8")},
                 may_make_a_key=True), ("generate",)


@refused("generate")
def generate_without_backup(test):
    """it succeeds, and no backup is configured"""
    om1, om2 = test.host("om1"), test.host("om2")
    return Scene(om1, om1, om2, conditions={"each other host needs": lambda: om1.server or om1.serve()}, may_make_a_key=True), ("generate",)


@refused("generate")
def generate_and_failed_backup(test):
    """it succeeds, and the backup fails"""
    settings, store = immutable_store(test)
    om1 = test.host("om1", **settings)
    store["conditions"]["each other host needs"] = lambda: om1.server or om1.serve()
    return Scene(om1, om1, test.host("om2"), **store), ("generate",)
