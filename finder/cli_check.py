"""`finder check`: whether settings, data, index and engine are sound."""

from collections.abc import Callable

import click

from finder.cli_console import Command, print_json, settings
from finder.clinicfile import read_clinics
from finder.errors import FinderError
from finder.inbox import Inbox
from finder.search.engine import open_engine
from finder.settings import Settings


@click.command(cls=Command, epilog="finder check\nfinder check --json\nfinder check --claims")
@click.option("--claims", is_flag=True, help="List claims that look odd instead, for a person to look at.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def check(claims: bool, as_json: bool) -> None:
    """Say whether settings, data, index and engine are sound; exit 1 when one is not."""
    if claims:
        _list_odd_claims(settings(), as_json)
        return
    rows = []
    for name, look in _parts(settings()).items():
        try:
            rows.append({"part": name, "sound": True, "says": look()})
        except FinderError as error:
            rows.append({"part": name, "sound": False, "says": str(error)})
    if as_json:
        print_json(rows)
    else:
        for row in rows:
            click.echo(f"{'ok ' if row['sound'] else 'BAD'} {row['part']}: {row['says']}")
    if not all(row["sound"] for row in rows):
        raise click.exceptions.Exit(1)


def _list_odd_claims(known: Settings, as_json: bool) -> None:
    """Odd is not wrong: whatever is found, the command has done its work and ends with 0."""
    from finder.ingest.oddities import RULES, oddities  # noqa: PLC0415  (ingest is slow to load)

    clinics = tuple(read_clinics(known.build))
    found = oddities(clinics)
    if as_json:
        print_json([one._asdict() for one in found])
        return
    for rule in RULES:
        rows = [one for one in found if one.rule == rule.code]
        if rows:
            click.echo(f"{rule.title}: {len(rows)}")
            for one in rows:
                click.echo(f"  {one.clinic}  {one.says}")
    click.echo(f"{len(clinics)} clinics, {len(found)} odd claims", err=bool(not found))


def _parts(known: Settings) -> dict[str, Callable[[], str]]:
    """Each part by name, and what opens it and says how much is there."""
    from finder.ingest.corrections import Corrections  # noqa: PLC0415  (ingest is slow to load)
    from finder.ingest.geocode import open_geocoder  # noqa: PLC0415
    from finder.ingest.phrases import phrases_in  # noqa: PLC0415
    from finder.ingest.sources import open_sources  # noqa: PLC0415
    from finder.places import Gazetteer, default_gazetteer_path  # noqa: PLC0415
    from finder.search.lexicon import Lexicon  # noqa: PLC0415

    def phrases() -> str:
        phrases_in(known.data)
        return f"{known.data / 'lexicon.toml'} is readable"

    def geocoder() -> str:
        found = open_geocoder(known)
        return "none: ZIP and city points only" if found is None else "a street-level geocoder is set"

    corrections = known.data / "corrections.toml"
    return {
        "places": lambda: f"{len(Gazetteer.open(default_gazetteer_path(known.data)))} place names",
        "lexicon": lambda: f"{len(Lexicon.open(known.data))} phrases",
        "sources": lambda: f"{len(open_sources(known.data))} sources",
        "corrections": lambda: f"{len(Corrections.open(corrections).entries)} corrections",
        "extract": phrases,
        "geocoder": geocoder,
        "clinics": lambda: f"{sum(1 for _ in read_clinics(known.build))} clinics in {known.build}",
        "engine": lambda: open_engine(known.engine_url, known.access).check(),
        "fallback": lambda: open_engine(known.fallback).check() if known.fallback else "none",
        "reports": lambda: f"{len(Inbox(known.reports_path).open_reports())} open",
    }
