"""The `finder` command. Data to stdout, talk to stderr; exit 0 done, 1 failed, 2 misuse."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from io import TextIOWrapper
from typing import Any, NoReturn, TypeVar

import click

from finder import __version__
from finder.cli_check import check
from finder.cli_console import Command
from finder.cli_console import print_json as _print_json
from finder.cli_console import say as _say
from finder.cli_console import settings as _settings
from finder.cli_extract import extract
from finder.cli_inbox import inbox
from finder.cli_index import roll_back, run_index
from finder.cli_lines import each_line
from finder.clinicfile import read_clinics
from finder.errors import BadQuery, EngineDown, FinderError, Misuse, NoIndex
from finder.facets import FACETS
from finder.jsonlines import json_lines
from finder.search.engine import open_engine
from finder.settings import Settings

Item = TypeVar("Item")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="finder")
def cli() -> None:
    """Find ketamine clinics in the United States, and run the service that does."""


cli.add_command(inbox)
cli.add_command(check)
cli.add_command(extract)


def main() -> NoReturn:
    """Run the command line; every expected error is one sentence and an exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # half a character in an argument must not stop it
    try:
        status = cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except click.Abort:
        _say("stopped")
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except FinderError as error:
        _say(f"finder: {error}")
        sys.exit(2 if isinstance(error, Misuse | BadQuery) else 1)
    sys.exit(status or 0)


def _progress(items: Iterable[Item], *, total: int | None = None, what: str = "") -> Iterator[Item]:
    """The items, with a bar on stderr when that is a terminal."""
    from tqdm import tqdm  # noqa: PLC0415

    yield from tqdm(items, total=total, desc=what, disable=None, leave=False, file=sys.stderr)


@cli.command(
    cls=Command,
    epilog="finder ingest\nfinder ingest --only seed --json\nFINDER_DATA=mine finder ingest",
)
@click.option("--only", metavar="SOURCE", help="Read this one source again; keep the others as they are.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole report as JSON.")
def ingest(only: str | None, as_json: bool) -> None:
    """Read the sources, clean, locate and merge them into BUILD/clinics.jsonl."""
    report = _run_ingest(_settings(), only)
    if as_json:
        _print_json(report.model_dump(mode="json"))
    else:
        click.echo(report.text())
    if report.failed:
        raise click.exceptions.Exit(1)


def _run_ingest(settings: Settings, only: str | None = None) -> Any:
    from finder.ingest.pipeline import run  # noqa: PLC0415  (usaddress is slow to load)

    return run(settings, only=only, progress=_progress)


@cli.command(
    cls=Command,
    epilog="finder index\nFINDER_ENGINE=embedded:/srv/finder/index finder index\n"
    "FINDER_ENGINE=https://es1:9200/clinics finder index --since 2026-11-22",
)
@click.option(
    "--since",
    metavar="BUILD|DATE",
    help="Elasticsearch: only send what changed, when this build (or one of this day or later) answers now.",
)
@click.option("--rollback", is_flag=True, help="Elasticsearch: let the build before this one answer again.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def index(since: str | None, rollback: bool, as_json: bool) -> None:
    """Build the search index from BUILD/clinics.jsonl; searches see the old one until it is whole."""
    if rollback and since is not None:
        raise click.UsageError("give --since or --rollback, not both")
    done = roll_back(_settings()) if rollback else _run_index(_settings(), since)
    if as_json:
        _print_json(done)
    elif rollback:
        click.echo(f"build {done['version']} answers again in {done['engine']}")
    else:
        what = f"{done['clinics']} clinics" if since is None else f"{done['changed']} changed clinics"
        click.echo(f"{what} indexed in {done['engine']}")


def _run_index(settings: Settings, since: str | None = None) -> dict[str, Any]:
    return run_index(settings, since, lambda known: _progress(read_clinics(known.build), what="index"))


def _facet_options(command: Callable[..., None]) -> Callable[..., None]:
    for facet in reversed(list(FACETS.values())):
        what = f"{facet.label}: {', '.join(facet.offers)}, or any. May be repeated."
        command = click.option(f"--{facet.code}", multiple=True, metavar="CODE", help=what)(command)
    return command


@cli.command(
    cls=Command,
    epilog='finder search "kap near asheville"\nfinder search "iv ketamine denver" --radius 25 --page 2\n'
    "finder search --near 60614 --modality esketamine_nasal --json",
)
@click.argument("q", default="")
@click.option("--near", metavar="PLACE", help="City, ZIP, county, region or state.")
@click.option("--lat", metavar="DEGREES", help="With --lng: a point instead of a place.")
@click.option("--lng", metavar="DEGREES")
@click.option("--radius", metavar="MILES", help="From 1 to 500.")
@click.option("--box", metavar="S,W,N,E", help="Only inside this rectangle of degrees.")
@click.option("--include-unstated", is_flag=True, help="Add clinics that do not say, after those that do.")
@click.option("--town", metavar="unstated", help="Only clinics whose town is not stated.")
@click.option("--sort", metavar="ORDER", help="nearest, match, recent or price.")
@click.option("--page", metavar="N")
@click.option("--size", metavar="N", help="Clinics on a page, up to 100.")
@_facet_options
@click.option("--json", "as_json", is_flag=True, help="Print the document of /api/v1/clinics.")
def search(as_json: bool, include_unstated: bool, **given: Any) -> None:
    """Answer a search, as the web page and the API do. A closed clinic is listed and said to be closed."""
    from finder.web.document import Services, search_document, to_json  # noqa: PLC0415  (loads flask)

    params = {
        name: list(value) if isinstance(value, tuple) else [value] for name, value in given.items() if value
    }
    if include_unstated:
        params["include_unstated"] = ["1"]
    document = search_document(params, Services.open(_settings()))
    click.echo(to_json(document) if as_json else _results_text(document))


def _results_text(document: dict[str, Any]) -> str:
    from finder.web.words import STATUS_WORDS, unmatched  # noqa: PLC0415

    meta = document["meta"]
    notes = [*meta["notes"], *filter(None, [unmatched(meta["unmatched_words"])])]
    lines = [*(f"- {note}" for note in notes), ""]
    lines += [
        f"Of that name: {one['name']} ({one['city']} {one['state']}), {one['id']}" for one in meta["named"]
    ]
    if meta["asks"]:
        return "\n".join([*lines, "Which place? Add a city, ZIP or state."])
    lines.append(f"{meta['total']} clinics. {meta['order']}")
    for number, item in enumerate(document["items"], 1 + (meta["page"] - 1) * meta["size"]):
        lines.append(f"{number:>4}. {item['name']} ({item['address']['line']})")
        # A closed clinic is found all the same: who looks for it should learn that it is closed.
        facts = [
            STATUS_WORDS.get(item["status"], ""),
            item["distance_text"],
            item["phone_text"],
            ", ".join(item["offers_text"]),
        ]
        lines.append("      " + " | ".join(fact for fact in facts if fact))
    lines += ["", *(f"  {way['text']}: {way['count']}" for way in document["ways_out"])]
    return "\n".join(lines).rstrip()


@cli.command(
    cls=Command,
    epilog='finder explain "spravato 60614"\nfinder explain --jsonl queries.jsonl',
)
@click.argument("q", required=False)
@click.option("--jsonl", metavar="FILE", help='One {"query": ...} per line in, one answer per line out.')
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
def explain(q: str | None, jsonl: str | None, as_json: bool) -> None:
    """Show step by step how a search is understood."""
    from finder.search.explain import Explainer  # noqa: PLC0415

    explainer = Explainer.open(_settings())
    if jsonl is not None:
        each_line(jsonl, lambda line: explainer.line(line["query"]))
    elif q is None:
        raise click.UsageError("say what to explain, or name a file with --jsonl")
    elif as_json:
        _print_json(explainer.document(q))
    else:
        click.echo(explainer.text(q))


@cli.command(cls=Command, epilog="finder match --jsonl records.jsonl")
@click.option(
    "--jsonl",
    metavar="FILE",
    required=True,
    help='One {"id", "name", "address", "city", "postal_code", "phone"} per line.',
)
def match(jsonl: str) -> None:
    """Say which records are one place: prints {"id", "cluster"} per line."""
    from finder.ingest.match import RECORD_FIELDS, match_records  # noqa: PLC0415

    records = []
    for where, line in json_lines(jsonl):
        missing = [field for field in RECORD_FIELDS if field not in line]
        if missing:
            raise Misuse(f"{where}: the field '{missing[0]}' is missing")
        records.append(line)
    clusters = match_records(records)
    for record, cluster in zip(records, clusters, strict=True):
        click.echo(json.dumps({"id": record["id"], "cluster": cluster}, ensure_ascii=False))


@cli.command(
    cls=Command, epilog="finder serve\nfinder serve --port 8080 --workers 4\nfinder serve --host 0.0.0.0"
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
def serve(host: str, port: int, workers: int) -> None:
    """Serve the web site and the API. Without an index, builds one from the data first."""
    from finder.web.serve import serve as serve_web  # noqa: PLC0415

    settings = _settings()
    try:
        open_engine(settings.engine_url, settings.access).version()
    except EngineDown as error:
        _say(f"{error}. Serving all the same: searches are answered as soon as it does.")
    except NoIndex:
        if settings.engine and not settings.fallback:
            raise
        if not settings.engine:
            _say("There is no index yet: building one from the data that came with the product ...")
            _run_ingest(settings)
            _run_index(settings)
    _say(f"Serving on http://{host}:{port} (stop with Ctrl-C)")
    serve_web(settings, host, port, workers)
