"""Problems that visitors report about a clinic, kept in one SQLite file until somebody has looked at them.

No name, address, cookie or time of day is kept. The limit per network is held as keyed hashes that
expire; the key lives in memory only and is replaced by a hash of itself every day.
"""

import hashlib
import hmac
import ipaddress
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Final, Literal

from finder.errors import Misuse, ReportsUnavailable
from finder.model import Fact

MAX_TEXT_CHARS: Final = 1000
MAX_OPEN: Final = 5000
"""More open reports than this are not taken: nobody reads them, and the disk is finite."""
PER_NETWORK: Final = 5
"""Reports that one network (IPv4 /24, IPv6 /48) can send in an hour, over all workers of a server."""
ALL_NETWORKS: Final = 1000
"""Reports that are taken in an hour from everybody together."""
WINDOW_SECONDS: Final = 3600

KINDS: Final = {
    "phone": "The phone number is wrong",
    "address": "The address is wrong",
    "moved": "The clinic has moved",
    "closed": "The clinic has closed",
    "website": "The website is wrong or gone",
    "hours": "The hours are wrong",
    "price": "A price is wrong",
    "offer": "It does not offer a treatment that is listed here",
    "screening": "What it asks first, or whom it does not treat, is wrong",
    "twice": "It is listed twice",
    "other": "Something else",
}
"""What can be wrong, by the code that is kept."""

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS report (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  clinic TEXT NOT NULL, kind TEXT NOT NULL, about TEXT NOT NULL, text TEXT NOT NULL,
  sent TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'open', closed TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS report_state ON report (state, id);
CREATE TABLE IF NOT EXISTS sent (network BLOB NOT NULL, until INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS sent_network ON sent (network, until);
"""
_WAIT_SECONDS: Final = 2.0


class Report(Fact):
    """One problem as it was sent."""

    id: int
    clinic: str
    kind: str
    about: str = ""
    """For `offer`: the code of the treatment."""
    text: str = ""
    sent: date
    state: Literal["open", "closed", "corrected"] = "open"


class NetworkKeys:
    """Turns an address into a hash of its network that nobody can turn back, for one day.

    Every worker that was forked from one server holds the same key. It is made at random, stays in
    memory, and each day it becomes a hash of itself, so yesterday's key is gone.
    """

    def __init__(self, today: date, key: bytes | None = None) -> None:
        self._day = today
        self._key = key or secrets.token_bytes(32)

    def network(self, address: str, today: date) -> bytes:
        """The hash of an address' network; one and the same for whatever is no address."""
        while self._day < today:
            self._key = hashlib.sha256(self._key).digest()
            self._day = date.fromordinal(self._day.toordinal() + 1)
        return hmac.digest(self._key, _network(address).encode(), "sha256")[:16]


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    mapped = getattr(parsed, "ipv4_mapped", None)
    if mapped is not None:
        parsed = mapped
    return str(ipaddress.ip_network((parsed, 24 if parsed.version == 4 else 48), strict=False))


class Inbox:
    """The reports of one file. Every method may raise ReportsUnavailable."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def may_send(self, network: bytes, now: datetime) -> bool:
        """True while a network (a hash) is under its limit; counts this one when it is."""
        stamp = int(now.timestamp())
        with self._writing() as db:
            db.execute("DELETE FROM sent WHERE until <= ? OR until > ?", (stamp, stamp + WINDOW_SECONDS))
            (count,) = db.execute("SELECT count(*) FROM sent WHERE network = ?", (network,)).fetchone()
            (total,) = db.execute("SELECT count(*) FROM sent").fetchone()
            if count >= PER_NETWORK or total >= ALL_NETWORKS:
                return False
            db.execute("INSERT INTO sent VALUES (?, ?)", (network, stamp + WINDOW_SECONDS))
        return True

    def add(self, report: Report) -> None:
        """Keep a report (its `id` is given here). One that stands open already is not kept twice."""
        with self._writing() as db:
            (count,) = db.execute("SELECT count(*) FROM report WHERE state = 'open'").fetchone()
            if count >= MAX_OPEN:
                raise ReportsUnavailable(str(self.path), f"{count} reports are open; close some")
            fields = (report.clinic, report.kind, report.about, report.text)
            same = "SELECT 1 FROM report WHERE state='open' AND clinic=? AND kind=? AND about=? AND text=?"
            if db.execute(same, fields).fetchone() is None:
                db.execute(
                    "INSERT INTO report (clinic, kind, about, text, sent) VALUES (?, ?, ?, ?, ?)",
                    (*fields, report.sent.isoformat()),
                )

    def open_reports(self) -> list[Report]:
        """The reports nobody has closed, oldest first; none before the first was sent."""
        if not self.path.exists():
            return []
        with self._reading() as db:
            rows = db.execute(
                "SELECT id, clinic, kind, about, text, sent, state FROM report "
                "WHERE state = 'open' ORDER BY id"
            ).fetchall()
        return [_report(row) for row in rows]

    def get(self, number: int) -> Report:
        """One open report; Misuse when there is none of this number."""
        for report in self.open_reports():
            if report.id == number:
                return report
        raise Misuse(f'there is no open report {number}; "finder inbox" lists them')

    def close(self, number: int, today: date, state: Literal["closed", "corrected"] = "closed") -> None:
        """Take a report off the list and erase its text; Misuse when there is no such open report."""
        self.get(number)
        with self._writing() as db:
            db.execute(
                "UPDATE report SET state = ?, closed = ?, text = '' WHERE id = ? AND state = 'open'",
                (state, today.isoformat(), number),
            )

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self.path, timeout=_WAIT_SECONDS)) as db:
                yield db
        except (sqlite3.Error, OSError) as error:
            raise ReportsUnavailable(str(self.path), str(error)) from None

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, on disk when it ends; nothing of it stays when it fails."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.path, timeout=_WAIT_SECONDS, isolation_level=None)) as db:
                db.execute("PRAGMA synchronous = FULL")
                db.execute("PRAGMA secure_delete = ON")
                db.executescript(_SCHEMA)
                db.execute("BEGIN IMMEDIATE")
                try:
                    yield db
                except BaseException:
                    db.rollback()
                    raise
                db.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            raise ReportsUnavailable(str(self.path), str(error)) from None


def _report(row: tuple[int, str, str, str, str, str, str]) -> Report:
    names = ("id", "clinic", "kind", "about", "text", "sent", "state")
    return Report.model_validate(dict(zip(names, row, strict=True)))
