# SPDX-License-Identifier: ISC
"""The list of all scenes, and what several of them need."""

import json
import pathlib
import shutil
import subprocess
import tempfile

ALL = {}


def refused(command):
    """Adds a scene of that command."""

    def add(build):
        ALL.setdefault(command, []).append(build)
        return build

    return add


def name_of(build):
    return " ".join(build.__doc__.split()).rstrip(".")


def backups_of(test, store="store", **settings):
    """A backup configuration, and the identity that opens its copies."""
    if not hasattr(test, "identity"):
        test.identity, test.recipient = test.age_identity()
    place = test.directory / store
    place.mkdir(exist_ok=True)
    return {"backup": {"recipients": [test.recipient], "destinations": [f"file://{place}"], **settings}}


def immutable_store(test):
    """A destination that cannot be written, and what makes it writable and not."""
    store = pathlib.Path(tempfile.mkdtemp(prefix="genkey-agent-store-"))
    test.addCleanup(shutil.rmtree, store)

    def change(sign):
        subprocess.run(["chattr", f"{sign}i", store], check=True)

    test.addCleanup(change, "-")
    settings = backups_of(test)
    settings["backup"]["destinations"] = [f"file://{store}"]

    def begin():
        change("-")
        for path in store.iterdir():
            path.unlink()
        change("+")

    return settings, {"reset": begin, "conditions": {"attribute is off": lambda: change("-")},
            "has_succeeded": True}


def with_key(test, name="om1", **configuration):
    host = test.host(name, **configuration)
    host.run("generate")
    return host


def pair(test):
    """Two hosts that agree and serve."""
    return test.joined_fleet("om1", "om2")


def inviter(test):
    om1 = with_key(test)
    om1.serve()
    return om1


def with_ticket(test, host, text):
    path = host.directory / "given.ticket"
    path.touch(0o600)
    path.write_text(text, encoding="utf-8")
    return ("join", "--ticket-file", path)


def replacing(host, *more):
    return ("generate", "--replace", "--confirm", host.fleet_id(), *more)


def edit_json(path, change):
    value = json.loads(path.read_text(encoding="utf-8"))
    change(value)
    path.write_text(json.dumps(value), encoding="utf-8")


def break_properties(host):
    installed = host.install_ops_manager("")
    (installed / "conf" / "conf-mms.properties").unlink()
    (installed / "conf" / "conf-mms.properties").mkdir()
    return installed


def runs(test, host):
    """Something that looks like Ops Manager with this host's key."""
    command = ["sh", "-c", "echo it runs; read end", f"-Dmms.keyfile={host.key_file}"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd="/")
    process.stdout.readline()

    def end():
        if process.poll() is None:
            process.communicate()

    test.addCleanup(end)
    return end


def stored(test):
    """A key that a destination has a copy of, and that is on no host any more."""
    old = with_key(test, "old", **backups_of(test))
    return old, sorted((test.directory / "store").glob("*.age"))[0]
