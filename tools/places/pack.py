"""Rows -> the bytes of the compiled file. Same rows, same bytes."""

import math
import struct
import zlib
from array import array
from collections import defaultdict

from finder.placefile import (
    FIRST_AREA,
    HEADER,
    LARGE_WEIGHT,
    MAGIC,
    NO_COUNTY,
    RANGE,
    RUNS,
    SECTIONS,
    VERSION,
)
from finder.placeletters import as_bits, letter_rows
from finder.placenames import STATES
from tools.places.rows import Row

RUN_NUMBER = {prefix: number for number, (prefix, _) in enumerate(RUNS)}


class Text:
    """Strings, each once, with a length byte in front."""

    def __init__(self) -> None:
        self.bytes = bytearray()
        self._offsets: dict[str, int] = {}

    def add(self, text: str) -> int:
        """The offset of this string."""
        if text not in self._offsets:
            raw = text.encode("utf-8")
            if len(raw) > 255:
                raise SystemExit(f"too long: {text}")
            self._offsets[text] = len(self.bytes)
            self.bytes += bytes([len(raw)]) + raw
        return self._offsets[text]


def order(row: Row) -> tuple[int, int, int, int | str]:
    """Runs in file order; cities and towns by one-degree cell, so that the nearest is found fast."""
    if row.run in {"city", "town"}:
        return RUN_NUMBER[row.run], _degree(row.lat), _degree(row.lng), row.ref
    return RUN_NUMBER[row.run], 0, 0, row.ref


def _degree(angle: float) -> int:
    """The whole degree below an angle, as it will be stored."""
    return round(angle * 1e5) // 100_000


def pack(rows: list[Row], abroad: list[str]) -> bytes:
    """The whole file."""
    rows = sorted(rows, key=order)
    states = list(STATES)
    fips = sorted({row.county for row in rows if row.county} | {c for row in rows for c in row.counties})
    text = Text()
    columns = _columns(rows, states, fips, text)
    columns |= _areas(rows, states, fips)
    columns |= _names(rows, states)
    columns["states"] = "".join(states).encode("ascii")
    columns["fips"] = array("I", map(int, fips)).tobytes()
    columns["abroad"] = "\n".join(sorted(abroad)).encode("ascii")
    columns["text"] = bytes(text.bytes)
    return _file(columns)


def _columns(rows: list[Row], states: list[str], fips: list[str], text: Text) -> dict[str, bytes]:
    state_number = {code: i for i, code in enumerate(states)}
    county_number = {code: i for i, code in enumerate(fips)}
    starts = [sum(RUN_NUMBER[row.run] < i for row in rows) for i in range(len(RUNS) + 1)]
    refs = [text.add(row.ref) if isinstance(row.ref, str) else row.ref for row in rows]
    named = [text.add(f"{row.name}\t{row.within}" if row.within else row.name) for row in rows]
    return {
        "lat": array("i", [round(row.lat * 1e5) for row in rows]).tobytes(),
        "lng": array("i", [round(row.lng * 1e5) for row in rows]).tobytes(),
        "population": array("I", [row.population for row in rows]).tobytes(),
        "name": array("I", named).tobytes(),
        "ref": array("I", refs).tobytes(),
        "county": array("H", [county_number.get(row.county, NO_COUNTY) for row in rows]).tobytes(),
        "radius": array("H", [math.ceil(row.radius_miles * 10) for row in rows]).tobytes(),
        "state": array("B", [state_number[row.state] for row in rows]).tobytes(),
        "runs": array("I", starts).tobytes(),
    }


def _areas(rows: list[Row], states: list[str], fips: list[str]) -> dict[str, bytes]:
    state_number = {code: i for i, code in enumerate(states)}
    county_number = {code: i for i, code in enumerate(fips)}
    starts, members = array("I", [0]), array("H")
    for row in rows:
        if RUN_NUMBER[row.run] >= FIRST_AREA:
            members.append(len(row.states))
            members.extend(state_number[code] for code in row.states)
            members.extend(county_number[code] for code in row.counties)
            starts.append(len(members))
    return {"area_start": starts.tobytes(), "areas": members.tobytes()}


def weight_byte(weight: float) -> int:
    """Eight times log2, in a byte."""
    return min(255, round(8 * math.log2(max(1.0, weight))))


def _names(rows: list[Row], states: list[str]) -> dict[str, bytes]:
    postings: dict[str, list[tuple[float, int, int]]] = defaultdict(list)
    for number, row in enumerate(rows):
        for key, (weight, name_class) in row.names.items():
            postings[key].append((weight, number, name_class))
    keys = sorted(postings, key=lambda key: key.encode("ascii"))
    key_start, post_start, posts = array("I", [0]), array("I", [0]), array("I")
    of_state: dict[str, set[int]] = defaultdict(set)
    total = 0
    for key_number, key in enumerate(keys):
        for weight, number, name_class in sorted(postings[key], key=lambda p: (-p[0], p[1])):
            posts.append(number << 10 | weight_byte(weight) << 2 | name_class)
            of_state[rows[number].state].add(key_number)
        post_start.append(len(posts))
        total += len(key)
        key_start.append(total)
    state_start, state_keys = array("I", [0]), array("H")
    for code in states:
        state_keys.extend(sorted(of_state[code]))
        state_start.append(len(state_keys))
    large = [number for number, key in enumerate(keys) if _is_large(postings[key])]
    return {
        "key_start": key_start.tobytes(),
        "keys": "".join(keys).encode("ascii"),
        "post_start": post_start.tobytes(),
        "posts": posts.tobytes(),
        "state_start": state_start.tobytes(),
        "state_keys": state_keys.tobytes(),
        "large_bits": bytes(as_bits(large, -(-len(keys) // 8))),
        **_letters(keys, -(-len(keys) // 8)),
    }


def _is_large(postings: list[tuple[float, int, int]]) -> bool:
    """A name that may be guessed without a state."""
    return weight_byte(max(weight for weight, _, _ in postings)) >= LARGE_WEIGHT


def _letters(keys: list[str], row_bytes: int) -> dict[str, bytes]:
    """The index by letters and the one by length."""
    rows: dict[tuple[int, str, int], list[int]] = defaultdict(list)
    by_length: dict[int, list[int]] = defaultdict(list)
    for number, key in enumerate(keys):
        by_length[len(key)].append(number)
        for row in letter_rows(key):
            rows[row].append(number)
    return {
        "letter_rows": bytes(
            byte for part, letter, count in sorted(rows) for byte in (part, ord(letter), count)
        ),
        "letter_bits": b"".join(as_bits(rows[row], row_bytes) for row in sorted(rows)),
        "length_bits": b"".join(
            as_bits(by_length[length], row_bytes) for length in range(max(by_length) + 1)
        ),
    }


def _file(columns: dict[str, bytes]) -> bytes:
    table, body = b"", b""
    offset = HEADER.size + RANGE.size * len(SECTIONS)
    for name in SECTIONS:
        padding = -(offset + len(body)) % 8
        body += b"\0" * padding
        table += RANGE.pack(offset + len(body), len(columns[name]))
        body += columns[name]
    rest = table + body
    return HEADER.pack(MAGIC, 1, VERSION, HEADER.size + len(rest), zlib.crc32(rest)) + rest


assert struct.calcsize("=I") == array("I").itemsize
