# SPDX-License-Identifier: ISC
"""Searches a test's output and files for its keys, in each form in which a key could leak."""

import base64
import stat


def base64_forms(key):
    """The part of the key's base64 that is the same at each offset in a longer text, in both alphabets."""
    for before in range(3):
        text = base64.b64encode(b"\0" * before + key)
        # The characters at both ends also hold bits of the neighbouring bytes.
        own = text[-(-8 * before // 6) : (before + len(key)) * 8 // 6]
        yield own
        yield own.replace(b"+", b"-").replace(b"/", b"_")


def forms_of(key):
    """(name, bytes) of every form that is searched for."""
    yield "raw", key
    yield "hex", key.hex().encode()
    yield "HEX", key.hex().upper().encode()
    for text in base64_forms(key):
        yield "base64", text


def forms_in(content, keys):
    return sorted({name for key in keys for name, form in forms_of(key) if form in content})


def in_outputs(outputs, keys):
    """outputs: (origin, bytes)."""
    return [f"  printed by {origin}: {', '.join(forms)}" for origin, content in outputs if (forms := forms_in(content, keys))]


def content_of(path):
    """A regular file's content; nothing for other kinds, or when the file is gone, as happens on a running host."""
    try:
        return path.read_bytes() if stat.S_ISREG(path.lstat().st_mode) else b""
    except FileNotFoundError:
        return b""


def in_files(directory, keys, key_files):
    """Searches each regular file below, except the key files and displaced keys."""
    found = []
    for path in sorted(directory.rglob("*")):
        if path in key_files or "displaced" in path.parts:
            continue
        if forms := forms_in(content_of(path), keys):
            found.append(f"  in {path.relative_to(directory)}: {', '.join(forms)}")
    return found
