"""A clinic as schema.org tells it to search engines: facts only, no ratings, no prices, no claims."""

from typing import Any

from finder.facets import FACETS
from finder.model import STREET_PRECISIONS, Clinic
from finder.web import words
from finder.web.opening import schema_hours

Json = dict[str, Any]


def clinic_data(clinic: Clinic, page_url: str) -> Json:
    """A WebPage about a MedicalClinic; what is not known is left out."""
    website = words.safe_url(clinic.website)
    about: Json = {
        "@type": "MedicalClinic",
        "@id": f"{page_url}#clinic",
        "name": clinic.name,
        "alternateName": list(clinic.other_names),
        "telephone": f"+1{clinic.phone}" if len(clinic.phone) == 10 else clinic.phone,
        "url": website,
        "address": _address(clinic),
        "geo": _geo(clinic),
        "openingHours": schema_hours(clinic.hours),
        "availableService": [
            {"@type": "MedicalTherapy", "name": FACETS["modality"].by_code[code].label}
            for code in FACETS["modality"].offers
            if code in clinic.offers("modality")
        ],
    }
    return {
        "@context": "https://schema.org",
        "@type": "WebPage",
        "url": page_url,
        "dateModified": clinic.seen.isoformat(),
        "mainEntity": _known(about),
    }


def _address(clinic: Clinic) -> Json:
    address = clinic.address
    street = " ".join(filter(None, (address.street, address.unit)))
    known = {
        "streetAddress": street,
        "addressLocality": address.city,
        "addressRegion": address.state,
        "postalCode": address.postal_code,
        "addressCountry": "US",
    }
    return {"@type": "PostalAddress", **_known(known)}


def _geo(clinic: Clinic) -> Json:
    """The point only when it is that of the street: the middle of a town is not where a clinic stands."""
    point = clinic.location.point
    if point is None or clinic.location.precision not in STREET_PRECISIONS:
        return {}
    return {"@type": "GeoCoordinates", "latitude": point.lat, "longitude": point.lng}


def _known(fields: Json) -> Json:
    return {name: value for name, value in fields.items() if value not in ("", [], {})}
