# SPDX-License-Identifier: ISC
"""Five thousand strangers, each with a pin of its own and a proof that fails, leave a number behind and no more."""

import concurrent.futures
import os
import pathlib
import re

import harness
from harness import peers, protocol

# A sanitizer's memory tells nothing, and its handshakes take five times as long.
SANITIZED = bool(os.environ.get("GENKEY_SANITIZERS"))
STRANGERS = 1000 if SANITIZED else 5000
ADDRESSES = [f"127.0.{high}.{low}" for high in range(1, 6) for low in range(1, 21)]
MOST_MEMORY = 1 << 20
# What a listener takes once, for its first crowd, is not growth.
FIRST_CROWD = 500


def memory_of(pid):
    """Bytes that the process wrote. Pages of the program itself do not count: how many processes share them changes."""
    text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8")
    return 1024 * sum(int(size) for size in re.findall(r"^(?:Anonymous|Swap):\s+(\d+)", text, re.MULTILINE))


class Strangers(harness.StoryTest):
    def setUp(self):
        peers.need_openssl()
        super().setUp()
        self.om1, self.om2 = self.joined_fleet("om1", "om2")
        self.said = set()

    def knock(self, number):
        """A fresh pin, and the proof of another key."""
        identity = peers.Identity(f"stranger{number}")
        claim = protocol.Claim(number.to_bytes(16, "big"), number, protocol.ESTABLISHED, "om2", self.om2.address)
        with peers.connect(identity, self.om1.address, ADDRESSES[number % len(ADDRESSES)]) as channel:
            channel.prove(number.to_bytes(24, "big"), claim)
            return channel.received

    def crowd(self, numbers):
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            self.said |= set(pool.map(self.knock, numbers))

    def state(self):
        """Size of each of the listener's files, and the peers that it knows, without times."""
        sizes = {path: path.stat().st_size for path in self.om1.state_dir.rglob("*") if path.is_file()}
        known = self.om1.run_json("peers", "list")["roster"]
        return sizes, [{**peer, "seen": None, "last_result": None} for peer in known]

    def test_their_failed_proofs_cost_a_counter_and_no_memory(self):
        self.crowd(range(FIRST_CROWD))
        pid = self.om1.server.pid
        (sizes, known), memory = self.state(), memory_of(pid)
        self.crowd(range(FIRST_CROWD, STRANGERS))
        grown = memory_of(pid) - memory
        print(f"{STRANGERS} strangers: {grown} bytes of memory", flush=True)
        self.assertEqual(self.om1.server.pid, pid)
        # Each is told the same few bytes, which any stranger may know.
        self.assertEqual(self.said, {protocol.Disagree(protocol.ESTABLISHED).frame()})
        self.om2.run("verify")
        self.om1.stop()  # now it writes the number down
        after, known_after = self.state()
        self.assertEqual(known_after, known)
        self.assertEqual(set(after), set(sizes))
        self.assertLess(sum(after.values()) - sum(sizes.values()), 64)
        self.assertEqual(self.om1.run_json("status", expect=None)["status"]["unknown_failures"], STRANGERS)
        self.assertEqual(self.om1.standing(), "established")
        if not SANITIZED:
            self.assertLess(grown, MOST_MEMORY)


if __name__ == "__main__":
    harness.main()
