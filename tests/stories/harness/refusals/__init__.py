# SPDX-License-Identifier: ISC
"""How each command that writes refuses or fails: one scene for each, with real hosts.

    for build in refusals.ALL["join"]:
        scene, words = build(test)

A scene's docstring completes the sentence "join, where ...". The words are the command that is refused.
"""

from . import fleet_changes, keys_ensured, keys_made, keys_received, keys_replaced, keys_restored
from .scenes import ALL, name_of

__all__ = ["ALL", "fleet_changes", "keys_ensured", "keys_made", "keys_received", "keys_replaced", "keys_restored", "name_of"]
