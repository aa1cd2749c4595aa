"""The command line as a person uses it: output, errors that say what to do, exit statuses."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from finder.facets import FACETS
from finder.search.embedded import EmbeddedEngine
from finder.settings import bundled_data
from tests.factories import make_clinic

Finder = Callable[..., "subprocess.CompletedProcess[str]"]
pytestmark = pytest.mark.slow


@pytest.fixture
def finder(real_build: Path, tmp_path: Path) -> Finder:
    """Run `finder` on the build of the real data, in an empty folder."""

    def run(*args: str, stdin: str = "", **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "finder", *args],
            env={**os.environ, "FINDER_BUILD": str(real_build), **env},
            cwd=tmp_path,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


def test_a_search_prints_clinics_with_distance(finder: Finder) -> None:
    done = finder("search", "kap near asheville")
    assert done.returncode == 0
    assert "Asheville Integrative Psychiatry" in done.stdout
    assert "Sorted by distance" in done.stdout


def test_a_search_as_json_is_the_document_of_the_api(finder: Finder) -> None:
    document = json.loads(finder("search", "kap near asheville", "--json").stdout)
    assert set(document) >= {"meta", "items", "facets", "links"}
    assert document["meta"]["total"] == len(document["items"])
    assert document["items"][0]["name"] == "Asheville Integrative Psychiatry"


def test_options_have_the_names_of_the_api(finder: Finder) -> None:
    done = finder("search", "--near", "60614", "--modality", "esketamine_nasal", "--radius", "25", "--json")
    document = json.loads(done.stdout)
    assert document["meta"]["radius_miles"] == 25
    assert all(item["distance_miles"] <= 25 for item in document["items"])


def test_near_me_asks_for_a_place(finder: Finder) -> None:
    done = finder("search", "ketamine therapy near me")
    assert done.returncode == 0
    assert "Which place?" in done.stdout


def test_explain_prints_steps_and_the_query(finder: Finder) -> None:
    done = finder("explain", "spravato 60614")
    assert done.returncode == 0
    assert "Spravato" in done.stdout and "60614" in done.stdout
    assert json.loads(finder("explain", "spravato 60614", "--json").stdout)


def test_explain_answers_a_file_line_by_line(finder: Finder, tmp_path: Path) -> None:
    file = tmp_path / "queries.jsonl"
    file.write_text('{"query": "kap near boulder", "other": 1}\n{"query": "ketamine near me"}\n')
    lines = [json.loads(line) for line in finder("explain", "--jsonl", str(file)).stdout.splitlines()]
    assert [line["query"] for line in lines] == ["kap near boulder", "ketamine near me"]
    assert lines[0]["place"]["name"] == "Boulder" and lines[0]["place"]["region"] == "CO"
    assert lines[0]["facets"] == {"modality": ["kap"]}
    assert lines[1]["place"] is None


def test_extract_quotes_the_text(finder: Finder) -> None:
    text = "We offer IV ketamine infusions. A referral is required. Each infusion costs $450."
    done = finder("extract", "--jsonl", "-", stdin=json.dumps({"id": "a", "text": text}))
    answer = json.loads(done.stdout)
    assert answer["id"] == "a"
    assert all(claim["quote"] in text for claim in answer["claims"])
    read = json.loads(finder("extract", "-", "--json", stdin=text).stdout)
    assert [{name: claim[name] for name in answer["claims"][0]} for claim in read["claims"]] == answer[
        "claims"
    ]


def test_match_puts_one_place_in_one_cluster(finder: Finder) -> None:
    row = {
        "name": "Blue Clinic",
        "address": "1 Main St",
        "city": "Denver",
        "postal_code": "80202",
        "phone": "3035550100",
    }
    lines = [json.dumps({**row, "id": "a"}), json.dumps({**row, "id": "b"})]
    lines.append(json.dumps({**row, "id": "c", "name": "Red House", "address": "9 Oak Ave", "phone": None}))
    clusters = [
        json.loads(line)["cluster"]
        for line in finder("match", "--jsonl", "-", stdin="\n".join(lines)).stdout.splitlines()
    ]
    assert clusters[0] == clusters[1] != clusters[2]


def test_check_says_that_all_is_sound(finder: Finder) -> None:
    done = finder("check")
    assert done.returncode == 0, done.stdout
    assert {line.split()[0] for line in done.stdout.splitlines()} == {"ok"}


@pytest.mark.parametrize(
    ("part", "file", "env"),
    [
        ("sources", "sources.toml", {}),
        ("corrections", "corrections.toml", {}),
        ("geocoder", "", {"FINDER_GEOCODER": "carrier-pigeon"}),
    ],
)
def test_check_opens_every_file_and_setting_that_ingest_needs(
    finder: Finder, tmp_path: Path, part: str, file: str, env: dict[str, str]
) -> None:
    data = tmp_path / "data"
    shutil.copytree(bundled_data(), data)
    if file:
        (data / file).write_text("[[broken")
    done = finder("check", "--json", FINDER_DATA=str(data), **env)
    assert done.returncode == 1
    assert [row["part"] for row in json.loads(done.stdout) if not row["sound"]] == [part]


def test_check_tells_of_a_broken_phrase(finder: Finder, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(bundled_data(), data)
    with (data / "lexicon.toml").open("a") as lexicon:
        lexicon.write('\n[context.broken]\nwords = ["~ begins with a gap"]\n')
    done = finder("check", "--json", FINDER_DATA=str(data))
    assert done.returncode == 1
    assert [row["part"] for row in json.loads(done.stdout) if not row["sound"]] == ["extract"]


def test_a_closed_clinic_says_so(finder: Finder, tmp_path: Path) -> None:
    clinics = [make_clinic("a-open", name="Blue"), make_clinic("b-closed", name="Red", status="closed")]
    EmbeddedEngine(tmp_path / "index").rebuild(clinics)
    found = finder("search", "kap asheville", FINDER_BUILD=str(tmp_path)).stdout
    open_one, closed = found.split("   1. ")[1].split("   2. ")
    assert "closed" not in open_one
    assert "Red" in closed and "Reported as closed" in closed


@pytest.mark.parametrize("command", ["explain", "extract", "match"])
def test_half_a_character_stops_no_command(finder: Finder, command: str) -> None:
    names = ["query", "id", "text", "name", "address", "city", "postal_code", "phone"]
    done = finder(command, "--jsonl", "-", stdin=json.dumps(dict.fromkeys(names, "kap \ud800 denver")))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)


def test_half_a_character_in_an_argument_stops_nothing(finder: Finder) -> None:
    done = finder("explain", "kap \udcff denver")
    assert done.returncode == 0, done.stderr
    assert "Denver" in done.stdout


def test_check_fails_without_an_index_and_says_what_to_run(finder: Finder, tmp_path: Path) -> None:
    done = finder("check", "--json", FINDER_BUILD=str(tmp_path / "empty"))
    assert done.returncode == 1
    says = {row["part"]: row["says"] for row in json.loads(done.stdout)}
    assert "finder index" in says["engine"]


@pytest.mark.parametrize(
    "args, env, status, message",
    [
        (["search", "kap", "--page", "-1"], {}, 2, "page"),
        (["search", "kap", "--radius", "abc"], {}, 2, "radius"),
        (["search", "--lat", "35.6"], {}, 2, "lng"),
        (["search", "kap", "--modality", "magic"], {}, 2, "modality"),
        (["search", "kap"], {"FINDER_RADUIS": "5"}, 2, "FINDER_RADUIS: there is no such setting"),
        (["search", "kap"], {"FINDER_ENGINE": "mongo:x"}, 2, "FINDER_ENGINE"),
        (["search", "kap denver"], {"FINDER_BUILD": "nowhere"}, 1, 'run "finder ingest"'),
        (["index"], {"FINDER_BUILD": "nowhere"}, 1, 'run "finder ingest"'),
        (["ingest", "--only", "nothing"], {}, 2, "nothing"),
        (["explain"], {}, 2, "--jsonl"),
        (["explain", "--jsonl", "missing.jsonl"], {}, 2, "missing.jsonl"),
        (["extract"], {}, 2, "--jsonl"),
        (["extract", "missing.txt"], {}, 2, "missing.txt"),
        (["match"], {}, 2, "--jsonl"),
        (["fly"], {}, 2, "fly"),
    ],
)
def test_misuse_and_failure_are_one_sentence(
    finder: Finder, args: list[str], env: dict[str, str], status: int, message: str
) -> None:
    done = finder(*args, **env)
    assert done.returncode == status, done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    "line, message", [("{}", "query"), ("[]", "object"), ('{"query": 5}', "type"), ("{", "JSON")]
)
def test_a_bad_line_is_named(finder: Finder, line: str, message: str) -> None:
    done = finder("explain", "--jsonl", "-", stdin=line)
    assert done.returncode == 2
    assert "line 1" in done.stderr and message in done.stderr


def test_a_match_line_without_a_field_is_named(finder: Finder) -> None:
    done = finder("match", "--jsonl", "-", stdin='{"id": "a"}')
    assert done.returncode == 2
    assert "name" in done.stderr


@pytest.mark.parametrize(
    "query", ["x" * 10_000, "\x01\x02", "🙂", "'; DROP TABLE clinics; --", "a:b AND (c OR", "   "]
)
def test_odd_searches_are_answered(finder: Finder, query: str) -> None:
    done = finder("search", query)
    assert done.returncode == 0, done.stderr


def test_help_lists_every_command_and_every_facet(finder: Finder) -> None:
    assert "ingest" in finder("--help").stdout
    help_text = finder("search", "-h").stdout
    assert all(f"--{facet}" in help_text for facet in FACETS)
    assert finder("--version").stdout.startswith("finder, version")


def test_serve_refuses_an_impossible_port(finder: Finder) -> None:
    done = finder("serve", "--port", "99999")
    assert done.returncode == 2
    assert "port" in done.stderr
