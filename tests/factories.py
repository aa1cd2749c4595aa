"""Builders of nouns for tests: everything has a default, name what the test is about."""

from datetime import date
from typing import Any

from finder.geo import Point
from finder.model import Address, Claim, Clinic, Listing, Location, Place, Provenance

SEEN = date(2026, 11, 22)


def make_provenance(**changes: Any) -> Provenance:
    fields = {
        "source": "seed",
        "ref": "seed:1",
        "url": "https://clinic.example/ketamine",
        "kind": "clinic_page",
        "seen": SEEN,
    }
    return Provenance.model_validate({**fields, **changes})


def make_claim(facet: str = "modality", value: str = "kap", **changes: Any) -> Claim:
    return Claim.model_validate({"facet": facet, "value": value, "provenance": make_provenance(), **changes})


def make_location(lat: float = 35.6009, lng: float = -82.554, **changes: Any) -> Location:
    fields = {
        "point": Point(lat=lat, lng=lng),
        "precision": "city",
        "radius_miles": 6.0,
        "method": "city",
        "county": "37021",
    }
    return Location.model_validate({**fields, **changes})


def state_only() -> Location:
    return Location(point=None, precision="state", radius_miles=0, method="state")


def make_clinic(id: str = "example-clinic-asheville-nc", **changes: Any) -> Clinic:
    """A city-level KAP clinic in Asheville; `claims` may be (facet, value) pairs."""
    claims = tuple(
        claim if isinstance(claim, Claim) else make_claim(*claim)
        for claim in changes.pop("claims", [("modality", "kap")])
    )
    fields = {
        "id": id,
        "name": "Example Clinic",
        "address": Address(city="Asheville", state="NC"),
        "location": make_location(),
        "claims": claims,
        "sources": (make_provenance(),),
    }
    return Clinic.model_validate({**fields, **changes})


def make_listing(name: str = "Example Clinic", **changes: Any) -> Listing:
    fields = {
        "provenance": make_provenance(),
        "name": name,
        "address": Address(city="Asheville", state="NC"),
    }
    return Listing.model_validate({**fields, **changes})


def make_place(lat: float = 35.6009, lng: float = -82.554, **changes: Any) -> Place:
    """Asheville, as a spot."""
    fields = {
        "id": "city:4453066",
        "name": "Asheville",
        "label": "Asheville, NC",
        "kind": "city",
        "state": "NC",
        "states": ("NC",),
        "point": Point(lat=lat, lng=lng),
        "radius_miles": 6.0,
        "population": 94_589,
    }
    return Place.model_validate({**fields, **changes})
