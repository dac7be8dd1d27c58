# SPDX-License-Identifier: ISC
"""Configuration files of the program, written from Python tables."""

import json


def toml(table, name=""):
    """As much TOML as a configuration of this program needs."""
    plain = {key: value for key, value in table.items() if not isinstance(value, dict)}
    lines = [f"[{name}]"] if name else []
    lines += [f"{key} = {json.dumps(value)}" for key, value in plain.items()]
    for key, value in table.items():
        if isinstance(value, dict):
            lines += [toml(value, key)]
    return "\n".join(lines) + "\n"
