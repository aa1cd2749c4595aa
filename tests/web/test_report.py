"""Reporting a problem: a form that asks for nothing personal, keeps what was typed, says what happened."""

import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from finder.inbox import MAX_TEXT_CHARS, PER_NETWORK, Inbox, Report
from finder.search.engine import open_engine
from finder.settings import Settings
from finder.web import create_app
from finder.web.clock import CLOCK
from finder.web.report import ERRORS, MAX_FORM_BYTES
from tests.web import sample
from tests.web.conftest import text

WOODS = "/clinic/woods-psychiatry-asheville-nc"
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(build=tmp_path)
    open_engine(settings.engine_url).rebuild([sample.woods(), sample.state_level()])
    return settings


@pytest.fixture
def client(settings: Settings) -> FlaskClient:
    app = create_app(settings)
    app.config[CLOCK] = lambda: NOW
    return app.test_client()


def send(client: FlaskClient, headers: dict[str, str] = OURS, **fields: str) -> TestResponse:
    return client.post(f"{WOODS}/report", data=fields, headers=headers)


def kept(settings: Settings) -> list[Report]:
    return Inbox(settings.reports_path).open_reports()


def read(answer: TestResponse) -> BeautifulSoup:
    return BeautifulSoup(answer.text, "html.parser")


def test_the_form_asks_for_nothing_personal(client: FlaskClient) -> None:
    page = read(client.get(f"{WOODS}/report"))
    fields = {tag["name"] for tag in page.select("form[method=post] [name]")}
    assert fields == {"kind", "text"}
    assert "No name, no e-mail address, no cookie." in text(page)
    assert page.find("meta", attrs={"name": "robots"})["content"] == "noindex"


def test_a_report_is_kept_and_leads_to_the_thanks(client: FlaskClient, settings: Settings) -> None:
    answer = send(client, kind="phone", text="It is\r\n828 555 0199")
    assert (answer.status_code, answer.location) == (303, f"{WOODS}/report/thanks")
    assert "Set-Cookie" not in answer.headers
    assert kept(settings) == [
        Report(
            id=1,
            clinic="woods-psychiatry-asheville-nc",
            kind="phone",
            text="It is 828 555 0199",
            sent=NOW.date(),
        )
    ]
    assert "We have your report" in text(read(client.get(answer.location)))


def test_each_treatment_it_is_listed_with_can_be_denied(client: FlaskClient, settings: Settings) -> None:
    labels = [text(label) for label in read(client.get(f"{WOODS}/report")).select(".govuk-radios__label")]
    assert "It does not offer: KAP" in labels
    assert not [label for label in labels if "IV" in label], "nobody says it offers IV"
    assert send(client, kind="offer:kap").status_code == 303
    assert [(one.kind, one.about) for one in kept(settings)] == [("offer", "kap")]


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({}, "kind"),
        ({"kind": "rude"}, "kind"),
        ({"kind": "offer:iv_infusion"}, "kind"),
        ({"kind": "other"}, "text_needed"),
        ({"kind": "other", "text": " \r\n "}, "text_needed"),
        ({"kind": "phone", "text": "x" * (MAX_TEXT_CHARS + 1)}, "text_long"),
    ],
)
def test_a_form_that_lacks_something_comes_back_with_all_that_was_typed(
    client: FlaskClient, settings: Settings, fields: dict[str, str], error: str
) -> None:
    answer = send(client, **fields)
    page = read(answer)
    assert answer.status_code == 400
    assert ERRORS[error] in text(page.select_one(".govuk-error-summary"))
    assert page.title.string.startswith("Error: ")
    for link in page.select(".govuk-error-summary a"):
        assert page.find(id=link["href"].removeprefix("#")) is not None
    assert page.textarea.get_text().strip() == fields.get("text", "").strip()
    assert [box["value"] for box in page.select("input[checked]")] == [
        kind for kind in [fields.get("kind")] if kind in {"other", "phone"}
    ]
    assert kept(settings) == []


def test_a_thousand_characters_of_any_script_fit(client: FlaskClient, settings: Settings) -> None:
    assert send(client, kind="other", text="𝒜" * MAX_TEXT_CHARS).status_code == 303
    assert len(kept(settings)[0].text) == MAX_TEXT_CHARS


def test_too_much_is_refused_before_it_is_read(client: FlaskClient, settings: Settings) -> None:
    assert send(client, kind="other", text="x" * MAX_FORM_BYTES).status_code == 413
    assert kept(settings) == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 303),
        ({"Origin": "http://localhost"}, 303),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://localhost:8000"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
    ],
)
def test_only_our_own_page_can_send(
    client: FlaskClient, settings: Settings, headers: dict[str, str], status: int
) -> None:
    answer = send(client, headers, kind="phone", text="kept as typed")
    assert answer.status_code == status
    assert len(kept(settings)) == (status == 303)
    if status == 403:
        assert read(answer).textarea.get_text().strip() == "kept as typed"


def test_the_form_lets_the_browser_say_where_it_comes_from(client: FlaskClient) -> None:
    assert (
        read(client.get(f"{WOODS}/report")).find("meta", attrs={"name": "referrer"})["content"]
        == "same-origin"
    )


def test_one_network_can_send_a_few_an_hour(client: FlaskClient, settings: Settings) -> None:
    answers = [send(client, kind="other", text=f"number {n}") for n in range(PER_NETWORK + 1)]
    assert [answer.status_code for answer in answers] == [303] * PER_NETWORK + [429]
    assert answers[-1].headers["Retry-After"] == "3600"
    assert ERRORS["often"] in text(read(answers[-1]))
    assert len(kept(settings)) == PER_NETWORK


def test_behind_a_proxy_visitors_are_told_apart_by_what_it_passes_on(client: FlaskClient) -> None:
    def through_proxy(address: str, peer: str = "127.0.0.1") -> int:
        return client.post(
            f"{WOODS}/report",
            data={"kind": "phone", "text": address},
            headers={**OURS, "X-Forwarded-For": f"203.0.113.250, {address}"},
            environ_base={"REMOTE_ADDR": peer},
        ).status_code

    assert [through_proxy("192.0.2.1") for _ in range(PER_NETWORK + 1)][-1] == 429
    assert through_proxy("198.51.100.1") == 303
    assert through_proxy("198.51.100.2", peer="") == 303
    spoofed = [through_proxy(f"{n}.1.1.1", peer="8.8.8.8") for n in range(1, PER_NETWORK + 2)]
    assert spoofed[-1] == 429, "a visitor cannot choose another address"


@pytest.mark.parametrize("trouble", ["garbage", "folder"])
def test_a_store_that_fails_is_said_honestly_and_the_text_stays(
    client: FlaskClient, settings: Settings, trouble: str
) -> None:
    if trouble == "garbage":
        settings.reports_path.write_bytes(b"not a database " * 99)
    else:
        settings.reports_path.mkdir()
    answer = send(client, kind="other", text="still here")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "300"
    assert ERRORS["unavailable"] in text(read(answer))
    assert read(answer).textarea.get_text().strip() == "still here"


@pytest.mark.slow
def test_a_full_disk_is_said_honestly(client: FlaskClient, settings: Settings, tmp_path: Path) -> None:
    import resource

    send(client, kind="phone")
    size = settings.reports_path.stat().st_size
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        answers = [send(client, kind="other", text=f"{n}" + "x" * 990) for n in range(4)]
        full = [send(client, kind="other", text=f"{n}" + "y" * 990) for n in range(9)]
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert 503 in {answer.status_code for answer in answers + full}
    assert {answer.status_code for answer in answers + full} <= {303, 429, 503}
    assert kept(settings)


def test_the_words_of_a_report_are_in_no_log_and_no_other_file(
    client: FlaskClient,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    send(client, kind="other", text="xyzzyplugh")
    send(client, {}, kind="other", text="xyzzyplugh")
    settings.reports_path.unlink()
    settings.reports_path.mkdir()
    send(client, kind="other", text="xyzzyplugh")
    out, err = capfd.readouterr()
    assert "xyzzyplugh" not in caplog.text + out + err
    assert "a report could not be kept" in caplog.text
    assert "127.0.0.1" not in caplog.text


def test_hostile_text_comes_back_as_text(client: FlaskClient) -> None:
    evil = '</textarea><script>alert(1)</script>"'
    page = read(send(client, {}, kind='"><script>alert(2)</script>', text=evil))
    assert not [script for script in page.find_all("script") if "alert" in script.get_text()]
    assert page.textarea.get_text().strip() == evil


def test_a_former_id_leads_to_the_form_of_the_present_one(client: FlaskClient, settings: Settings) -> None:
    answer = client.get("/clinic/old-woods-asheville-nc/report")
    assert (answer.status_code, answer.location) == (301, f"{WOODS}/report")
    sent = client.post("/clinic/old-woods-asheville-nc/report", data={"kind": "closed"}, headers=OURS)
    assert sent.location == f"{WOODS}/report/thanks"
    assert kept(settings)[0].clinic == "woods-psychiatry-asheville-nc"


def test_a_clinic_that_is_not_there_has_no_form(client: FlaskClient) -> None:
    assert client.get("/clinic/nobody/report").status_code == 404
    assert client.post("/clinic/nobody/report", data={"kind": "phone"}, headers=OURS).status_code == 404


def test_nothing_of_the_form_is_cached(client: FlaskClient) -> None:
    for answer in (client.get(f"{WOODS}/report"), send(client, kind="phone"), send(client)):
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_clinic_without_treatments_can_be_reported_too(client: FlaskClient, settings: Settings) -> None:
    open_engine(settings.engine_url).rebuild([sample.woods().model_copy(update={"claims": ()})])
    labels = [text(label) for label in read(client.get(f"{WOODS}/report")).select(".govuk-radios__label")]
    assert "It does not offer a treatment that is listed here" in labels


def test_the_setting_says_where_reports_are_kept(tmp_path: Path) -> None:
    assert Settings(build=tmp_path).reports_path == tmp_path / "reports.sqlite"
    for value, path in (("", tmp_path / "reports.sqlite"), ("/srv/r.sqlite", Path("/srv/r.sqlite"))):
        read = Settings.read({"FINDER_BUILD": str(tmp_path), "FINDER_REPORTS": value})
        assert read.reports_path == path
