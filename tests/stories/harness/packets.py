# SPDX-License-Identifier: ISC
"""What goes through the network of a host of harness/networks.py, and stand-ins inside it. Needs root.

    with packets.inside(lb):
        appdb = ReplicaSet(self, "appdb", KINDS)    # listens on lb's own 127.0.0.1
    with packets.Capture(lb) as capture:
        ...
    self.assertNotIn(secret, capture.content)
"""

import contextlib
import ctypes
import socket
import struct
import threading

CLONE_NEWNET = 0x40000000
ETH_P_ALL = 3
SOL_PACKET = 263
PACKET_STATISTICS = 6
SO_RCVBUFFORCE = 33
ROOM = 64 << 20  # bytes


def _enter(descriptor):
    if ctypes.CDLL(None, use_errno=True).setns(descriptor, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


@contextlib.contextmanager
def inside(host):
    """Sockets that this thread makes within the block belong to the host's network, and stay there."""
    with open("/proc/thread-self/ns/net", "rb") as before, open(f"/run/netns/{host.namespace}", "rb") as there:
        _enter(there.fileno())
        try:
            yield
        finally:
            _enter(before.fileno())


class Capture:
    """Keeps each packet of all interfaces, loopback included, until the end of the block."""

    def __init__(self, host):
        with inside(host):
            self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        self._socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, ROOM)
        self._parts = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._take, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()
        lost = struct.unpack("=II", self._socket.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))[1]
        self._socket.close()
        if lost:
            raise AssertionError(f"{lost} packets were not kept")

    def _take(self):
        self._socket.settimeout(0.1)
        while True:
            over = self._over.is_set()
            try:
                self._parts.append(self._socket.recv(1 << 17))
            except TimeoutError:
                # What came before the end of the block has been read by now.
                if over:
                    return

    @property
    def content(self):
        return b"".join(self._parts)
