"""Lines and polygons in pixels: simpler where no one could see it, and cut where tiles end."""

from collections.abc import Iterator
from itertools import pairwise

Line = list[tuple[float, float]]
Box = tuple[float, float, float, float]
"""West, north, east, south."""


def bounds(line: Line) -> Box:
    """The smallest box around a line."""
    xs, ys = [x for x, _ in line], [y for _, y in line]
    return min(xs), min(ys), max(xs), max(ys)


def simplified(line: Line, tolerance: float) -> Line:
    """The line without points that stand less than the tolerance beside it (Douglas and Peucker).

    A closed line is split at the point farthest from its start, so islands stay islands.
    """
    last = len(line) - 1
    if last < 2:
        return line
    keep = bytearray(last + 1)
    keep[0] = keep[last] = 1
    spans = [(0, last)]
    if line[0] == line[last]:
        x0, y0 = line[0]
        far = max(range(last), key=lambda at: (line[at][0] - x0) ** 2 + (line[at][1] - y0) ** 2)
        keep[far] = 1
        spans = [(0, far), (far, last)]
    limit = tolerance * tolerance
    while spans:
        first, end = spans.pop()
        if end - first < 2:
            continue
        at, distance = _farthest(line, first, end)
        if distance > limit:
            keep[at] = 1
            spans += [(first, at), (at, end)]
    return [point for point, kept in zip(line, keep, strict=True) if kept]


def _farthest(line: Line, first: int, end: int) -> tuple[int, float]:
    (ax, ay), (bx, by) = line[first], line[end]
    dx, dy = bx - ax, by - ay
    length = dx * dx + dy * dy
    best, farthest = first, -1.0
    for at in range(first + 1, end):
        px, py = line[at][0] - ax, line[at][1] - ay
        along = 0.0 if length == 0 else max(0.0, min(1.0, (px * dx + py * dy) / length))
        ex, ey = px - along * dx, py - along * dy
        distance = ex * ex + ey * ey
        if distance > farthest:
            best, farthest = at, distance
    return best, farthest


def rounded_corners(line: Line) -> Line:
    """The line with every corner cut (Chaikin): coarse data drawn large looks like water, not like
    steps. Ends stay where they are, closed lines stay closed.
    """
    if len(line) < 3:
        return line
    result: Line = []
    is_closed = line[0] == line[-1]
    for (ax, ay), (bx, by) in pairwise(line):
        result.append((0.75 * ax + 0.25 * bx, 0.75 * ay + 0.25 * by))
        result.append((0.25 * ax + 0.75 * bx, 0.25 * ay + 0.75 * by))
    if is_closed:
        result.append(result[0])
        return result
    return [line[0], *result[1:-1], line[-1]]


def area(ring: Line) -> float:
    """Twice nothing less than the area inside a ring, without sign."""
    total = 0.0
    for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1], strict=True):
        total += ax * by - bx * ay
    return abs(total) / 2


def cut_polygon(ring: Line, axis: int, at: float, keep_low: bool) -> Line:
    """The part of a ring on one side of x = at (axis 0) or y = at (axis 1) (Sutherland and Hodgman)."""
    sign = 1.0 if keep_low else -1.0
    result: Line = []
    previous = ring[-1]
    was_inside = (previous[axis] - at) * sign <= 0
    for point in ring:
        is_inside = (point[axis] - at) * sign <= 0
        if is_inside != was_inside:
            result.append(_crossing(previous, point, axis, at))
        if is_inside:
            result.append(point)
        previous, was_inside = point, is_inside
    return result


def cut_line(line: Line, axis: int, at: float, keep_low: bool) -> Iterator[Line]:
    """The parts of a line on one side."""
    sign = 1.0 if keep_low else -1.0
    part: Line = []
    previous = line[0]
    was_inside = (previous[axis] - at) * sign <= 0
    if was_inside:
        part.append(previous)
    for point in line[1:]:
        is_inside = (point[axis] - at) * sign <= 0
        if is_inside != was_inside:
            part.append(_crossing(previous, point, axis, at))
            if was_inside:
                yield part
                part = []
        if is_inside:
            part.append(point)
        previous, was_inside = point, is_inside
    if len(part) > 1:
        yield part


def _crossing(a: tuple[float, float], b: tuple[float, float], axis: int, at: float) -> tuple[float, float]:
    share = (at - a[axis]) / (b[axis] - a[axis])
    if axis == 0:
        return at, a[1] + share * (b[1] - a[1])
    return a[0] + share * (b[0] - a[0]), at


def contains(ring: Line, x: float, y: float) -> bool:
    """True when the point is inside the ring (even and odd)."""
    inside = False
    for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (ay > y) != (by > y) and x < ax + (y - ay) / (by - ay) * (bx - ax):
            inside = not inside
    return inside
