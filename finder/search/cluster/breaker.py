"""A circuit breaker: after some failures in a row nobody waits for the server, but one caller every two
seconds, whose success closes it again.
"""

import threading
import time
from collections.abc import Callable
from typing import Final

FAILURES: Final = 3
PAUSE_SECONDS: Final = 2.0


class Breaker:
    """Shared by the threads of a process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Closed: everybody may ask."""
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._next_probe = 0.0

    def lets_ask(self) -> bool:
        """Whether this caller may ask the server now; while it is open, one caller at a time."""
        with self._lock:
            if self._failures < FAILURES:
                return True
            now = self._clock()
            if now < self._next_probe:
                return False
            self._next_probe = now + PAUSE_SECONDS
            return True

    def succeeded(self) -> None:
        """The server answered."""
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        """The server did not answer, or not wholly."""
        with self._lock:
            self._failures += 1
            self._next_probe = self._clock() + PAUSE_SECONDS
