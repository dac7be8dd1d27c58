# SPDX-License-Identifier: ISC
"""A lock of the whole machine that the tests of one checkout hold together.

Booted containers keep a machine busy. Tests of one checkout are started with that in mind; those of another checkout at
the same time would run into their time limits, so they wait until the first checkout's tests are done.
"""

import contextlib
import fcntl
import os

CONTAINERS = "/run/genkey-agent-test-containers.lock"


@contextlib.contextmanager
def held(path, checkout):
    """Holds the lock for `checkout`; waits while another checkout has it. The kernel lets it go when the process dies.

    The file says which checkout may share the lock. Only who holds it alone changes that.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        while os.pread(descriptor, 4096, 0) != os.fsencode(checkout):
            # flock() may let another process in when it changes a lock, so the name is read again afterwards.
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, os.fsencode(checkout), 0)
            fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)
