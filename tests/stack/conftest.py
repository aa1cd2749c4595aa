"""The product as deployed: real data, gunicorn, nginx, and a real Chromium in front."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from finder.settings import Settings
from finder.web import create_app
from finder.web.clock import CLOCK
from tests.browsing import chromium
from tests.web.serving import serving
from tools.stack import ROOT, stack


@pytest.fixture(scope="session")
def site(real_build: Path) -> Iterator[str]:
    if shutil.which("nginx") is None:
        pytest.skip("no nginx: apt-get install nginx-light")
    with stack(real_build) as base:
        yield base


@pytest.fixture(scope="session")
def fixed_day(real_build: Path) -> Iterator[str]:
    """The same pages on one day for ever, for what is stored: ages and opening hours stand still."""
    app = create_app(Settings(build=real_build, data=ROOT / "data"))
    app.config[CLOCK] = lambda: datetime(2026, 12, 1, 17, tzinfo=UTC)
    with serving(app) as base:
        yield base


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser
