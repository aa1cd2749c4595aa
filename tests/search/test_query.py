"""Query: what it refuses, how it is tidied, and where it looks."""

import pytest
from pydantic import ValidationError

from finder.facets import FACETS
from finder.geo import Box
from finder.search.query import MAX_WORDS, Circle, Query, Region
from tests.factories import make_place

ASHEVILLE = make_place()
COLORADO = make_place(39.0, -105.5, id="state:CO", name="Colorado", kind="state", state="CO", states=("CO",))
NEW_ENGLAND = make_place(44.0, -71.5, kind="region", state="MA", states=("MA", "VT"))
BUNCOMBE = make_place(kind="county", counties=("37021",))
BOX = Box(south=35, west=-83, north=36, east=-82)
AT_HOME = {"modality": ("at_home_telehealth",)}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"facets": {"color": ("red",)}}, "there is no facet 'color'"),
        ({"facets": {"modality": ("kap", "red")}}, "modality has no offer 'red'"),
        ({"page": 0}, "greater than or equal to 1"),
        ({"page": 101, "size": 100}, "no more than 10000"),
        ({"size": 101}, "less than or equal to 100"),
        ({"radius_miles": 0.5}, "greater than or equal to 1"),
        ({"radius_miles": float("nan")}, "finite"),
        ({"place": ASHEVILLE}, "a spot needs a radius"),
        ({"colour": 1}, "Extra inputs"),
    ],
)
def test_a_query_that_makes_no_sense_is_refused(fields: dict, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Query(**fields)


def test_a_value_that_is_no_offer_cannot_be_asked_for() -> None:
    decor = next(value.code for value in FACETS["nature"].values if not value.offer)
    with pytest.raises(ValidationError, match="has no offer"):
        Query(facets={"nature": (decor,)})


def test_facets_and_choices_stand_in_table_order_and_empty_ones_are_absent() -> None:
    query = Query(
        facets={"nature": ("nat_walk_talk",), "payment": (), "modality": ("iv_infusion", "kap", "kap")}
    )
    assert list(query.facets) == ["modality", "nature"]
    assert query.facets["modality"] == ("kap", "iv_infusion")


def test_words_stand_once_and_no_more_than_a_few() -> None:
    assert Query(words=("a", "b", "a")).words == ("a", "b")
    assert len(Query(words=tuple(map(str, range(99)))).words) == MAX_WORDS


def test_a_box_wins_over_a_radius_and_a_radius_over_the_area() -> None:
    assert Query().area is None
    assert Query(place=COLORADO).area == Region(states=("CO",))
    assert Query(place=BUNCOMBE).area == Region(states=("NC",), counties=("37021",))
    circle = Circle(center=COLORADO.point, radius_miles=50)
    assert Query(place=COLORADO, radius_miles=50).area == circle
    assert Query(place=COLORADO, radius_miles=50, box=BOX).area == BOX


def test_distances_are_measured_from_the_place_but_not_from_the_middle_of_a_state() -> None:
    assert Query().origin is None
    assert Query(box=BOX).origin is None
    assert Query(place=COLORADO).origin is None
    assert Query(place=COLORADO, radius_miles=50).origin == COLORADO.point
    assert Query(place=NEW_ENGLAND).origin == NEW_ENGLAND.point
    assert Query(place=ASHEVILLE, box=BOX).origin == ASHEVILLE.point


def test_telehealth_is_asked_for_by_modality_or_setting_and_only_at_a_place() -> None:
    assert Query(place=COLORADO).serves == ()
    assert Query(place=COLORADO, facets=AT_HOME).serves == ("CO",)
    assert Query(place=NEW_ENGLAND, facets={"setting": ("telehealth",)}).serves == ("MA", "VT")
    assert Query(place=COLORADO, facets={"setting": ("home",)}).serves == ("CO",)
    assert Query(place=COLORADO, facets={"setting": ("clinic",)}).serves == ()
    assert Query(facets=AT_HOME).serves == ()


def test_state_level_only_looks_in_the_states_and_at_nothing_else() -> None:
    query = Query(place=ASHEVILLE, radius_miles=1, box=BOX, facets=AT_HOME, state_level_only=True)
    assert query.area == Region(states=("NC",))
    assert query.origin is None
    assert query.serves == ()
    assert Query(state_level_only=True).area is None


def test_a_changed_query_is_checked_again_and_starts_at_page_one() -> None:
    query = Query(place=COLORADO, page=3)
    assert query.changed(radius_miles=50).page == 1
    assert query.changed(page=2).page == 2
    assert query.with_facet("modality", ["kap"]).facets == {"modality": ("kap",)}
    assert query.with_facet("modality", ["kap"]).with_facet("modality", []).facets == {}
    with pytest.raises(ValidationError):
        query.changed(radius_miles=-1)
    with pytest.raises(ValidationError):
        query.with_facet("modality", ["red"])
