"""Random clinics and queries, from a `random.Random` or from hypothesis (`st.randoms`).

Few distinct places, names and words, so that ties, edges and empty answers are common.
"""

from datetime import date, timedelta
from random import Random
from typing import get_args

from finder.facets import FACETS
from finder.geo import Box, Point
from finder.model import Address, Clinic, Location, Place, Price, Provenance, Remark
from finder.search.query import Query, Sort
from tests.factories import make_claim, make_clinic, make_place, make_provenance, state_only

SPOTS = (
    ("Asheville", "NC", "37021", Point(lat=35.6009, lng=-82.554)),
    ("Black Mountain", "NC", "37021", Point(lat=35.6179, lng=-82.3212)),
    ("Knoxville", "TN", "47093", Point(lat=35.9606, lng=-83.9207)),
    ("Denver", "CO", "08031", Point(lat=39.7392, lng=-104.9903)),
    ("Boulder", "CO", "08013", Point(lat=40.015, lng=-105.2705)),
    ("Adak", "AK", "02016", Point(lat=51.88, lng=-176.6581)),
    ("Attu", "AK", "02016", Point(lat=52.8, lng=173.1)),
    ("Amchitka", "AK", "02016", Point(lat=51.5, lng=180.0)),
    ("Hagåtña", "GU", "66010", Point(lat=13.4757, lng=144.7489)),
    ("Utqiaġvik", "AK", "02185", Point(lat=71.2906, lng=-156.7886)),
    ("Null Island", "AS", "", Point(lat=0.0, lng=0.0)),
    ("North Pole", "AK", "02090", Point(lat=89.999, lng=-30.0)),
)
STATES = tuple(sorted({state for _, state, _, _ in SPOTS}))
WORDS = ("ketamine", "wellness", "river", "asheville", "kap", "denver", "infusion", "zzz", "mountain")
PRICE_NOTES = ("${} per infusion", "${} a session; $90 booking", "${} consultation", "${} for six sessions")
FACET_CODES = tuple(FACETS)
RADII = (1.0, 5.0, 25.0, 50.0, 100.0, 500.0)


def random_point(random: Random, near: Point) -> Point:
    """The point itself, or one somewhere near it."""
    if random.random() < 0.4:
        return near
    spread = random.choice((0.0005, 0.3, 3.0))
    lat = near.lat + random.uniform(-spread, spread)
    lng = near.lng + random.uniform(-spread, spread)
    return Point(lat=max(-90.0, min(90.0, lat)), lng=(lng + 180) % 360 - 180)


def random_clinic(random: Random, number: int) -> Clinic:
    city, state, county, middle = random.choice(SPOTS)
    placed = random.random() < 0.85
    location = Location(
        point=random_point(random, middle),
        precision="city",
        radius_miles=3,
        method="city",
        county=county if random.random() < 0.8 else "",
    )
    text = " ".join(random.choices(WORDS, k=random.randrange(4)))
    return make_clinic(
        f"clinic-{number}",
        name=" ".join(random.choices(WORDS, k=random.randrange(1, 4))).title(),
        other_names=tuple(random.choices(WORDS, k=random.randrange(2))),
        address=Address(city=city if placed or random.random() < 0.2 else "", state=state),
        location=location if placed else state_only(),
        claims=[random_claim(random) for _ in range(random.randrange(7))],
        remarks=(Remark(topic="other", text=text, provenance=make_provenance()),) if text else (),
        sources=[random_source(random) for _ in range(random.randrange(1, 4))],
        prices=[random_price(random) for _ in range(random.choice((0, 0, 1, 3)))],
        former_ids=(f"formerly-{random.randrange(9)}",) if random.random() < 0.1 else (),
    )


def random_source(random: Random) -> Provenance:
    seen = date(2026, 11, 22) - timedelta(days=random.randrange(4))
    return make_provenance(seen=seen, kind=random.choice(("clinic_page", "directory", "sponsored")))


def random_price(random: Random) -> Price:
    amount = random.choice((5.0, 300.0, 425.5, 600.0))
    what = random.choice(PRICE_NOTES).format(amount)
    return Price(amount_usd=amount, what=what, provenance=random_source(random))


def random_claim(random: Random):
    facet = random.choice(("modality", "modality", "nature", *FACET_CODES))
    value = random.choice(list(FACETS[facet].by_code)[:8])
    quote = random.choice(WORDS) if random.random() < 0.3 else ""
    states = random.sample(STATES, 2) if value in ("at_home_telehealth", "telehealth") else []
    return make_claim(
        facet,
        value,
        says=random.choice(("yes", "yes", "yes", "no")),
        grade="confirmed" if quote else "reported",
        quote=quote,
        note="" if quote or random.random() < 0.7 else random.choice(WORDS),
        states=tuple(states),
    )


def random_place(random: Random) -> Place:
    city, state, county, middle = random.choice(SPOTS)
    kind = random.choice(("city", "zip", "point", "county", "metro", "region", "state"))
    other = random.choice(SPOTS)
    of_counties = kind in ("county", "metro") and bool(county)
    return make_place(
        id=f"{kind}:{city}",
        name=city,
        label=city,
        kind=kind,
        state=state,
        states=(state,) if kind in ("state", "county", "zip") else tuple(dict.fromkeys((state, other[1]))),
        counties=tuple(sorted({county, other[2]} - {""})) if of_counties else (),
        point=random_point(random, middle),
    )


def random_box(random: Random) -> Box:
    middle = random.choice(SPOTS)[3]
    south, north = sorted((middle.lat, max(-90.0, min(90.0, middle.lat + random.uniform(-9, 9)))))
    west, east = middle.lng, (middle.lng + random.uniform(-9, 200) + 180) % 360 - 180
    return Box(south=south, west=west, north=north, east=east)


def random_facets(random: Random) -> dict[str, tuple[str, ...]]:
    chosen = random.sample(("modality", "nature", "setting", *FACET_CODES), random.choice((0, 0, 1, 1, 2, 3)))
    return {facet: tuple(random.sample(FACETS[facet].offers[:7], random.randrange(1, 4))) for facet in chosen}


def random_query(random: Random) -> Query:
    place = random_place(random) if random.random() < 0.8 else None
    needs_radius = place is not None and not place.is_area
    return Query(
        words=tuple(random.sample(WORDS, random.choice((0, 0, 0, 1, 2, 4)))),
        facets=random_facets(random),
        without=random_facets(random) if random.random() < 0.3 else {},
        include_unstated=random.random() < 0.3,
        place=place,
        radius_miles=random.choice(RADII) if needs_radius or (place and random.random() < 0.4) else None,
        box=random_box(random) if random.random() < 0.2 else None,
        state_level_only=random.random() < 0.1,
        sort=random.choice(get_args(Sort)),
        page=random.choice((1, 1, 1, 2, 3, 40)),
        size=random.choice((1, 3, 20, 100)),
    )
