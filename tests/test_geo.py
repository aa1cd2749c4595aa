"""Distances, boxes and circles, against geometry that we did not write."""

import math

import pytest
from geopy.distance import great_circle
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from finder.geo import EARTH_RADIUS_MILES, Box, Point, box_around, miles

points = st.builds(
    Point,
    lat=st.floats(-90, 90, allow_nan=False, allow_infinity=False),
    lng=st.floats(-180, 180, allow_nan=False, allow_infinity=False),
)


@given(points, points)
def test_a_distance_is_the_great_circle(a: Point, b: Point) -> None:
    theirs = great_circle((a.lat, a.lng), (b.lat, b.lng)).miles
    assert miles(a, b) == pytest.approx(theirs, rel=2e-6, abs=0.002)


@given(points, points)
def test_a_distance_is_the_same_both_ways_and_never_negative(a: Point, b: Point) -> None:
    assert miles(a, b) == miles(b, a) >= 0
    assert miles(a, a) == 0


def test_half_the_world_is_the_longest_way() -> None:
    assert miles(Point(lat=0, lng=0), Point(lat=0, lng=180)) == round(math.pi * EARTH_RADIUS_MILES, 3)


def test_a_distance_across_the_180th_meridian_is_short() -> None:
    assert miles(Point(lat=52, lng=179.9), Point(lat=52, lng=-179.9)) == pytest.approx(8.51, abs=0.01)


@given(points, points, st.floats(0.1, 600))
def test_the_box_around_a_circle_never_leaves_out_a_point_of_it(
    center: Point, other: Point, radius: float
) -> None:
    box = box_around(center, radius)
    if miles(center, other) <= radius:
        assert box.contains(other)


@given(
    points,
    st.floats(0.1, 600),
    st.floats(0, 2 * math.pi),
    st.floats(0, 1),
)
def test_points_made_inside_a_circle_are_in_its_box(
    center: Point, radius: float, bearing: float, share: float
) -> None:
    turn = radius * share / EARTH_RADIUS_MILES
    lat = math.radians(center.lat)
    sine = math.sin(lat) * math.cos(turn) + math.cos(lat) * math.sin(turn) * math.cos(bearing)
    new_lat = math.asin(max(-1, min(1, sine)))
    new_lng = math.radians(center.lng) + math.atan2(
        math.sin(bearing) * math.sin(turn) * math.cos(lat), math.cos(turn) - math.sin(lat) * sine
    )
    lng = (math.degrees(new_lng) + 540) % 360 - 180
    assert box_around(center, radius).contains(Point(lat=math.degrees(new_lat), lng=lng))


def test_a_box_over_the_180th_meridian_has_its_west_east_of_its_east() -> None:
    box = box_around(Point(lat=52, lng=179.5), 100)
    assert box.west > box.east
    assert box.contains(Point(lat=52, lng=-179.5))
    assert not box.contains(Point(lat=52, lng=0))


def test_a_box_near_a_pole_spans_all_longitudes() -> None:
    assert box_around(Point(lat=89.9, lng=10), 50).contains(Point(lat=89.8, lng=-170))
    assert box_around(Point(lat=-89.9, lng=10), 50).contains(Point(lat=-89.8, lng=-170))
    assert box_around(Point(lat=88.0, lng=0), 150).contains(Point(lat=89.9, lng=180))


def test_a_plain_box_holds_its_edges_only_inside() -> None:
    box = Box(south=35, west=-83, north=36, east=-82)
    assert box.contains(Point(lat=35, lng=-83))
    assert not box.contains(Point(lat=34.99, lng=-82.5))
    assert not box.contains(Point(lat=35.5, lng=-81.99))


@pytest.mark.parametrize("lat, lng", [(91, 0), (0, 181), (float("nan"), 0), (0, float("inf"))])
def test_impossible_points_are_refused(lat: float, lng: float) -> None:
    with pytest.raises(ValidationError):
        Point(lat=lat, lng=lng)


def test_zero_is_a_coordinate() -> None:
    assert Point(lat=0.0, lng=0.0).lat == 0.0
