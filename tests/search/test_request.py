"""What a visitor sends is checked field by field, and a wrong value is never repeated."""

from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.errors import BadQuery
from finder.facets import FACETS
from finder.geo import Box
from finder.search.query import Query
from finder.search.request import Request, query_params, read_request
from finder.settings import Settings
from finder.text import MAX_QUERY_CHARS
from tests.factories import make_place


class FormData:
    """Like the query string of a web framework: `lists()` and no `items()`."""

    def __init__(self, **lists: list[str]) -> None:
        self._lists = lists

    def lists(self) -> Iterable[tuple[str, Sequence[str]]]:
        return self._lists.items()


def test_nothing_given_is_a_request_for_everything():
    assert read_request({}) == Request()


def test_every_parameter_is_read():
    request = read_request(
        {
            "q": [" kap "],
            "near": ["Asheville, NC"],
            "lat": ["35.6"],
            "lng": ["-82.55"],
            "radius": ["25.5"],
            "box": ["35,-83,36,-82"],
            "modality": ["kap", "iv_infusion,esketamine_nasal"],
            "nature": ["any"],
            "include_unstated": ["1"],
            "town": ["unstated"],
            "sort": ["match"],
            "page": ["3"],
            "size": ["50"],
        }
    )
    assert request.q == "kap"
    assert (request.lat, request.lng, request.radius) == (35.6, -82.55, 25.5)
    assert request.box == Box(south=35, west=-83, north=36, east=-82)
    assert request.facets == {"modality": ("kap", "iv_infusion", "esketamine_nasal"), "nature": ("any",)}
    assert request.include_unstated and request.town_unstated
    assert (request.sort, request.page, request.size) == ("match", 3, 50)


def test_what_a_web_framework_parsed_is_read_too():
    assert read_request(FormData(q=["kap"], modality=["kap", "iv_infusion"])).facets == {
        "modality": ("kap", "iv_infusion")
    }


def test_a_single_text_counts_as_one_value():
    assert read_request({"q": "kap", "page": "2"}).page == 2  # type: ignore[dict-item]


def test_unknown_names_are_ignored():
    assert read_request({"utm_source": ["x"], "color": ["blue"]}) == Request()


def test_empty_values_count_as_not_given():
    assert read_request({"q": [""], "radius": [" "], "sort": [""], "lat": [""], "lng": [""]}) == Request()


def test_the_first_value_that_is_not_empty_counts():
    assert read_request({"page": ["", "2", "7"]}).page == 2


def test_an_empty_facet_means_no_choice_in_it():
    assert read_request({"modality": [""]}).facets == {"modality": ()}


def test_facet_codes_come_in_table_order_once_each():
    assert read_request({"modality": ["iv_infusion,kap", "KAP"]}).facets == {
        "modality": ("kap", "iv_infusion")
    }


def test_any_wins_over_single_codes():
    assert read_request({"modality": ["kap", "any"]}).facets == {"modality": ("any",)}


WRONG = [
    ("page", "-1"),
    ("page", "0"),
    ("page", "abc"),
    ("page", "1.5"),
    ("page", "99999999999999999999"),
    ("page", "٣"),
    ("size", "0"),
    ("size", "101"),
    ("radius", "abc"),
    ("radius", "0"),
    ("radius", "-5"),
    ("radius", "501"),
    ("radius", "nan"),
    ("radius", "inf"),
    ("radius", "1e3"),
    ("modality", "acupuncture"),
    ("modality", "kap,acupuncture"),
    ("nature", "nat_decor"),
    ("box", "1,2,3"),
    ("box", "a,b,c,d"),
    ("box", "36,-83,35,-82"),
    ("box", "35,-183,36,-82"),
    ("include_unstated", "perhaps"),
    ("town", "known"),
    ("sort", "cheapest"),
    ("sort", "price,recent"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_value_names_its_field_and_is_not_repeated(name, value):
    with pytest.raises(BadQuery) as caught:
        read_request({name: [value]})
    assert caught.value.field == name
    assert len(value) < 3 or value not in caught.value.problem


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"lat": ["35"]}, "lng"),
        ({"lng": ["-82"]}, "lat"),
        ({"lat": ["91"], "lng": ["0"]}, "lat"),
        ({"lat": ["0"], "lng": ["181"]}, "lng"),
        ({"lat": ["nan"], "lng": ["0"]}, "lat"),
        ({"page": ["200"], "size": ["100"]}, "page"),
    ],
)
def test_values_that_do_not_fit_together_are_wrong(params, field):
    with pytest.raises(BadQuery) as caught:
        read_request(params)
    assert caught.value.field == field


def test_zero_is_a_coordinate():
    request = read_request({"lat": ["0"], "lng": ["0.0"]})
    assert (request.lat, request.lng) == (0, 0)


def test_a_visitors_position_is_kept_to_two_decimals():
    request = read_request({"lat": ["35.600937"], "lng": ["-82.554018"]})
    assert (request.lat, request.lng) == (35.6, -82.55)


def test_a_long_search_is_cut_and_says_so():
    request = read_request({"q": ["ketamine " * 2000]})
    assert len(request.q) <= MAX_QUERY_CHARS
    assert request.was_cut


def test_control_characters_and_lone_surrogates_are_cleaned_away():
    request = read_request({"q": ["kap\x00\x1b near\u202e \udce4 Ashe\u200bville"]})
    assert request.q == "kap near Ashe ville"


@given(st.dictionaries(st.text(max_size=8), st.lists(st.text(max_size=30), max_size=3), max_size=4))
def test_any_parameters_are_read_or_refused(params):
    try:
        read_request(params)
    except BadQuery as error:
        assert error.field


@given(
    name=st.sampled_from([name for name, _ in WRONG] + ["q", "near", "lat", "lng"]),
    value=st.text(max_size=300),
)
def test_any_value_of_any_parameter_is_read_or_refused(name, value):
    try:
        request = read_request({name: [value]})
    except BadQuery:
        return
    assert len(request.q) <= MAX_QUERY_CHARS


def test_defaults_are_left_out_of_links_but_the_radius_that_was_used_is_said():
    settings = Settings()
    assert query_params(Query(size=settings.page_size), settings) == ()
    spot = Query(place=make_place(), radius_miles=settings.radius_miles, size=settings.page_size)
    assert query_params(spot, settings) == (("near", "Asheville, NC"), ("radius", "50"))


def test_links_name_everything_else_in_a_fixed_order():
    query = Query(
        words=("willow", "house"),
        facets={"nature": FACETS["nature"].offers, "modality": ("kap", "iv_infusion")},
        include_unstated=True,
        place=make_place(),
        radius_miles=12.5,
        box=Box(south=35, west=-83, north=36.25, east=-82),
        state_level_only=True,
        sort="nearest",
        page=2,
        size=5,
    )
    assert query_params(query, Settings()) == (
        ("q", '"willow house"'),
        ("near", "Asheville, NC"),
        ("radius", "12.5"),
        ("box", "35,-83,36.25,-82"),
        ("modality", "kap"),
        ("modality", "iv_infusion"),
        ("nature", "any"),
        ("include_unstated", "1"),
        ("town", "unstated"),
        ("sort", "nearest"),
        ("page", "2"),
        ("size", "5"),
    )


def test_a_state_a_zip_and_a_point_are_named_so_that_they_are_found_again():
    state = make_place(
        id="state:NY", kind="state", name="New York", label="New York", state="NY", states=("NY",)
    )
    code = make_place(kind="zip", name="28801", label="Asheville, NC 28801")
    point = make_place(35.6, -82.55, kind="point", label="a point near Asheville, NC")

    def params(place):
        return query_params(Query(place=place, radius_miles=50), Settings())

    assert params(state) == (("near", "state:NY"), ("radius", "50"))
    assert params(code) == (("near", "28801"), ("radius", "50"))
    assert params(point) == (("lat", "35.6"), ("lng", "-82.55"), ("radius", "50"))


@pytest.mark.parametrize("sort", ["nearest", "match", "recent", "price"])
def test_every_order_is_read_and_named_in_links(sort):
    assert read_request({"sort": [sort]}).sort == sort
    params = query_params(Query(sort=sort, size=Settings().page_size), Settings())
    assert params == (() if sort == "nearest" else (("sort", sort),))
