"""Steps that make a listing's texts one way. What cannot be read is reported, and left empty."""

from finder.errors import Rejected
from finder.ingest.normalize import mended, split_unit, us_phone, web_url
from finder.ingest.source import Desk
from finder.model import Address, Listing
from finder.text import fold

MAX_NAME_CHARS = 150


def tidy_text(listing: Listing, desk: Desk) -> Listing:
    """Every text in one clean line; remarks that are empty or said twice fall away."""
    texts = {name: mended(getattr(listing, name)) for name in ("name", "hours", "website", "phone")}
    street, unit, city = (mended(getattr(listing.address, name)) for name in ("street", "unit", "city"))
    address = listing.address.model_copy(update={"street": street, "unit": unit, "city": city.strip(" ,")})
    remarks = {
        (remark.topic, text): remark.model_copy(update={"text": text})
        for remark in listing.remarks
        if (text := mended(remark.text))
    }
    return listing.model_copy(update={**texts, "address": address, "remarks": tuple(remarks.values())})


def tidy_name(listing: Listing, desk: Desk) -> Listing:
    """A name has a letter or digit; stray punctuation around it goes."""
    return listing.model_copy(update={"name": tidied_name(listing.name)})


def tidied_name(text: str) -> str:
    """A name without stray punctuation around it; Rejected when it is none."""
    name = text.strip(" ,;|*\"'").removesuffix(" -").removeprefix("- ")
    if not fold(name):
        raise Rejected("name", "there is no name" if not text else f"{text!r} is no name")
    if len(name) > MAX_NAME_CHARS:
        raise Rejected("name", f"{len(name)} characters are no name; {MAX_NAME_CHARS} is the most")
    return name


def tidy_phone(listing: Listing, desk: Desk) -> Listing:
    """Ten digits of the first US number."""
    if not listing.phone:
        return listing
    phone = us_phone(listing.phone)
    if not phone.digits:
        desk.problem("phone", listing.phone, "is no US phone number")
    elif phone.rest:
        desk.problem("phone", listing.phone, f"only {phone.digits} was kept, not {phone.rest}")
    return listing.model_copy(update={"phone": phone.digits})


def tidy_website(listing: Listing, desk: Desk) -> Listing:
    """An http or https address without fragment and tracking parameters."""
    if not listing.website:
        return listing
    website = web_url(listing.website)
    if not website:
        desk.problem("website", listing.website, "is no web address")
    return listing.model_copy(update={"website": website})


def tidy_address(listing: Listing, desk: Desk) -> Listing:
    """The unit apart from the street; a state that is repeated after the city goes."""
    address = listing.address
    street, unit = (address.street, address.unit) if address.unit else split_unit(address.street)
    city = address.city
    for ending in (f", {address.state}", f" {address.state}"):
        city = city.removesuffix(ending).strip(" ,")
    if fold(city) in {"", "none", "na", "n a", "unknown", "null"}:
        city = ""
    changed: Address = address.model_copy(update={"street": street, "unit": unit, "city": city})
    return listing.model_copy(update={"address": changed})
