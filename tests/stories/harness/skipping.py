# SPDX-License-Identifier: ISC
"""Tests that cannot run here are left out with a reason, which scripts/test prints at its end."""

import os
import unittest

SKIPPED = 77  # the exit code that tells ctest so


def skip(reason):
    """Leaves the test out."""
    raise unittest.SkipTest(reason)


def need_no_sanitizer(reason):
    """For tests that a sanitizer's runtime, linked into the program, would disturb."""
    if os.environ.get("GENKEY_SANITIZERS"):
        skip(f"not under a sanitizer: {reason}")


def need_root():
    if os.geteuid() != 0:
        skip("needs root")
