"""Which clock a clinic goes by: the time zone of its county, or of its state where that has only one."""

import tomllib
from importlib.resources import files
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import Field

from finder.model import Address, Fact, Location


class StateZones(Fact):
    """The clocks of one state."""

    zone: str
    divided: tuple[str, ...] = ()
    """Counties where the time zone depends on the town."""
    counties: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Counties that keep another time zone than most, by its name."""

    def of(self, county: str) -> str:
        """The zone of a county of this state; empty when the county or its zone is not known."""
        if not (self.divided or self.counties):
            return self.zone
        if not county or county in self.divided:
            return ""
        return next((zone for zone, listed in self.counties.items() if county in listed), self.zone)


def _load(text: str) -> MappingProxyType[str, StateZones]:
    rows = tomllib.loads(text)
    return MappingProxyType({code: StateZones.model_validate(row) for code, row in rows.items()})


ZONES: Final = _load(files("finder").joinpath("zones.toml").read_text(encoding="utf-8"))
"""The clocks of each state by its code; the table names its sources."""


def zone_of(address: Address, location: Location) -> ZoneInfo | None:
    """The clinic's time zone; None where it cannot be told (a state of two zones and no county, a county
    of two zones): then nothing is said about the time there.
    """
    table = ZONES.get(address.state)
    name = table.of(location.county) if table else ""
    return ZoneInfo(name) if name else None
