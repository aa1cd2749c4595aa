"""Steps that say where a listing stands, how well that is known, and by which means."""

from typing import Final

from pydantic import ValidationError

from finder.errors import Rejected
from finder.geo import KM_PER_MILE, Point, miles
from finder.ingest.geocode import Found, GeocoderDown
from finder.ingest.source import Desk
from finder.model import Address, Listing, Location, Place, Precision

RADIUS_MILES: Final[dict[Precision, float]] = {
    "rooftop": 0.05,
    "parcel": 0.1,
    "interpolated": 0.2,
    "interpolated_fuzzy": 0.5,
    "street": 1.0,
    "zip9": 1.0,
}
FARTHEST_MILES: Final = 25 / KM_PER_MILE
"""A street-level point farther than this from its ZIP or city is not believed."""
BORDER_MILES: Final = 5.0
ZIP_TO_CITY_MILES: Final = 40.0
_TOWNS: Final = frozenset({"city", "neighborhood"})


def agree_on_zip(listing: Listing, desk: Desk) -> Listing:
    """The stated state and city stand; a ZIP that lies elsewhere is dropped and reported."""
    address = listing.address
    if not address.postal_code:
        return listing
    place = desk.places.zip(address.postal_code)
    if place is None:
        desk.problem("postal_code", address.postal_code, "is a ZIP that we do not know; it was kept")
        return listing
    if address.state not in {place.state, *place.states}:
        said = f"ZIP {address.postal_code} is in {place.state}, the row says {address.state}"
        desk.problem("postal_code", address.postal_code, f"{said}; the ZIP was dropped")
        return _with_address(listing, postal_code="")
    town = _town(address, desk)
    if town is not None:
        apart = miles(town.point, place.point) - town.radius_miles - place.radius_miles
        if apart > ZIP_TO_CITY_MILES:
            said = f"is {apart:.0f} miles from {town.label}; the ZIP was dropped"
            desk.problem("postal_code", address.postal_code, said)
            return _with_address(listing, postal_code="")
    return listing


def locate(listing: Listing, desk: Desk) -> Listing:
    """The best point there is: the source's, a geocoder's, the ZIP's, the city's; else the state."""
    address = listing.address
    postal, town = desk.places.zip(address.postal_code), _town(address, desk)
    if town is not None and address.city in {address.city.upper(), address.city.lower()}:
        listing = _with_address(listing, city=town.name)
    if town is None and address.city:
        desk.problem("city", address.city, f"is no place in {address.state} that we know")
    near = tuple(place for place in (postal, town) if place is not None)
    location = (
        _of_source(listing, desk, near)
        or _of_geocoder(address, desk, near)
        or _of_place(postal, "zip")
        or _of_place(town, "city")
        or Location(point=None, precision="state", radius_miles=0, method="state")
    )
    return listing.model_copy(update={"location": location})


def require_basics(listing: Listing, desk: Desk) -> Listing:
    """A clinic has a name, a state of the United States and a location."""
    if desk.places.state(listing.address.state) is None:
        raise Rejected("state", f"{listing.address.state!r} is no US state or territory")
    if listing.location is None:
        raise Rejected("location", "the place of this row was not looked up")
    return listing


def county_of(point: Point, desk: Desk) -> str:
    """The county of the town nearest to a point; "" when it has none."""
    return next(iter(desk.places.nearest(point).counties), "")


def _town(address: Address, desk: Desk) -> Place | None:
    if not address.city or desk.places.state(address.state) is None:
        return None
    places = desk.places.exact(address.city, address.state)
    return next((place for place in places if place.kind in _TOWNS), None)


def _with_address(listing: Listing, **changes: str) -> Listing:
    return listing.model_copy(update={"address": listing.address.model_copy(update=changes)})


def _of_place(place: Place | None, how: Precision) -> Location | None:
    if place is None or place.point is None:
        return None
    return Location(
        point=place.point,
        precision=how,
        radius_miles=place.radius_miles,
        method="zip" if how == "zip" else "city",
        county=next(iter(place.counties), ""),
    )


def _of_source(listing: Listing, desk: Desk, near: tuple[Place, ...]) -> Location | None:
    given = listing.location
    if given is None or given.point is None or given.method != "source":
        return None
    point, state = given.point, listing.address.state
    shown = f"{point.lat}, {point.lng}"
    if abs(point.lat) < 0.01 and abs(point.lng) < 0.01:
        desk.problem("point", shown, "is the null point (0, 0); it was not used")
        return None
    if not _in_state(point, state, desk) and not _is_near(point, near):
        town = desk.places.nearest(point)
        desk.problem("point", shown, f"lies near {town.label}, not in {state}; it was not used")
        return None
    if near and not _is_near(point, near):
        desk.problem("point", shown, f"is more than 25 km from {near[0].label}; it was not used")
        return None
    return given.model_copy(update={"method": "source", "county": county_of(point, desk)})


def _is_near(point: Point, places: tuple[Place, ...]) -> bool:
    return any(miles(point, place.point) <= FARTHEST_MILES + place.radius_miles for place in places)


def _in_state(point: Point, state: str, desk: Desk) -> bool:
    """True when a town of the state is the nearest, here or a few miles to any side."""
    reach = BORDER_MILES / 69
    for lat, lng in ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1)):
        try:
            probe = Point(lat=point.lat + lat * reach, lng=point.lng + lng * reach)
        except ValidationError:
            continue
        town = desk.places.nearest(probe)
        if state in {town.state, *town.states} and miles(probe, town.point) <= 100:
            return True
    return False


def _of_geocoder(address: Address, desk: Desk, near: tuple[Place, ...]) -> Location | None:
    """A street point, believed only in the stated state and near the stated ZIP or city."""
    if desk.geocoder is None or not address.street or not near:
        return None
    try:
        found = desk.geocoder.find(address)
    except GeocoderDown as error:
        desk.problem("street", address.street, f"{error}; the row stays at its ZIP or city")
        return None
    if found is None:
        desk.problem("street", address.street, f"{desk.geocoder.provider.name} does not know this address")
        return None
    state = desk.places.state(found.state)
    if state is None or state.state != address.state or not _is_near(found.point, near):
        said = f"{found.provider} puts it at {found.matched!r}, which does not fit; not used"
        desk.problem("street", address.street, said)
        return None
    return Location(
        point=found.point,
        precision=_precision(found, address),
        radius_miles=RADIUS_MILES[_precision(found, address)],
        method="geocoder",
        provider=found.provider,
        county=county_of(found.point, desk),
    )


def _precision(found: Found, address: Address) -> Precision:
    """An interpolated point in another ZIP than the stated one is doubted more."""
    other = bool(address.postal_code and found.postal_code and address.postal_code != found.postal_code)
    return "interpolated_fuzzy" if other and found.precision == "interpolated" else found.precision
