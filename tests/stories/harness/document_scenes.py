# SPDX-License-Identifier: ISC
"""For each command in the documents, the hosts on which they say to type it.

A command ends with the expected exit code, which is never 2. Where it is to fix something, `status` is in trouble before
and well after it. A command without a scene stands in ELSEWHERE, with the test that runs it.

What the documents quote from the program's output has a situation too.
"""

import dataclasses
import typing

from . import document_hosts as hosts
from .document_hosts import found


@dataclasses.dataclass(frozen=True)
class Scene:
    build: typing.Callable  # of the test; returns a Prepared host
    fixes: bool = False
    expect: int = 0
    because: str = ""  # why the exit code is not 0
    after: tuple = ()  # commands that were typed there before

    @property
    def name(self):
        return self.build.__name__


def fixed(*names):
    return tuple(Scene(found(name), fixes=True) for name in names)


HEALTHY = Scene(found("healthy"))
UNSAVED = Scene(found("healthy"), expect=10, because="the key has no backup")

SCENES = {
    "audit": (Scene(found("too open"), expect=10, because="everybody can read the key file"),),
    "audit --fix": fixed("unreadable for the service"),
    "backup": (Scene(hosts.configured),),
    "backup --passphrase --output FILE": (Scene(hosts.with_a_passphrase),),
    "backup check": (Scene(hosts.backed_up),),
    "backup drill -i - < identity.txt": (Scene(hosts.backed_up),),
    "backup list": (Scene(hosts.backed_up),),
    "backup new-identity": (Scene(hosts.unconfigured),),
    "backup new-identity --output identity.txt": (Scene(hosts.unconfigured),),
    "backup prune": (Scene(hosts.backed_up),),
    "completion bash": (HEALTHY,),
    "config check": (HEALTHY,),
    "config show": (HEALTHY,),
    "doctor": (UNSAVED, Scene(found("lost key"), expect=11, because="there is no key")),
    "doctor --explain HA103": (HEALTHY,),
    "doctor --format html --output report.html": (UNSAVED,),
    "doctor --format json --output report.json": (UNSAVED,),
    "doctor --list": (HEALTHY,),
    "doctor --offline": (UNSAVED,),
    "doctor --only hosts,attested": (HEALTHY,),
    "ensure": (*fixed("lost key", "wrong key", "not a key"), Scene(hosts.other_hosts_after_a_restore, fixes=True), Scene(hosts.copied_by_hand)),
    "ensure --keep": (*fixed("record damaged"), Scene(hosts.copied_by_hand)),
    'gate --allow-next-start --reason "TEXT"': (Scene(found("wrong key peers down")),),
    "generate": fixed("no key ever"),
    "generate --replace --confirm FLEET": (Scene(hosts.backed_up),),
    "help COMMAND": (HEALTHY,),
    "hook install": (Scene(hosts.with_ops_manager),),
    "hook remove": (Scene(hosts.with_ops_manager, after=("hook install",)),),
    "identity --renew": (Scene(hosts.copied_machine),),
    "invite": (HEALTHY,),
    "invite --list": (Scene(found("healthy"), after=("invite",)),),
    "invite --revoke all": (Scene(found("healthy"), after=("invite", "invite --uses 5")),),
    "invite --ttl 1h --output ticket": (HEALTHY,),
    "invite --ttl 1h --uses 5 --output ticket": (HEALTHY,),
    "invite --uses 5": (HEALTHY,),
    "join": (Scene(hosts.with_a_ticket, fixes=True), Scene(hosts.reinstalled, fixes=True)),
    "join --displace --confirm FLEET": (Scene(hosts.outdated, fixes=True), Scene(hosts.wrong_for_good, fixes=True)),
    "peers add ADDRESS --pin PIN": (Scene(hosts.with_a_host_to_take_back),),
    "peers remove NAME": (Scene(hosts.with_a_host_that_leaves, fixes=True),),
    "restore BACKUP -i IDENTITY": (Scene(hosts.lost_everywhere, fixes=True),),
    "restore --host-state BACKUP -i IDENTITY": (Scene(hosts.settings_lost),),
    "restore --host-state --write BACKUP -i IDENTITY": (Scene(hosts.settings_lost),),
    "setup": (Scene(hosts.at_a_terminal),),
    "setup --peer om1.example.com --peer om2.example.com": (
        Scene(hosts.without_names, expect=10, because="these names have no address"),
    ),
    "status": (HEALTHY, Scene(found("lost key"), expect=11, because="there is no key")),
    "status --format nagios": (HEALTHY,),
    "status --format prometheus": (HEALTHY,),
    "status --json": (HEALTHY,),
    "verify": (HEALTHY, Scene(found("one peer silent"), expect=15, because="a peer does not answer")),
    "verify --json": (HEALTHY, Scene(found("one peer silent"), expect=15, because="a peer does not answer")),
}

# What the documents quote from `status` and `verify`, and the situation that shows it. … stands for anything.
QUOTED = {
    "NO KEY this host's key is missing": "lost key",
    "NO KEY there is no key on this host": "no key ever",
    "WRONG KEY the key on this host is not the one recorded for it": "wrong key",
    "WRONG KEY … is not a valid key": "not a key",
    "WRONG KEY a peer holds a newer key of this fleet": "outdated",
    "WRONG KEY nobody has confirmed this host's key, and a peer holds another one": "provisional against stronger",
    "the record of this host's key cannot be read": "record damaged",
    "this fleet's key is weak": "weak key",
    "it has removed this host from its peers": "removed there",
}

# Commands that other tests run, and documents whose blocks another test runs as a whole: the file and its test.
ELSEWHERE = {
    "service install": "tests/windows/test_services.py Services.test_ops_managers_service_depends_on_the_gate",
    "service remove": "tests/windows/test_services.py Services.test_removing_takes_both_services_and_the_dependency_away",
}
WHOLE_BLOCKS = {
    ("agent/doc/deployment.md", "Try it on one machine"): "tests/stories/test_documents.py Trial.test_it_works_as_written_without_root",
    ("agent/doc/backups.md", "When everything is gone"):
        "tests/stories/test_disaster.py Disaster.test_one_backup_and_one_identity_bring_three_hosts_back_with_four_commands",
    ("scripts/packaging/INSTALL.txt", "Without root"):
        "tests/stories/test_documents.py Archive.test_the_steps_without_root_work_as_written_for_whom_no_path_leads_home",
}
