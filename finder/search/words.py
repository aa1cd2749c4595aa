"""The words of a clinic and the keys it is listed by: one definition for every engine."""

from datetime import date

from finder.facets import FACETS, value
from finder.model import Clinic
from finder.search.query import FIELD_WEIGHTS
from finder.text import fold, tokens


def words_by_field(clinic: Clinic) -> dict[str, frozenset[str]]:
    """The folded words that stand in each field of FIELD_WEIGHTS: name (other names too, and the phone
    number as one word), city, facts (labels of what it offers), text (quotes, notes and remarks).
    """
    offers = [value(facet, code) for facet in FACETS for code in clinic.offers(facet)]
    texts = {
        "name": (clinic.name, *clinic.other_names, clinic.phone),
        "city": (clinic.address.city,),
        "facts": tuple(text for offer in offers for text in (offer.label, offer.tag)),
        "text": (
            *(text for claim in clinic.claims for text in (claim.quote, claim.note)),
            *(remark.text for remark in clinic.remarks),
        ),
    }
    return {field: frozenset(tokens(" ".join(texts[field]))) for field in FIELD_WEIGHTS}


def word_weights(clinic: Clinic) -> dict[str, int]:
    """What each of a clinic's words is worth: the weight of the best field it stands in."""
    weights: dict[str, int] = {}
    for field, words in words_by_field(clinic).items():
        for word in words:
            weights[word] = max(weights.get(word, 0), FIELD_WEIGHTS[field])
    return weights


def listing_key(clinic: Clinic) -> tuple[str, str, str]:
    """Order of clinics that have no distance: folded city, folded name, id."""
    return (fold(clinic.address.city), fold(clinic.name), clinic.id)


def last_checked(clinic: Clinic) -> date:
    """When any of its sources was last read, sponsored articles apart: one cannot buy a newer day."""
    days = (source.seen for source in clinic.sources if source.kind != "sponsored")
    return max(days, default=date.min)
