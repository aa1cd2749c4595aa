"""Street-level points from a geopy geocoder, cached on disk. geopy lives here and in census.py.

An outage is never taken for "no such address": it raises `GeocoderDown`, nothing is cached, and
the row keeps its ZIP or city point.
"""

import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from geopy.adapters import RequestsAdapter
from geopy.exc import (
    GeocoderAuthenticationFailure,
    GeocoderInsufficientPrivileges,
    GeocoderQueryError,
    GeocoderQuotaExceeded,
    GeocoderRateLimited,
    GeopyError,
)
from geopy.extra.rate_limiter import RateLimiter
from geopy.geocoders import Nominatim
from pydantic import ValidationError

from finder.errors import IngestError, SettingsError
from finder.geo import Point
from finder.ingest.census import USCensus
from finder.ingest.normalize import usps_street
from finder.model import Address, Fact, Precision
from finder.settings import Settings
from finder.text import fold

USER_AGENT: Final = "clinic-finder/1 (geocoding of a clinic directory)"
NO_MATCH_DAYS: Final = 30
LONGEST_WAIT_SECONDS: Final = 30.0
FAILURES_TO_STOP: Final = 3
_URL: Final = re.compile(r"\S+://\S+")
_PUBLIC_NOMINATIM: Final = "nominatim.openstreetmap.org"
_REFUSALS: Final = (GeocoderAuthenticationFailure, GeocoderInsufficientPrivileges, GeocoderQuotaExceeded)
_NONSENSE: Final = (ValueError, KeyError, TypeError, AttributeError, IndexError)
"""What geopy's own readers raise on an answer of another shape."""


class GeocoderDown(IngestError):
    """The geocoder did not answer; nothing is known about the address."""


class Found(Fact):
    """Where a geocoder puts an address."""

    point: Point
    precision: Precision
    provider: str
    matched: str
    state: str
    """As the geocoder writes it: a code or a name."""
    postal_code: str = ""


@dataclass(frozen=True)
class Provider:
    """One geocoding service: how to ask it, and how to read its answer."""

    name: str
    key: str
    """What stands in the cache: answers of another server are not mixed in."""
    ask: Callable[[Mapping[str, str]], Any]
    read: Callable[[Sequence[Any]], Found | None]
    least_seconds_apart: float = 0.0


class StreetGeocoder:
    """Asks a provider politely, once per address; remembers what it said."""

    def __init__(
        self,
        provider: Provider,
        cache: Path,
        *,
        wait: Callable[[float], None] = time.sleep,
        today: Callable[[], date] = date.today,
    ) -> None:
        self.provider = provider
        self.asked = 0
        self.failed_in_a_row = 0
        self._cache = _Cache(cache, today())
        self._wait = wait
        self._ask = RateLimiter(
            provider.ask,
            min_delay_seconds=provider.least_seconds_apart,
            error_wait_seconds=provider.least_seconds_apart,
            max_retries=0,
            swallow_exceptions=False,
        )

    def find(self, address: Address) -> Found | None:
        """The point of a street address; None when the geocoder knows none, or several.

        GeocoderDown when it does not answer; after three failures in a row it is not asked again.
        """
        key = self._key(address)
        known, found = self._cache.get(key)
        if known:
            return found
        if self.failed_in_a_row >= FAILURES_TO_STOP:
            raise GeocoderDown(f"{self.provider.name} stopped answering")
        query = {"street": address.street, "city": address.city, "state": address.state}
        answers = self._answers({**query, "zip": address.postal_code, "postalcode": address.postal_code})
        found = self.provider.read(answers) if answers else None
        self._cache.put(key, found)
        return found

    def _key(self, address: Address) -> str:
        place = fold(f"{address.city} {address.state} {address.postal_code}")
        return f"{self.provider.key} | {usps_street(address.street)} | {place}"

    def _answers(self, query: Mapping[str, str]) -> Sequence[Any]:
        for last in (False, True):
            self.asked += 1
            try:
                answers = self._ask({key: value for key, value in query.items() if value}) or ()
            except GeocoderQueryError as error:
                reason = _URL.sub("its address", str(error))
                raise GeocoderDown(f"{self.provider.name} refused the address ({reason})") from error
            except (GeopyError, OSError, *_NONSENSE) as error:
                if not last and self._may_ask_again(error):
                    continue
                self.failed_in_a_row += FAILURES_TO_STOP if isinstance(error, _REFUSALS) else 1
                reason = type(error).__name__.removeprefix("Geocoder")
                raise GeocoderDown(f"{self.provider.name} did not answer ({reason})") from error
            self.failed_in_a_row = 0
            return tuple(answers)
        raise AssertionError  # pragma: no cover

    def _may_ask_again(self, error: Exception) -> bool:
        if isinstance(error, _REFUSALS) and not isinstance(error, GeocoderRateLimited):
            return False
        seconds = getattr(error, "retry_after", None) or 0.0
        if seconds > LONGEST_WAIT_SECONDS:
            return False
        self._wait(seconds)
        return True


class _Cache:
    """One JSON object per line, the last one for a key holds; a torn last line is passed over."""

    def __init__(self, path: Path, today: date) -> None:
        self._path = path
        self._today = today
        self._known: dict[str, tuple[Found | None, date]] = {}
        if path.exists():
            for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
                self._learn(line)

    def _learn(self, line: str) -> None:
        try:
            entry = json.loads(line)
            found = entry["found"] and Found.model_validate(entry["found"])
            self._known[entry["key"]] = (found, date.fromisoformat(entry["asked"]))
        except (ValueError, KeyError, TypeError, ValidationError):
            return

    def get(self, key: str) -> tuple[bool, Found | None]:
        if key not in self._known:
            return False, None
        found, asked = self._known[key]
        if found is None and self._today - asked >= timedelta(days=NO_MATCH_DAYS):
            return False, None
        return True, found

    def put(self, key: str, found: Found | None) -> None:
        self._known[key] = (found, self._today)
        plain = found and found.model_dump(mode="json")
        entry = {"key": key, "found": plain, "asked": self._today.isoformat()}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        torn = self._path.exists() and not self._path.read_bytes().endswith(b"\n")
        with self._path.open("a", encoding="utf-8") as stream:
            stream.write("\n" * torn + json.dumps(entry, ensure_ascii=False) + "\n")


def open_geocoder(settings: Settings) -> StreetGeocoder | None:
    """The geocoder that FINDER_GEOCODER names; None when it names none. SettingsError otherwise."""
    kind, _, url = settings.geocoder.partition(":")
    if not kind:
        return None
    if kind not in _PROVIDERS or (kind == "nominatim" and not url):
        wanted = "census, census:URL or nominatim:URL"
        raise SettingsError("FINDER_GEOCODER", f"{_without_secrets(settings.geocoder)!r} is none of {wanted}")
    key, where = _server(kind, url) if url else (kind, {})
    agent = f"{USER_AGENT[:-1]}; {settings.contact})" if settings.contact else USER_AGENT
    provider = _PROVIDERS[kind](
        key,
        user_agent=agent,
        timeout=settings.geocoder_timeout_seconds,
        # geopy's own adapter retries silently inside the rate limiter: 9 calls for one address.
        adapter_factory=partial(RequestsAdapter, max_retries=0),
        **where,
    )
    return StreetGeocoder(provider, settings.build / "geocode.jsonl")


def _server(kind: str, url: str) -> tuple[str, dict[str, str]]:
    """The name of a server in the cache, and where geopy finds it; SettingsError when it is no address."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.scheme not in {"http", "https"} or not re.fullmatch(r"[a-z0-9_.:-]+", host):
        shown = _without_secrets(url)
        raise SettingsError("FINDER_GEOCODER", f"{shown!r} is not an http or https address")
    at = f":{port}" if port else ""
    domain = f"{parts.netloc}{parts.path}".rstrip("/")
    return f"{kind}:{host}{at}{parts.path}".rstrip("/"), {"scheme": parts.scheme, "domain": domain}


def _without_secrets(text: str) -> str:
    """A setting as it may be shown: nothing before its last "@", nothing after "?" or "#"."""
    return re.split(r"[?#]", text.rpartition("@")[2])[0]


def _census(key: str, **options: Any) -> Provider:
    geocoder = USCensus(**options)
    return Provider("census", key, partial(geocoder.geocode, exactly_one=False), _read_census, 0.1)


def _read_census(answers: Sequence[Any]) -> Found | None:
    """One match is interpolated on its street segment; several are a tie, which is no answer."""
    if len({(answer.latitude, answer.longitude) for answer in answers}) != 1:
        return None
    parts = answers[0].raw.get("addressComponents") or {}
    state, postal_code = str(parts.get("state", "")), str(parts.get("zip", ""))
    return _found("census", answers[0], "interpolated", (state, postal_code))


def _nominatim(key: str, **options: Any) -> Provider:
    geocoder = Nominatim(**options)
    ask = partial(geocoder.geocode, exactly_one=False, limit=1, addressdetails=True, country_codes="us")
    return Provider(
        "nominatim", key, ask, _read_nominatim, 1.1 if geocoder.domain == _PUBLIC_NOMINATIM else 0.0
    )


def _read_nominatim(answers: Sequence[Any]) -> Found | None:
    """A house (rank 30) is rooftop, a street (26 to 29) is street; a town is no street-level point."""
    raw = answers[0].raw
    rank = raw.get("place_rank") or 0
    if rank < 26:
        return None
    parts = raw.get("address") or {}
    state = str(parts.get("ISO3166-2-lvl4") or "").removeprefix("US-") or str(parts.get("state", ""))
    precision: Precision = "rooftop" if rank >= 30 and parts.get("house_number") else "street"
    return _found("nominatim", answers[0], precision, (state, str(parts.get("postcode", ""))))


def _found(provider: str, answer: Any, precision: Precision, area: tuple[str, str]) -> Found | None:
    where = answer.raw.get("coordinates") or answer.raw
    spot = (where.get("y", where.get("lat")), where.get("x", where.get("lon")))
    try:
        # Not geopy's own figures: it turns a longitude of 181 into -179 without a word.
        point = Point(lat=round(float(spot[0]), 6), lng=round(float(spot[1]), 6))
    except (ValidationError, TypeError, ValueError, OverflowError):
        return None
    return Found(
        point=point,
        precision=precision,
        provider=provider,
        matched=str(answer.address),
        state=area[0],
        postal_code=area[1][:5],
    )


_PROVIDERS: Final[Mapping[str, Callable[..., Provider]]] = {"census": _census, "nominatim": _nominatim}
