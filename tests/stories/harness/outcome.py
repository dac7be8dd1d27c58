# SPDX-License-Identifier: ISC
"""What one run of the program did: its exit code and what it printed."""

import dataclasses
import json

EXIT_CODES = {
    0: "done",
    1: "failed",
    2: "usage or configuration",
    10: "attention",
    11: "no key on this host",
    12: "not a valid key",
    13: "unreadable, or others can change it",
    14: "another key",
    15: "a peer did not answer",
    16: "refused",
    17: "would overwrite or fork a key",
    18: "doctor found a fault",
}


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What one run of the program did."""

    command: list
    code: int
    stdout: bytes
    stderr: bytes

    @property
    def out(self):
        return self.stdout.decode(errors="backslashreplace")

    @property
    def err(self):
        return self.stderr.decode(errors="backslashreplace")

    @property
    def told(self):
        """Both streams, with every line break as a blank: a sentence may be wrapped."""
        return " ".join((self.out + " " + self.err).split())

    @property
    def line(self):
        """Standard output, which must be exactly one line."""
        lines = self.out.splitlines()
        if len(lines) != 1:
            raise AssertionError(f"expected one line on standard output\n{self}")
        return lines[0]

    @property
    def json(self):
        """Standard output, which must be exactly one object with a schema."""
        try:
            value = json.loads(self.stdout)
        except ValueError as error:
            raise AssertionError(f"standard output is not JSON: {error}\n{self}") from None
        if not isinstance(value, dict) or "schema" not in value:
            raise AssertionError(f"standard output is not an object with a schema\n{self}")
        return value

    def __str__(self):
        meaning = EXIT_CODES.get(self.code, "a signal" if self.code < 0 else "no documented code")
        parts = [f"$ {' '.join(map(str, self.command))}", f"exit {self.code} ({meaning})"]
        parts += [f"--- {name}\n{text}" for name, text in (("stdout", self.out), ("stderr", self.err)) if text]
        return "\n".join(parts)
