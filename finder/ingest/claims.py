"""The step that reads a listing's notes."""

from finder.ingest.extract import claims_from_note, min_age_from_note, prices_from_note
from finder.ingest.source import Desk
from finder.model import Claim, Listing


def read_claims(listing: Listing, desk: Desk) -> Listing:
    """What the notes say, as reported claims, prices and a minimum age. What a note says of nature
    hangs on whether the row offers it, so the source has read those notes already.
    """
    claims: dict[tuple[str, ...], Claim] = {_key(claim): claim for claim in listing.claims}
    prices, min_age = list(listing.prices), listing.min_age
    for remark in listing.remarks:
        if remark.topic != "nature":
            for claim in claims_from_note(remark.topic, remark.text, remark.provenance, desk.phrases):
                claims.setdefault(_key(claim), claim)
        if remark.topic == "price":
            prices += prices_from_note(remark.text, remark.provenance)
        if remark.topic == "screening" and min_age is None:
            min_age = min_age_from_note(remark.text, desk.phrases)
    found = {"claims": tuple(claims.values()), "prices": tuple(dict.fromkeys(prices)), "min_age": min_age}
    return listing.model_copy(update=found)


def _key(claim: Claim) -> tuple[str, ...]:
    return claim.facet, claim.value, claim.says, claim.detail
