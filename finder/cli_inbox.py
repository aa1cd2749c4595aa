"""`finder inbox`: the problems that visitors reported, and what becomes of them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import click

from finder.cli_console import Command, print_json, say, settings
from finder.clinicfile import read_clinics
from finder.errors import Misuse
from finder.facets import FACETS
from finder.inbox import KINDS, Inbox, Report
from finder.model import Clinic
from finder.settings import Settings


@click.command(
    cls=Command,
    epilog="finder inbox\nfinder inbox --json\nfinder inbox --close 12\n"
    "finder inbox --correct 12 --set phone=8285550142\n"
    "finder inbox --correct 12 --drop modality=kap --write",
)
@click.option("--close", "closing", type=int, metavar="ID", help="Take a report off the list.")
@click.option("--correct", "correcting", type=int, metavar="ID", help="Print the correction it leads to.")
@click.option("--set", "sets", multiple=True, metavar="FIELD=VALUE", help="What is right. May be repeated.")
@click.option("--drop", "drops", multiple=True, metavar="FACET=CODE", help="A claim that is wrong.")
@click.option("--hide", is_flag=True, help="Take the clinic out of the service.")
@click.option("--reason", default="", metavar="TEXT", help="Why; shown in the report of finder ingest.")
@click.option("--write", is_flag=True, help="Append to DATA/corrections.toml and close the report.")
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
def inbox(closing: int | None, correcting: int | None, write: bool, as_json: bool, **asked: Any) -> None:
    """List the problems that visitors reported; close one, or turn it into a correction."""
    if closing is not None and correcting is not None:
        raise click.UsageError("give --close or --correct, not both")
    if correcting is None and (write or any(asked.values())):
        raise click.UsageError("--set, --drop, --hide, --reason and --write go with --correct ID")
    known = settings()
    box = Inbox(known.reports_path)
    if closing is not None:
        box.close(closing, datetime.now(UTC).date())
        say(f"Report {closing} is closed and its text erased.")
    elif correcting is not None:
        _correct(known, box.get(correcting), asked, write)
    else:
        _list(box.open_reports(), as_json)


def _list(reports: list[Report], as_json: bool) -> None:
    if as_json:
        print_json([report.model_dump(mode="json") for report in reports])
        return
    for report in reports:
        click.echo(f"{report.id:>5}  {report.sent}  {report.clinic}  {_what(report)}")
        if report.text:
            click.echo(f"       {report.text}")
    if not reports:
        say("No open reports.")


def _what(report: Report) -> str:
    row = FACETS["modality"].by_code.get(report.about)
    return KINDS.get(report.kind, report.kind) if row is None else f"It does not offer: {row.tag}"


def _correct(known: Settings, report: Report, asked: dict[str, Any], write: bool) -> None:
    from finder.ingest import amend  # noqa: PLC0415  (usaddress is slow to load)

    changes = amend.Changes(
        set=dict(_pairs("--set", asked["sets"])),
        drop=tuple(_pairs("--drop", asked["drops"])),
        hide=asked["hide"],
        reason=asked["reason"],
        on=datetime.now(UTC).date(),
    )
    entry = amend.correction(report, _clinic(known, report.clinic), changes)
    click.echo(amend.as_toml(entry), nl=False)
    if write:
        path = known.data / "corrections.toml"
        amend.append(path, [entry])
        Inbox(known.reports_path).close(report.id, datetime.now(UTC).date(), "corrected")
        say(f'Added to {path}, report {report.id} closed. Run "finder ingest" and then "finder index".')


def _pairs(option: str, given: Iterable[str]) -> list[tuple[str, str]]:
    pairs = []
    for text in given:
        name, sign, value = text.partition("=")
        if not (name.strip() and sign):
            raise click.UsageError(f"{option} wants NAME=VALUE")
        pairs.append((name.strip(), value))
    return pairs


def _clinic(known: Settings, clinic_id: str) -> Clinic:
    for clinic in read_clinics(known.build):
        if clinic_id == clinic.id or clinic_id in clinic.former_ids:
            return clinic
    raise Misuse(f"{clinic_id} is not in {known.build} anymore; close the report")
