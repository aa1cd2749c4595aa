"""What the tests of this room share: the real gazetteer and a desk that uses it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from finder.ingest.source import Desk
from finder.places import Gazetteer, default_gazetteer_path
from finder.settings import Settings, bundled_data


@pytest.fixture(scope="session")
def places() -> Gazetteer:
    return Gazetteer.open(default_gazetteer_path(bundled_data()))


@pytest.fixture
def desk(places: Gazetteer) -> Desk:
    return Desk(places)


@pytest.fixture
def household(tmp_path: Path) -> Callable[..., Settings]:
    """A data folder with the real gazetteer, a sources.toml and files; and a build folder."""

    def household(sources: str, **files: str | bytes) -> Settings:
        data = tmp_path / "data"
        data.mkdir(exist_ok=True)
        if not (data / "places").exists():
            (data / "places").symlink_to(bundled_data() / "places")
        (data / "sources.toml").write_text(sources, encoding="utf-8")
        for name, content in files.items():
            path = data / name.replace("_", ".")
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return Settings(data=data, build=tmp_path / "build")

    return household
