"""Map, list and API tell the same story, whatever is asked."""

import json
import random
import re
import urllib.parse
import urllib.request
from typing import Any

import pytest
from bs4 import BeautifulSoup

from finder.facets import FACETS

pytestmark = [pytest.mark.slow]

PLACES = [
    "Denver, CO",
    "60614",
    "Asheville, NC",
    "Texas",
    "Bay Area",
    "Boise",
    "Cook County, IL",
    "Maine",
    "Ohio",
]
PARTS = {"modality": 0.7, "condition": 0.4, "nature": 0.2, "screening": 0.3, "payment": 0.2, "support": 0.2}


def random_search(rng: random.Random) -> dict[str, str]:
    params = {"near": rng.choice(PLACES)}
    for facet, chance in PARTS.items():
        if rng.random() < chance:
            params[facet] = ",".join(rng.sample(FACETS[facet].offers, rng.randint(1, 2)))
    if rng.random() < 0.4:
        params["include_unstated"] = "1"
    if rng.random() < 0.4:
        params["radius"] = str(rng.choice([10, 25, 100, 200]))
    return params


def get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=20) as answer:
        return str(answer.read().decode())


def api(site: str, params: dict[str, str]) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(get(f"{site}/api/v1/clinics?{urllib.parse.urlencode(params)}"))
    return document


def test_list_and_api_and_map_show_the_same_clinics_for_200_searches(site: str) -> None:
    rng = random.Random(4)
    found = 0
    for _ in range(200):
        params = {**random_search(rng), "size": "100"}
        items = api(site, params)["items"]
        ids = [item["id"] for item in items]
        page = get(f"{site}/search?{urllib.parse.urlencode(params)}")
        links = BeautifulSoup(page, "html.parser").select('ol.results[aria-label="Clinics"] > li h2 a')
        listed = [str(link["href"]).removeprefix("/clinic/") for link in links]
        assert listed == ids, params
        pinned = {
            item["id"] for item in items if item["via"] in {"distance", "area"} and item["location"]["lat"]
        }
        on_map = map_ids(site, params)
        assert on_map == pinned, params
        found += len(ids)
    assert found > 200


def map_ids(site: str, params: dict[str, str]) -> set[str]:
    query = urllib.parse.urlencode({**params, "bbox": "-180,-90,180,90", "z": "22"})
    features = json.loads(get(f"{site}/api/v1/map?{query}"))["features"]
    return {feature["properties"]["id"] for feature in features}


def test_a_count_never_falls_when_the_radius_grows(site: str) -> None:
    rng = random.Random(5)
    for _ in range(20):
        params = random_search(rng)
        totals = [
            api(site, {**params, "radius": str(radius)})["meta"]["total"] for radius in (10, 25, 50, 100, 300)
        ]
        assert totals == sorted(totals), params


def test_no_page_says_no_for_something_unknown(site: str) -> None:
    clinics = [item["id"] for item in api(site, {"near": "Colorado", "size": "100"})["items"]]
    for clinic_id in clinics[:20]:
        page = get(f"{site}/clinic/{clinic_id}")
        claims = json.loads(get(f"{site}/api/v1/clinics/{clinic_id}"))["item"]["claims"]
        says_no = any(claim["says"] == "no" for row in claims.values() for claim in row)
        text = re.sub(r"<script.*?</script>|<[^>]+>", " ", page, flags=re.DOTALL)
        denies = re.search(r"\b(does not offer|not offered|says no)\b", text, re.IGNORECASE)
        assert says_no or not denies, clinic_id
