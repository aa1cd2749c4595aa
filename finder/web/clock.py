"""What time it is: asked once per request, and set by tests through the app's config."""

from datetime import UTC, date, datetime
from typing import Final

from flask import current_app

CLOCK: Final = "CLOCK"
"""In `app.config`: a function that gives the present moment, with its zone."""


def now() -> datetime:
    """The present moment, in UTC unless the app was given another clock."""
    clock = current_app.config.get(CLOCK)
    return datetime.now(UTC) if clock is None else clock()


def today() -> date:
    """The present day in UTC, from which the age of facts is counted."""
    return now().astimezone(UTC).date()


def start() -> date:
    """The day on which an app is made, before it has a clock of its own."""
    return datetime.now(UTC).date()
