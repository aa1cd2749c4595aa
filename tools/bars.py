"""`make bars`: every figure of the page, measured on the deployed stack; exit 1 when one falls short."""

import gzip
import json
import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

from tests.browsing import chromium, visitor
from tests.stack.pages import CLINIC, RESULTS
from tools.stack import ROOT, stack

LIGHTHOUSE = ROOT / "tools" / "lighthouse"
CHROME_FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-sync --no-first-run"
)
LANDING = "/ketamine-therapy/colorado/"
LIGHTHOUSE_PAGES = {"home": "/", "results": RESULTS, "clinic": CLINIC, "landing": LANDING}
LIGHTHOUSE_BARS = {"performance": 0.95, "accessibility": 1, "best-practices": 1, "seo": 1}
HTML_CSS_BAR_BYTES = 30_000
SCRIPT_BAR_BYTES = 5_000
WITH_MAP_BAR_BYTES = 120_000

missed: list[str] = []


def say(what: str, figure: float, bar: float, most: bool = True) -> None:
    """Print one figure beside its bar and remember whether it held."""
    good = figure <= bar if most else figure >= bar
    if not good:
        missed.append(what)
    print(
        f"{'ok  ' if good else 'SHORT'} {what}: {figure:g} (bar {'at most' if most else 'at least'} {bar:g})"
    )


def get(url: str) -> bytes:
    """The body of a page."""
    with urllib.request.urlopen(url, timeout=20) as answer:
        return bytes(answer.read())


def weights(site: str, path: str) -> tuple[int, int]:
    """gzip -9 bytes of HTML with its style sheets, and of the scripts it starts with."""
    page = get(site + path)
    text = page.decode()
    styles = re.findall(r'<link[^>]+rel="?stylesheet"?[^>]+href="([^"]+)"', text)
    styles += re.findall(r'<link[^>]+href="([^"]+)"[^>]+rel="?stylesheet"?', text)
    scripts = re.findall(r'<script[^>]+src="([^"]+)"', text)
    size = {url: len(gzip.compress(get(site + url), 9)) for url in {*styles, *scripts}}
    html_css = len(gzip.compress(page, 9)) + sum(size[url] for url in set(styles))
    return html_css, sum(size[url] for url in set(scripts))


def live_map_bytes(site: str) -> int:
    """All bytes that a visit with the live map brings over the wire."""
    with chromium() as browser, visitor(browser, site, viewport={"width": 1280, "height": 900}) as visit:
        session = visit.context.new_cdp_session(visit.page)
        session.send("Network.enable")
        total = 0

        def add(event: dict[str, float]) -> None:
            nonlocal total
            total += int(event["encodedDataLength"])

        session.on("Network.loadingFinished", add)
        visit.open(RESULTS)
        visit.page.wait_for_load_state("networkidle")
        if visit.page.locator("clinic-map").count():
            visit.page.locator("clinic-map").first.scroll_into_view_if_needed()
            visit.page.wait_for_timeout(2500)
        return total


def lighthouse(site: str, path: str) -> dict[str, float]:
    """The category scores of one page. A results page is kept out of indexes on purpose, so the one
    audit that asks for the contrary is left out there.
    """
    skip = ["--skip-audits=is-crawlable"] if path.startswith("/search") else []
    command = ["node", str(LIGHTHOUSE / "node_modules/lighthouse/cli/index.js"), site + path, "--quiet"]
    done = subprocess.run(
        [*command, "--output=json", "--output-path=stdout", f"--chrome-flags={CHROME_FLAGS}", *skip],
        env={**os.environ, "CHROME_PATH": "/usr/bin/chromium"},
        capture_output=True,
        text=True,
        timeout=180,
        check=True,
    )
    return {name: category["score"] for name, category in json.loads(done.stdout)["categories"].items()}


def main() -> int:
    """Print all figures; 1 when a bar is missed."""
    if not (LIGHTHOUSE / "node_modules").exists():
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        subprocess.run(command, cwd=LIGHTHOUSE, check=True)
    with stack() as site:
        for name, path in {"home": "/", "results": RESULTS, "clinic": CLINIC, "landing": LANDING}.items():
            html_css, script = weights(site, path)
            say(f"{name}: HTML and CSS, gzip bytes", html_css, HTML_CSS_BAR_BYTES)
            say(f"{name}: scripts before the map, gzip bytes", script, SCRIPT_BAR_BYTES)
        say("results with live map, bytes over the wire", live_map_bytes(site), WITH_MAP_BAR_BYTES)
        for name, path in LIGHTHOUSE_PAGES.items():
            scores = lighthouse(site, path)
            for category, bar in LIGHTHOUSE_BARS.items():
                say(f"{name}: Lighthouse mobile, {category}", scores[category], bar, most=False)
    for file in sorted(Path(ROOT / "data" / "basemap").glob("*.bin")):
        say(f"{file.name}, bytes", file.stat().st_size, 12_000_000)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
