"""An answer must be whole in time, not only every byte of it: a server that drips would else hold a visitor
for as long as it likes.
"""

import http.client
import io
import socket
import time
from typing import Any


class TimelyResponse(http.client.HTTPResponse):
    """Reads head and body within the time limit that the socket has when the waiting begins; TimeoutError
    after it.
    """

    def __init__(self, sock: socket.socket, *args: Any, **named: Any) -> None:
        """Nothing is read yet."""
        super().__init__(sock, *args, **named)
        self.fp.close()
        self.fp = io.BufferedReader(_Timely(sock))


class _Timely(io.RawIOBase):
    """What a socket receives, until its time is over."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._received = sock.makefile("rb", buffering=0)
        seconds = sock.gettimeout()
        self._ends = None if seconds is None else time.monotonic() + seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._ends is not None:
            left = self._ends - time.monotonic()
            if left <= 0:
                raise TimeoutError("timed out")
            self._socket.settimeout(left)
        return self._received.readinto(buffer)

    def close(self) -> None:
        self._received.close()
        super().close()


def timely(connection: type[Any]) -> type[Any]:
    """The same kind of `http.client.HTTPConnection`, whose answers come in time or not at all."""
    return type(f"Timely{connection.__name__}", (connection,), {"response_class": TimelyResponse})
