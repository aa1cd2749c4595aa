"""One question of a visitor: how long it may take altogether, however many calls to an engine it makes, and
which engine answers it.

Kept per thread and context, so that web workers do not see each other's.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final, Literal

QUESTION_SECONDS: Final = 1.2
"""With the time of a page around it, answer or error come within 1.5 seconds."""


@dataclass
class Question:
    """What all calls of one question share."""

    ends: float
    answered_by: Literal["", "engine", "fallback"] = ""
    """Never both: their counts may differ."""


_asked: ContextVar[Question | None] = ContextVar("question", default=None)


def begin(seconds: float = QUESTION_SECONDS) -> None:
    """From here on, until `end`, everything in this context is one question."""
    _asked.set(Question(time.monotonic() + seconds))


def end() -> None:
    """The question is over."""
    _asked.set(None)


@contextmanager
def question(seconds: float = QUESTION_SECONDS) -> Iterator[Question]:
    """Everything within the block is one question; inside another one, a part of that."""
    outer = _asked.get()
    if outer is not None:
        yield outer
        return
    begin(seconds)
    try:
        yield current()
    finally:
        end()


def current() -> Question:
    """The question of this context; outside of any, one that nobody else shares."""
    return _asked.get() or Question(time.monotonic() + QUESTION_SECONDS)


def seconds_left() -> float:
    """What is left of the time of the question."""
    return max(0.0, current().ends - time.monotonic())
