"""Reporting a problem with a clinic: a form, no name, no cookie; kept by finder/inbox.py."""

import ipaddress
import logging
from dataclasses import dataclass, field
from typing import Final, cast
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from finder.errors import ReportsUnavailable
from finder.facets import FACETS
from finder.inbox import KINDS, MAX_TEXT_CHARS, Inbox, NetworkKeys, Report
from finder.model import Clinic
from finder.text import clean
from finder.web import clock, headers
from finder.web.links import clinic_path
from finder.web.services import Services

blueprint = Blueprint("report", __name__)
log: Final = logging.getLogger("finder.web")

KEYS: Final = "network_keys"
"""In `app.extensions`: the NetworkKeys, made before the server forks its workers."""
MAX_FORM_BYTES: Final = 16 * 1024
RETRY_SECONDS: Final = {429: "3600", 503: "300"}
ERRORS: Final = {
    "kind": "Choose what is wrong",
    "text_needed": "Say in a few words what is wrong",
    "text_long": f"Use at most {MAX_TEXT_CHARS:,} characters",
    "origin": "This was sent from another site, or your browser hides where it comes from. Please send it "
    "again from this page",
    "often": "Many reports came from your network within the hour. Please try again later",
    "unavailable": "Reports cannot be kept at the moment. Nothing was saved; please try again later",
}
"""What stands in the error summary, in words that repeat nothing that was sent but the form itself."""


@dataclass
class Form:
    """What was filled in, and what is wrong with it by field."""

    kind: str = ""
    text: str = ""
    errors: dict[str, str] = field(default_factory=dict)


def services() -> Services:
    """The services of the running application."""
    return cast(Services, current_app.extensions["services"])


@blueprint.get("/clinic/<clinic_id>/report")
def form(clinic_id: str) -> AnyResponse:
    """The empty form; a former id leads to the present one."""
    clinic = services().engine.get(clinic_id)
    if clinic.id != clinic_id:
        return redirect(f"{clinic_path(clinic.id)}/report", code=301)
    return _page(clinic, Form())


@blueprint.get("/clinic/<clinic_id>/report/thanks")
def thanks(clinic_id: str) -> AnyResponse:
    """What happens next."""
    return _page(services().engine.get(clinic_id), Form(), is_sent=True)


@blueprint.post("/clinic/<clinic_id>/report")
def send(clinic_id: str) -> AnyResponse:
    """Keep a report and lead to the thanks; on any problem the form again with all that was typed."""
    request.max_content_length = MAX_FORM_BYTES
    clinic = services().engine.get(clinic_id)
    filled = Form(kind=request.form.get("kind", ""), text=clean(request.form.get("text", "")))
    status = _problem(clinic, filled) or _keep(clinic, filled)
    if status:
        return _page(clinic, filled, status=status)
    return redirect(f"{clinic_path(clinic.id)}/report/thanks", code=303)


def _problem(clinic: Clinic, filled: Form) -> int:
    """The status of a form that cannot be taken, its errors noted; 0 when it can."""
    if not _is_from_here():
        filled.errors["kind"] = ERRORS["origin"]
        return 403
    if filled.kind not in choices(clinic):
        filled.errors["kind"] = ERRORS["kind"]
    if len(filled.text) > MAX_TEXT_CHARS:
        filled.errors["text"] = ERRORS["text_long"]
    elif filled.kind == "other" and not filled.text:
        filled.errors["text"] = ERRORS["text_needed"]
    return 400 if filled.errors else 0


def _keep(clinic: Clinic, filled: Form) -> int:
    inbox = Inbox(services().settings.reports_path)
    keys = cast(NetworkKeys, current_app.extensions[KEYS])
    kind, _, about = filled.kind.partition(":")
    report = Report(id=0, clinic=clinic.id, kind=kind, about=about, text=filled.text, sent=clock.today())
    try:
        if not inbox.may_send(keys.network(_visitor_address(), clock.today()), clock.now()):
            filled.errors["kind"] = ERRORS["often"]
            return 429
        inbox.add(report)
    except ReportsUnavailable:
        log.error("a report could not be kept")
        filled.errors["kind"] = ERRORS["unavailable"]
        return 503
    return 0


def choices(clinic: Clinic) -> dict[str, str]:
    """What can be reported, by the value of its radio button: one for each treatment it is listed with."""
    table = FACETS["modality"]
    offers = [code for code in table.offers if code in clinic.offers("modality")]
    rows: dict[str, str] = {}
    for code, label in KINDS.items():
        if code == "offer" and offers:
            rows |= {f"offer:{offer}": f"It does not offer: {table.by_code[offer].tag}" for offer in offers}
        else:
            rows[code] = label
    return rows


def _is_from_here() -> bool:
    """True when the browser says that our own page sent the form. (There are no cookies to abuse; this
    keeps other sites from filling the inbox through their visitors.)
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return urlsplit(request.headers.get("Origin", "")).netloc == request.host != ""


def _visitor_address() -> str:
    """The address at the other end; behind a proxy on this machine or network, the one it passes on."""
    peer = request.remote_addr or ""
    passed_on = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return passed_on if passed_on and _is_near(peer) else peer


def _is_near(address: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return True
    return parsed.is_loopback or parsed.is_private


def _page(clinic: Clinic, filled: Form, status: int = 200, is_sent: bool = False) -> Response:
    response = make_response(
        render_template(
            "report.html",
            choices=choices(clinic),
            clinic=clinic,
            filled=filled,
            is_sent=is_sent,
            max_chars=MAX_TEXT_CHARS,
        ),
        status,
    )
    response.headers["Cache-Control"] = headers.NO_STORE
    if status in RETRY_SECONDS:
        response.headers["Retry-After"] = RETRY_SECONDS[status]
    return response
