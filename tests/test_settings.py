"""Settings come from FINDER_* names; what is unknown or wrong is named."""

from pathlib import Path

import pytest

from finder.errors import SettingsError
from finder.settings import Settings, bundled_data


def test_nothing_set_gives_the_defaults() -> None:
    settings = Settings.read({"PATH": "/bin"})
    assert settings.build == Path("build")
    assert settings.engine_url == "embedded:build/index"
    assert settings.data == bundled_data()
    assert (settings.data / "sources.toml").exists()


def test_each_name_sets_its_field() -> None:
    settings = Settings.read(
        {"FINDER_RADIUS_MILES": "25", "FINDER_ENGINE": "embedded:/x", "FINDER_BUILD": "/b"}
    )
    assert (settings.radius_miles, settings.engine_url, settings.build) == (25, "embedded:/x", Path("/b"))


def test_an_unknown_setting_is_an_error_that_lists_the_known_ones() -> None:
    with pytest.raises(
        SettingsError, match=r"FINDER_RADIUS: there is no such setting; .*FINDER_RADIUS_MILES"
    ):
        Settings.read({"FINDER_RADIUS": "25"})


@pytest.mark.parametrize("value", ["abc", "0", "nan", "501"])
def test_a_wrong_value_names_the_setting(value: str) -> None:
    with pytest.raises(SettingsError, match="FINDER_RADIUS_MILES"):
        Settings.read({"FINDER_RADIUS_MILES": value})


def test_only_the_names_that_our_tests_read_are_left_alone() -> None:
    Settings.read({"FINDER_TEST_UPDATE_GOLDEN": "1"})
    with pytest.raises(SettingsError, match="FINDER_TEST_NOPE"):
        Settings.read({"FINDER_TEST_NOPE": "1"})


@pytest.mark.parametrize("value", ["", " "])
def test_an_empty_value_counts_as_not_set(value: str) -> None:
    settings = Settings.read({"FINDER_DATA": value, "FINDER_BUILD": value, "FINDER_RADIUS_MILES": value})
    assert settings == Settings()


def test_an_installed_package_uses_the_data_it_carries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import finder.settings

    monkeypatch.setattr(finder.settings, "__file__", str(tmp_path / "finder/settings.py"))
    assert bundled_data() == tmp_path / "finder/data"
