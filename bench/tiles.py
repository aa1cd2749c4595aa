"""Time to serve a tile of the base map, beside the same tile as a file that Flask sends.

    .venv/bin/python -m bench.tiles [--rounds 2000]

Prints medians in milliseconds of whole requests through the application (routing, headers and all), in one
process without a network. The bar is 0.2 ms.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from flask import Flask, send_from_directory

from finder.settings import Settings
from finder.web import create_app
from finder.web.tilefile import TileFile

BAR_MS = 0.2


def addresses(tiles: TileFile, count: int) -> list[tuple[int, int, int]]:
    """Random tiles that were drawn for themselves, the same in every run."""
    keys = random.Random(1).choices(list(tiles.keys), k=count)
    return [(key >> 28, key >> 14 & 0x3FFF, key & 0x3FFF) for key in keys]


def request(app: Flask, path: str) -> Callable[[], int]:
    """One request to the application as a server makes it; it answers with the size of the body."""
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_ACCEPT_ENCODING": "gzip, deflate, br",
        "wsgi.url_scheme": "http",
    }

    def ask() -> int:
        started: list[str] = []
        body = app.wsgi_app(dict(environ), lambda status, headers: started.append(status))
        size = sum(map(len, body))
        getattr(body, "close", lambda: None)()
        assert started[0].startswith("200"), started
        return size

    return ask


def median_ms(calls: Sequence[Callable[[], int]]) -> float:
    """The median time of one call."""
    times = []
    for call in calls:
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1000


def peer(folder: Path, tiles: TileFile, wanted: Sequence[tuple[int, int, int]]) -> Flask:
    """Plain Flask over one file per tile."""
    app = Flask(__name__)
    for zoom, column, row in wanted:
        (folder / f"{zoom}-{column}-{row}.svg.gz").write_bytes(tiles.tile(zoom, column, row) or b"")
    app.add_url_rule("/<name>", "tile", lambda name: send_from_directory(folder, name))
    return app


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=2000)
    rounds = parser.parse_args().rounds
    app = create_app(Settings())
    tiles: TileFile = app.extensions["tiles"]
    wanted = addresses(tiles, rounds)
    ours = [request(app, f"/tiles/{tiles.version}/{z}/{x}/{y}.svg") for z, x, y in wanted]
    with tempfile.TemporaryDirectory() as folder:
        plain = peer(Path(folder), tiles, wanted)
        files = [request(plain, f"/{z}-{x}-{y}.svg.gz") for z, x, y in wanted]
        for calls in (ours[:200], files[:200]):
            median_ms(calls)
        mine, other = median_ms(ours), median_ms(files)
    size = Path(str(Settings().data / "basemap" / "basemap.bin")).stat().st_size
    print(f"base map: {size:,} bytes, {len(tiles.keys):,} tiles")
    print(f"one tile: {mine:.3f} ms (bar {BAR_MS}); Flask with one file per tile: {other:.3f} ms")
    print(f"look-up alone: {median_ms([lambda t=t: len(tiles.tile(*t) or b'') for t in wanted]):.4f} ms")


if __name__ == "__main__":
    main()
