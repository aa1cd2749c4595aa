"""The counts of every facet, each over what satisfies everything but its own choices, in one request."""

from typing import Final

from finder.facets import FACETS
from finder.search.cluster.documents import offer_term, silence_term
from finder.search.cluster.scope import Body, Scope
from finder.search.query import FacetCount

OTHERS: Final = "others"
"""The aggregation of all facets without a choice: they are counted over the same clinics."""


def counting(scope: Scope) -> Body:
    """Aggregations beside a query that takes the candidates: one for the facets without a choice, one
    for each chosen facet.
    """
    everything = {"terms": {"field": "facets", "size": len(_terms(*FACETS))}}
    aggregations = {OTHERS: _over(scope.passes(), everything)}
    for facet in scope.query.facets:
        terms = _terms(facet)
        own = {"terms": {"field": "facets", "size": len(terms), "include": terms}}
        aggregations[facet] = _over(scope.passes(but=facet), own)
    return aggregations


def counts_of(scope: Scope, aggregations: Body) -> dict[str, FacetCount]:
    """The counts that the aggregations hold; KeyError when one is missing."""
    found = {name: _buckets(aggregations[name]) for name in (OTHERS, *scope.query.facets)}
    counts = {}
    for code, facet in FACETS.items():
        buckets = found[code if code in scope.query.facets else OTHERS]
        counts[code] = FacetCount.model_construct(
            offers={offer: buckets.get(offer_term(code, offer), 0) for offer in facet.offers},
            not_stated=buckets.get(silence_term(code), 0),
        )
    return counts


def _over(filters: list[Body], aggregation: Body) -> Body:
    """The aggregation over what passes the filters. Without any it stands bare: then Elasticsearch
    reads the counts off its index instead of visiting every clinic.
    """
    if not filters:
        return aggregation
    return {"filter": {"bool": {"filter": filters}}, "aggs": {"terms": aggregation}}


def _buckets(aggregation: Body) -> dict[str, int]:
    buckets = aggregation.get("terms", aggregation)["buckets"]
    return {bucket["key"]: int(bucket["doc_count"]) for bucket in buckets}


def _terms(*facets: str) -> list[str]:
    """Everything that can stand in `facets` about these."""
    return [
        term
        for facet in facets
        for term in (*(offer_term(facet, offer) for offer in FACETS[facet].offers), silence_term(facet))
    ]
