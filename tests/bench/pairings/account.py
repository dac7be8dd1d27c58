# SPDX-License-Identifier: ISC
"""The agent's account, as the package makes it, for a bench on a machine where the package is not installed.

Without it the program looks for it in every source of accounts that the machine has, and the bench would measure
that. Root lends it to itself: in a mount namespace of the bench's own, /etc/passwd and /etc/group have two lines more.
"""

import os
import pathlib
import pwd
import sys
import tempfile

ACCOUNT = "genkey-agent"
FILES = {"/etc/passwd": f"{ACCOUNT}:x:{{number}}:{{number}}::/nonexistent:/usr/sbin/nologin\n",
         "/etc/group": f"{ACCOUNT}:x:{{number}}:\n"}
MOUNT = 'for file in passwd group; do mount --bind "$1/$file" "/etc/$file" || exit; done; rm -r "$1"; shift; exec "$@"'


def lend_account() -> None:
    """Starts this very program again with the account, where that is needed and possible."""
    if os.geteuid() != 0 or is_there():
        return
    place = pathlib.Path(tempfile.mkdtemp(prefix="genkey-agent-bench-"))
    place.chmod(0o755)
    number = free_number()
    for file, line in FILES.items():
        lent = place / pathlib.Path(file).name
        lent.write_text(pathlib.Path(file).read_text() + line.format(number=number))
        lent.chmod(0o644)
    words = ["unshare", "--mount", "--propagation", "private", "sh", "-c", MOUNT, "sh", str(place)]
    os.execvp(words[0], [*words, sys.executable, *sys.argv])


def is_there() -> bool:
    try:
        pwd.getpwnam(ACCOUNT)
    except KeyError:
        return False
    return True


def free_number() -> int:
    taken = {entry.pw_uid for entry in pwd.getpwall()} | {entry.pw_gid for entry in pwd.getpwall()}
    return next(number for number in range(999, 100, -1) if number not in taken)
