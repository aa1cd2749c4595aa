"""Both geocoders against a real local server: matches, no match, outages, nonsense; and the cache."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from geopy.exc import GeocoderParseError, GeocoderQueryError

from finder.errors import SettingsError
from finder.ingest.census import USCensus
from finder.ingest.geocode import GeocoderDown, StreetGeocoder, open_geocoder
from finder.ingest.locate import locate
from finder.ingest.source import Desk
from finder.model import Address, Location
from finder.places import Gazetteer
from finder.settings import Settings
from tests.factories import make_listing

LYMAN = Address(street="8 Lyman St.", unit="Suite 2", city="Westborough", state="MA", postal_code="01581")
CENSUS_MATCH = {
    "matchedAddress": "8 LYMAN ST, WESTBOROUGH, MA, 01581",
    "coordinates": {"x": -71.6162, "y": 42.2695},
    "tigerLine": {"tigerLineId": "1", "side": "L"},
    "addressComponents": {"state": "MA", "zip": "01581"},
}
HOUSE = {
    "lat": "42.2695",
    "lon": "-71.6162",
    "display_name": "8, Lyman Street, Westborough",
    "place_rank": 30,
    "address": {
        "house_number": "8",
        "ISO3166-2-lvl4": "US-MA",
        "state": "Massachusetts",
        "postcode": "01581-1234",
    },
}


def census(*matches: Any) -> str:
    return json.dumps({"result": {"addressMatches": list(matches)}})


class Server:
    """Answers every request with what was last put here; remembers the requests."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, str]] = []
        self.headers: dict[str, str] = {}
        self.delay_seconds = 0.0
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.agents: list[str] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                query = {key: value[0] for key, value in parse_qs(parts.query).items()}
                server.asked.append((parts.path, query))
                server.agents.append(self.headers["User-Agent"])
                time.sleep(server.delay_seconds)
                status, body = server.answers.pop(0) if len(server.answers) > 1 else server.answers[0]
                self.send_response(status)
                for name, value in server.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *args: Any) -> None:
                pass

        class Quiet(ThreadingHTTPServer):
            def handle_error(self, *args: Any) -> None:
                pass

        self.http = Quiet(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        self.thread = threading.Thread(target=self.http.serve_forever, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


Open = Callable[..., StreetGeocoder]


@pytest.fixture
def opened(server: Server, tmp_path: Path) -> Open:
    def opened(kind: str = "census", **settings: Any) -> StreetGeocoder:
        made = open_geocoder(Settings(geocoder=f"{kind}:{server.url}", build=tmp_path, **settings))
        assert made is not None
        return made

    return opened


def test_without_a_setting_there_is_no_geocoder_and_nothing_is_asked() -> None:
    assert open_geocoder(Settings()) is None


@pytest.mark.parametrize(
    "value", ["google", "nominatim", "nominatim:", "nominatim:ftp://x", "census:nowhere"]
)
def test_an_unknown_geocoder_is_a_settings_error(value: str) -> None:
    with pytest.raises(SettingsError, match="FINDER_GEOCODER"):
        open_geocoder(Settings(geocoder=value))


@pytest.mark.parametrize(
    "value",
    [
        "nominatim:ftp://me:hunter2@geo.example",
        "https://me:hunter2@geo.example",
        "nominatim:me:hunter2@geo.example",
        "census:https://me:hunter2@",
        "census:https://me:hunter2@geo.example:port",
        "census:https://me:hunter2@ge o.example",
        "census:ftp://geo.example?key=hunter2",
    ],
)
def test_a_wrong_address_is_shown_without_its_password(value: str) -> None:
    with pytest.raises(SettingsError, match="FINDER_GEOCODER") as caught:
        open_geocoder(Settings(geocoder=value))
    assert "hunter2" not in str(caught.value)


def test_a_password_is_sent_and_stands_in_no_cache_and_no_problem(server: Server, tmp_path: Path) -> None:
    url = server.url.replace("://", "://me:hunter2@")
    made = open_geocoder(Settings(geocoder=f"census:{url}", build=tmp_path))
    assert made is not None and made.provider.key == f"census:{server.url.partition('://')[2]}"
    server.answers = [(200, census(CENSUS_MATCH))]
    assert made.find(LYMAN) is not None
    assert "hunter2" not in (tmp_path / "geocode.jsonl").read_text()
    server.answers = [(400, "no")] * 3
    with pytest.raises(GeocoderDown) as caught:
        made.find(LYMAN.model_copy(update={"street": "9 Lyman St"}))
    assert "hunter2" not in str(caught.value)


def test_the_public_services_are_known_by_name() -> None:
    made = open_geocoder(Settings(geocoder="census", contact="mail@clinic.example"))
    assert made is not None and made.provider.least_seconds_apart > 0
    public = open_geocoder(Settings(geocoder="nominatim:https://nominatim.openstreetmap.org"))
    assert public is not None and public.provider.least_seconds_apart > 1


def test_the_census_puts_an_address_on_its_street(server: Server, opened: Open) -> None:
    server.answers = [(200, census(CENSUS_MATCH))]
    found = opened(contact="mail@clinic.example").find(LYMAN)
    assert found is not None
    assert (found.point.lat, found.point.lng, found.precision) == (42.2695, -71.6162, "interpolated")
    path, query = server.asked[0]
    assert path == "/geocoder/locations/address"
    assert query["street"] == "8 Lyman St."
    assert query["zip"] == "01581"
    assert "mail@clinic.example" in server.agents[0]


def test_a_census_tie_is_no_answer(server: Server, opened: Open) -> None:
    other = {**CENSUS_MATCH, "coordinates": {"x": -71.7, "y": 42.3}}
    server.answers = [(200, census(CENSUS_MATCH, other))]
    assert opened().find(LYMAN) is None


def test_the_census_class_follows_geopy_conventions(server: Server) -> None:
    server.answers = [(200, census(CENSUS_MATCH))]
    geocoder = USCensus(domain=server.url.removeprefix("http://"), scheme="http", timeout=2)
    place = geocoder.geocode("8 Lyman St, Westborough MA")
    assert (place.latitude, place.longitude) == (42.2695, -71.6162)
    assert place.raw["addressComponents"]["zip"] == "01581"
    assert len(geocoder.geocode("x", exactly_one=False)) == 1
    assert server.asked[0][0] == "/geocoder/locations/onelineaddress"
    server.answers = [(200, census())]
    assert geocoder.geocode("nowhere") is None
    server.answers = [(200, '{"errors": ["no"]}')]
    with pytest.raises(GeocoderQueryError):
        geocoder.geocode("x")
    server.answers = [(200, '{"result": {"addressMatches": [{"coordinates": {"x": "a", "y": 1}}]}}')]
    with pytest.raises(GeocoderParseError):
        geocoder.geocode("x")


def test_nominatim_gives_houses_and_streets_but_not_towns(
    server: Server, opened: Open, tmp_path: Path
) -> None:
    geocoder = opened("nominatim")
    server.answers = [(200, json.dumps([HOUSE]))]
    found = geocoder.find(LYMAN)
    assert found is not None
    assert (found.precision, found.state, found.postal_code) == ("rooftop", "MA", "01581")
    assert server.asked[0][1]["postalcode"] == "01581"
    assert "clinic-finder" in server.agents[0]
    server.answers = [(200, json.dumps([{**HOUSE, "place_rank": 26, "address": {"state": "Massachusetts"}}]))]
    found = geocoder.find(LYMAN.model_copy(update={"street": "9 Lyman St."}))
    assert found is not None and (found.precision, found.state) == ("street", "Massachusetts")
    server.answers = [(200, json.dumps([{**HOUSE, "place_rank": 16}]))]
    assert geocoder.find(LYMAN.model_copy(update={"street": "10 Lyman St."})) is None


def test_a_point_off_the_earth_is_no_answer(server: Server, opened: Open) -> None:
    server.answers = [(200, census({**CENSUS_MATCH, "coordinates": {"x": 288.38, "y": 42.2695}}))]
    assert opened().find(LYMAN) is None
    server.answers = [(200, json.dumps([{**HOUSE, "lon": "288.38"}]))]
    assert opened("nominatim").find(LYMAN) is None


@pytest.mark.filterwarnings("ignore:Latitude normalization")  # geopy warns before it raises
@pytest.mark.parametrize("answer", [[{**HOUSE, "lat": "91"}], {"error": "x"}, [1], "text", [{"lat": "x"}]])
def test_nonsense_is_an_outage(server: Server, opened: Open, answer: Any) -> None:
    server.answers = [(200, json.dumps(answer))]
    with pytest.raises(GeocoderDown):
        opened("nominatim").find(LYMAN)


@pytest.mark.parametrize("kind", ["census", "nominatim"])
def test_no_match_is_remembered_for_thirty_days(
    server: Server, opened: Open, tmp_path: Path, kind: str
) -> None:
    server.answers = [(200, census() if kind == "census" else "[]")]
    assert opened(kind).find(LYMAN) is None
    assert opened(kind).find(LYMAN) is None
    assert len(server.asked) == 1
    provider = opened(kind).provider
    later = StreetGeocoder(
        provider, tmp_path / "geocode.jsonl", today=lambda: date.today() + timedelta(days=31)
    )
    assert later.find(LYMAN) is None
    assert len(server.asked) == 2


def test_a_found_address_is_asked_once_for_good(server: Server, opened: Open, tmp_path: Path) -> None:
    server.answers = [(200, census(CENSUS_MATCH))]
    first = opened().find(LYMAN)
    written = LYMAN.model_copy(update={"street": "8 Lyman Street", "unit": ""})
    assert opened().find(written) == first
    later = StreetGeocoder(
        opened().provider, tmp_path / "geocode.jsonl", today=lambda: date.today() + timedelta(days=999)
    )
    assert later.find(LYMAN) == first
    assert len(server.asked) == 1


def test_a_torn_cache_line_costs_one_question(server: Server, opened: Open, tmp_path: Path) -> None:
    (tmp_path / "geocode.jsonl").write_text('{"key": 1}\n[]\n{"key": "census", "fou')
    server.answers = [(200, census(CENSUS_MATCH))]
    assert opened().find(LYMAN) is not None
    assert opened().find(LYMAN) is not None
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("kind", "answer", "questions"),
    [
        ("census", (500, "down"), 2),
        ("census", (503, "down"), 2),
        ("census", (200, "<html>Please wait</html>"), 2),
        ("census", (200, "[]"), 2),
        ("nominatim", (502, "down"), 2),
        ("nominatim", (200, "<html>Please wait</html>"), 2),
        ("census", (400, "bad"), 1),
        ("census", (401, "who"), 1),
        ("nominatim", (403, "no"), 1),
    ],
)
def test_an_outage_is_never_no_match_and_is_not_remembered(
    server: Server, opened: Open, kind: str, answer: tuple[int, str], questions: int
) -> None:
    server.answers = [answer]
    for _ in range(2):
        with pytest.raises(GeocoderDown, match=kind):
            opened(kind).find(LYMAN)
    assert len(server.asked) == 2 * questions


def test_one_failure_is_asked_again_at_once(server: Server, opened: Open) -> None:
    server.answers = [(503, ""), (200, census(CENSUS_MATCH))]
    assert opened().find(LYMAN) is not None


def test_a_timeout_takes_as_long_as_it_says(server: Server, opened: Open) -> None:
    server.answers, server.delay_seconds = [(200, census(CENSUS_MATCH))], 1.0
    started = time.monotonic()
    with pytest.raises(GeocoderDown, match="TimedOut"):
        opened(geocoder_timeout_seconds=0.2).find(LYMAN)
    assert time.monotonic() - started < 1.0


def test_too_many_requests_waits_as_told_and_asks_once_more(
    server: Server, opened: Open, tmp_path: Path
) -> None:
    waits: list[float] = []
    provider = opened().provider
    geocoder = StreetGeocoder(provider, tmp_path / "g.jsonl", wait=waits.append)
    server.headers, server.answers = {"Retry-After": "7"}, [(429, ""), (200, census(CENSUS_MATCH))]
    assert geocoder.find(LYMAN) is not None
    assert waits == [7]


def test_a_long_wait_is_not_waited_for(server: Server, opened: Open, tmp_path: Path) -> None:
    waits: list[float] = []
    geocoder = StreetGeocoder(opened().provider, tmp_path / "g.jsonl", wait=waits.append)
    server.headers, server.answers = {"Retry-After": "3600"}, [(429, "")]
    with pytest.raises(GeocoderDown, match="RateLimited"):
        geocoder.find(LYMAN)
    assert waits == []
    with pytest.raises(GeocoderDown, match="stopped answering"):
        geocoder.find(LYMAN.model_copy(update={"street": "9 Lyman St"}))
    assert len(server.asked) == 1


def test_after_three_failures_in_a_row_it_is_left_alone(server: Server, opened: Open) -> None:
    server.answers = [(500, "")]
    geocoder = opened()
    for number in range(6):
        with pytest.raises(GeocoderDown):
            geocoder.find(LYMAN.model_copy(update={"street": f"{number} Lyman St."}))
    assert geocoder.asked == len(server.asked) == 6


def test_a_server_that_is_not_there_is_an_outage(tmp_path: Path) -> None:
    geocoder = open_geocoder(Settings(geocoder="census:http://127.0.0.1:9", build=tmp_path))
    assert geocoder is not None
    with pytest.raises(GeocoderDown, match="Unavailable"):
        geocoder.find(LYMAN)


def located(desk: Desk, address: Address = LYMAN) -> Location:
    location = locate(make_listing(address=address), desk).location
    assert location is not None
    return location


def test_a_row_takes_the_geocoders_point(server: Server, opened: Open, places: Gazetteer) -> None:
    server.answers = [(200, census(CENSUS_MATCH))]
    desk = Desk(places, opened())
    location = located(desk)
    assert (location.method, location.provider, location.precision) == ("geocoder", "census", "interpolated")
    assert location.county == "25027"
    assert not desk.problems


def test_a_point_in_another_zip_is_doubted_more(server: Server, opened: Open, places: Gazetteer) -> None:
    server.answers = [(200, census({**CENSUS_MATCH, "addressComponents": {"state": "MA", "zip": "01532"}}))]
    assert located(Desk(places, opened())).precision == "interpolated_fuzzy"


@pytest.mark.parametrize(
    "match",
    [
        {**CENSUS_MATCH, "addressComponents": {"state": "CT", "zip": "01581"}},
        {**CENSUS_MATCH, "coordinates": {"x": -73.2, "y": 42.4}},
        {**CENSUS_MATCH, "addressComponents": None},
    ],
    ids=["another state", "too far from the ZIP", "no state"],
)
def test_a_match_that_does_not_fit_is_not_used(
    server: Server, opened: Open, places: Gazetteer, match: dict[str, Any]
) -> None:
    server.answers = [(200, census(match))]
    desk = Desk(places, opened())
    assert located(desk).method == "zip"
    assert "does not fit" in desk.problems[0].problem


def test_an_outage_leaves_the_row_at_its_zip_and_says_so(
    server: Server, opened: Open, places: Gazetteer
) -> None:
    server.answers = [(500, "")]
    desk = Desk(places, opened())
    assert located(desk).precision == "zip"
    assert "did not answer" in desk.problems[0].problem
    assert located(desk, LYMAN.model_copy(update={"postal_code": ""})).precision == "city"


def test_an_unknown_address_stays_at_its_zip_and_is_reported(
    server: Server, opened: Open, places: Gazetteer
) -> None:
    server.answers = [(200, census())]
    desk = Desk(places, opened())
    assert located(desk).precision == "zip"
    assert "does not know this address" in desk.problems[0].problem


def test_a_street_without_zip_or_city_is_not_asked_for(
    server: Server, opened: Open, places: Gazetteer
) -> None:
    desk = Desk(places, opened())
    assert located(desk, Address(street="201 West Park Dr.", state="CO")).precision == "state"
    assert not server.asked
