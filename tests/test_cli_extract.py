"""`finder extract` on pages, as a person uses it."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from finder.cli_extract import _bracketed, _colored, extract, read_sources, review_document, review_lines
from finder.errors import Misuse
from finder.ingest.fetch import Fetcher, FetchFailed, Limits
from tests.factories import make_claim, make_clinic, make_provenance

Finder = Callable[..., "subprocess.CompletedProcess[str]"]
HOME = "<h1>Blue</h1><p>We offer IV ketamine infusions and KAP.<p>Each infusion costs $450."
FAQ = "<p>We do not offer IV ketamine infusions at our clinic."


@pytest.fixture
def pages(tmp_path: Path) -> list[str]:
    (tmp_path / "home.html").write_text(HOME)
    (tmp_path / "faq.html").write_text(FAQ)
    return [str(tmp_path / "home.html"), str(tmp_path / "faq.html")]


@pytest.fixture
def finder(tmp_path: Path) -> Finder:
    def run(*args: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "finder", *args],
            env={**os.environ, "FINDER_BUILD": str(tmp_path)},
            cwd=tmp_path,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


def test_pages_of_one_practice_are_read_together(pages: list[str]) -> None:
    document = review_document(*read_sources(pages, Fetcher()))
    assert [page["source"] for page in document["pages"]] == pages
    assert document["disputed"] == [{"facet": "modality", "value": "iv_infusion"}]
    assert {claim["source"] for claim in document["claims"]} == set(pages)
    assert document["prices"][0]["amount_usd"] == 450
    json.dumps(document)


def test_the_view_marks_quotes_and_names_value_and_rule_beside_them(pages: list[str]) -> None:
    lines = review_lines(*read_sources(pages, Fetcher()), _bracketed)
    (line,) = (line for line in lines if line.startswith("«We do not offer"))
    assert "| modality iv_infusion: NO  [" in line
    assert any("ITS PAGES DISAGREE" in line and line.endswith(f"({pages[1]})") for line in lines)
    colored = review_lines(*read_sources(pages[:1], Fetcher()), _colored)
    assert [click.unstyle(line) for line in colored] != colored
    assert not any("«" in line or "home.html)" in line for line in colored)
    columns = {click.unstyle(line).index("| ") for line in colored if "| " in line}
    assert len(columns) == 1


def test_an_address_is_fetched(tmp_path: Path, pages: list[str]) -> None:
    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *args: object) -> None:
            super().__init__(*args, directory=str(tmp_path))  # type: ignore[arg-type]

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}"
        fetcher = Fetcher(allow_loopback=True, limits=Limits(pause_seconds=0.0))
        read, practice = read_sources([f"{url}/home.html", pages[1]], fetcher)
        with pytest.raises(FetchFailed):
            read_sources([f"{url}/gone.html"], fetcher)
        server.shutdown()
        thread.join()
    assert [page.name for page in read] == [f"{url}/home.html", pages[1]]
    assert f"{url}/home.html" in {claim.provenance.url for claim in practice.claims}


@pytest.fixture
def writes(finder: Finder, pages: list[str], tmp_path: Path) -> Iterator[Path]:
    done = finder("extract", *pages, "--html", "review.html")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "The review is in review.html\n")
    yield tmp_path / "review.html"


@pytest.mark.slow
def test_html_is_written_and_the_view_is_not_printed(writes: Path) -> None:
    assert "<mark" in writes.read_text(encoding="utf-8")


@pytest.mark.slow
def test_view_and_json_go_to_stdout(finder: Finder, pages: list[str]) -> None:
    assert "«" in finder("extract", *pages).stdout
    assert "\x1b" not in finder("extract", *pages).stdout
    assert json.loads(finder("extract", "-", "--json", stdin=HOME).stdout)["pages"][0]["source"] == "-"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("args", "status", "message"),
    [
        (["ftp://x/"], 2, "only http and https"),
        (["http://"], 2, "is no address"),
        (["http://127.0.0.1:9/"], 1, "no public address"),
        (["missing.html"], 2, "missing.html: No such file"),
        (["--jsonl", "x", "--json"], 2, "--jsonl stands alone"),
        ([], 2, "name a page"),
        (["home.html", "--html", "no/such/folder.html"], 1, "cannot be written"),
    ],
)
def test_errors_are_one_sentence(
    finder: Finder, pages: list[str], args: list[str], status: int, message: str
) -> None:
    done = finder("extract", *args)
    assert done.returncode == status
    assert message in done.stderr and "Traceback" not in done.stderr
    assert done.stdout == ""


def test_jsonl_stays_one_answer_per_line(tmp_path: Path) -> None:
    file = tmp_path / "texts.jsonl"
    rows = [{"id": 1, "text": "We offer IV ketamine infusions."}, {"id": 2, "text": "", "other": 3}]
    file.write_text("\n".join(map(json.dumps, rows)))
    done = CliRunner().invoke(extract, ["--jsonl", str(file)])
    answers = [json.loads(line) for line in done.output.splitlines()]
    assert [list(answer) for answer in answers] == [
        ["id", "claims", "prices_usd", "insurance", "min_age"]
    ] * 2
    assert list(answers[0]["claims"][0]) == ["facet", "value", "says", "quote"]
    file.write_text('{"id": 1, "text": 3}')
    assert isinstance(CliRunner().invoke(extract, ["--jsonl", str(file)]).exception, Misuse)


def test_html_and_json_may_be_asked_for_together(pages: list[str], tmp_path: Path) -> None:
    done = CliRunner().invoke(extract, [*pages, "--json", "--html", str(tmp_path / "review.html")])
    assert done.exit_code == 0
    assert (tmp_path / "review.html").exists()
    assert '"disputed"' in done.output
    plain = CliRunner().invoke(extract, pages)
    assert "Together: " in plain.output and "«" in plain.output
    broken = CliRunner().invoke(extract, [pages[0], "--html", str(tmp_path / "no/review.html")])
    assert "cannot be written" in str(broken.exception)
    for wrong in ([], ["ftp://x/"], [str(tmp_path)], ["--jsonl", "x", "--json"]):
        assert CliRunner().invoke(extract, wrong).exit_code != 0


@pytest.fixture
def odd_build(finder: Finder, tmp_path: Path) -> Path:
    """Two clinics, one of them odd, as ingest would leave them."""
    other = make_provenance(url="https://clinic.example/other")
    odd = make_clinic("odd-asheville-nc", claims=[make_claim(), make_claim(says="no", provenance=other)])
    rows = "".join(clinic.model_dump_json() + "\n" for clinic in (odd, make_clinic("plain-asheville-nc")))
    (tmp_path / "clinics.jsonl").write_text(rows)
    return tmp_path


@pytest.mark.slow
def test_check_claims_lists_odd_ones_for_people_and_machines(finder: Finder, odd_build: Path) -> None:
    done = finder("check", "--claims")
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "Pages or sources disagree: 1",
        "  odd-asheville-nc  modality kap: https://clinic.example/ketamine, https://clinic.example/other",
        "2 clinics, 1 odd claims",
    ]
    (row,) = json.loads(finder("check", "--claims", "--json").stdout)
    assert (row["clinic"], row["rule"]) == ("odd-asheville-nc", "disputed")
    (odd_build / "clinics.jsonl").write_text(make_clinic().model_dump_json() + "\n")
    done = finder("check", "--claims")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "1 clinics, 0 odd claims\n")
    (odd_build / "clinics.jsonl").unlink()
    assert finder("check", "--claims").returncode == 1
