# SPDX-License-Identifier: ISC
"""A host's listener: `serve`, started and ended as its unit would."""

import contextlib

from . import servers


class Listener:
    """The part of a Host that serves. `serve` ends with 0 when the key file changes, and its unit starts it again."""

    def serve(self, *arguments):
        """Starts `serve` and returns once it listens. When it ends by itself with 0, it is started again."""
        if self.server is not None:
            raise AssertionError(f"{self.name} serves already")
        self.server = servers.Server(self.name, self.command("serve", *arguments), self.directory, self.environment(), self.stop_signal)
        self.server.await_start(1)
        return self.server

    def stop(self):
        """Ends `serve` and demands a clean end."""
        if self.server is None:
            return
        server, self.server = self.server, None
        try:
            server.stop()
        finally:
            self.test.collect_output(f"{self.name}: serve", server.output())

    def crash(self):
        """Ends `serve` as SIGKILL does."""
        server, self.server = self.server, None
        server.kill()
        self.test.collect_output(f"{self.name}: serve", server.output())

    def serve_again(self):
        """Restarts `serve`, which then knows what the host's files say now."""
        self.stop()
        self.serve()

    @contextlib.contextmanager
    def restarting(self):
        """Around a change of the key file: waits until `serve` has noticed, ended and listens again."""
        starts = self.server.starts
        yield
        self.server.await_start(starts + 1)

    def replace_key(self, key, mode=0o600):
        """put_key() on a host that serves; waits until its listener has noticed."""
        with self.restarting():
            self.put_key(key, mode)

    def lose_key(self):
        """Deletes the key file of a host that serves; waits until its listener has noticed."""
        with self.restarting():
            self.key_file.unlink()
