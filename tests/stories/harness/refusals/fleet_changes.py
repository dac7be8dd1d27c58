# SPDX-License-Identifier: ISC
"""How `peers`, `hook install`, `invite` and `identity --renew` refuse or fail."""

from ..advice import Scene
from .scenes import edit_json, inviter, pair, refused, with_key


@refused("peers")
def remove_unknown(test):
    """nobody has the name"""
    return Scene(pair(test)[0]), ("peers", "remove", "nobody")


@refused("peers")
def remove_ambiguous(test):
    """two hosts have the name"""
    om1 = pair(test)[0]
    for number in (1, 2):
        om1.run("peers", "add", f"om{number}.example.com", "--pin", f"{number}" * 64)
    edit_json(om1.state_dir / "agent" / "roster.json",
              lambda roster: [each.update(name="same") for each in roster["peers"]])
    return Scene(om1), ("peers", "remove", "same")


@refused("peers")
def add_bad_address(test):
    """the port of the address is out of range"""
    return Scene(with_key(test)), ("peers", "add", "host:99999")


@refused("peers")
def add_bad_pin(test):
    """the pin is too short"""
    return Scene(with_key(test)), ("peers", "add", "om9", "--pin", "ab")


@refused("peers")
def remove_with_damaged_roster(test):
    """the list of peers is damaged"""
    om1, om2 = pair(test)
    (om1.state_dir / "agent" / "roster.json").write_text("{", encoding="utf-8")
    return Scene(om1, om2, fill={"PEER": om2.address}), ("peers", "remove", om2.address)


@refused("peers")
def remove_with_wrong_configuration(test):
    """a peer is removed while the configuration has a mistake"""
    om1, om2 = pair(test)
    right = om1.config.read_text(encoding="utf-8")
    om1.stop()
    om1.config.write_text(right.replace("address =", "adress ="), encoding="utf-8")
    return Scene(om1, om2, conditions={"correct it": lambda: om1.config.write_text(right, encoding="utf-8")},
                 ), ("peers", "remove", om2.address)


@refused("hook install")
def hook_without_installation(test):
    """no installation is named"""
    return Scene(with_key(test)), ("hook", "install")


def installed(test):
    from ..hooks import Installed  # it needs the package as a whole

    host = test.add_host(Installed(test, "om1"), {})
    host.run("generate")
    return host


@refused("hook install")
def hook_without_conf(test):
    """mms.conf is missing"""
    om1 = installed(test)
    om1.conf.unlink()
    return Scene(om1, conditions={"install Ops Manager": lambda: om1.unpack(f"ENC_KEY_PATH={om1.key_file}\n")}), (
        "hook", "install", "--require")


@refused("hook install")
def hook_that_is_not_reached(test):
    """mms.conf returns before its end"""
    om1 = installed(test)
    om1.unpack(f"ENC_KEY_PATH={om1.key_file}\nreturn 0\n")
    return Scene(om1), ("hook", "install")


@refused("hook install")
def hook_gone(test):
    """an upgrade has replaced mms.conf"""
    om1 = installed(test)
    om1.run("hook", "install", "--require")
    om1.unpack(f"ENC_KEY_PATH={om1.key_file}\n")
    return Scene(om1), ("status",)


@refused("invite")
def invite_without_key(test):
    """there is no key"""
    return Scene(test.host("om2"), inviter(test), may_make_a_key=True), ("invite",)


@refused("invite")
def invite_with_lost_key(test):
    """the key is lost"""
    om1, om2 = pair(test)
    om2.lose_key()
    return Scene(om2, om1), ("invite",)


@refused("invite")
def invite_unsure(test):
    """nobody has confirmed the key"""
    om1 = test.host("om1")
    om1.put_key(test.fresh_key())
    om1.run("ensure")
    return Scene(om1), ("invite",)


@refused("invite")
def invite_unrecorded(test):
    """the key is not recorded"""
    om1 = test.host("om1")
    om1.put_key(test.fresh_key())
    return Scene(om1), ("invite",)


@refused("invite")
def invite_with_another_key(test):
    """the key is another than the recorded one"""
    om1, om2 = pair(test)
    om2.replace_key(test.fresh_key())
    return Scene(om2, om1), ("invite",)


@refused("invite")
def invite_without_listener(test):
    """nobody answers for this host"""
    om1 = with_key(test)
    serving = {"nothing answers for this host": lambda: om1.server or om1.serve()}
    return Scene(om1, om1, test.host("om2"), conditions=serving), ("invite",)


@refused("invite")
def invite_over_file(test):
    """the output exists"""
    om1 = inviter(test)
    (test.directory / "there.ticket").touch()
    return Scene(om1), ("invite", "--output", test.directory / "there.ticket")


@refused("invite")
def invite_too_long(test):
    """the time is too long"""
    return Scene(inviter(test)), ("invite", "--ttl", "60d")


@refused("identity --renew")
def renew(test):
    """it succeeds"""
    om1, om2 = pair(test)
    return Scene(om1, om2), ("identity", "--renew")


@refused("identity --renew")
def renew_on_a_clone(test):
    """peers have to learn the new identity"""
    om1, om2 = pair(test)
    om2.run("identity", "--renew")
    om2.serve_again()
    return Scene(om1, om2), ("verify",)
