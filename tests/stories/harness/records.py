# SPDX-License-Identifier: ISC
"""Host records written without the program, by the formulas in keystore/key/key_proof.h."""

import hashlib
import hmac
import json
import os

SALT = b"genkey-agent v1"


def witness(key, fleet, generation):
    prk = hmac.digest(SALT, key, "sha256")
    witness_key = hmac.digest(prk, b"witness v1\x01", "sha256")
    return hmac.new(witness_key, bytes.fromhex(fleet) + generation.to_bytes(4, "big"), hashlib.sha256).hexdigest()


def write(host, key, record):
    """Replaces the host's record by `record` with the witness of `key`. Owner and mode of the file stay."""
    written = {**record, "witness": witness(key, record["fleet"], record["generation"])}
    path = host.state_dir / "record.json"
    with open(path, "r+", encoding="utf-8") as file:
        file.truncate()
        json.dump(written, file)


def new_epoch():
    return os.urandom(8).hex()
