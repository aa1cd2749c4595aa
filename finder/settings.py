"""The FINDER_* environment, read once into one frozen value. No globals, no config file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from finder.errors import SettingsError

_PREFIX = "FINDER_"
_FOR_TESTS = frozenset({"FINDER_TEST_ELASTIC", "FINDER_TEST_UPDATE_GOLDEN", "FINDER_TEST_UPDATE_SNAPSHOTS"})
"""Names that our own tests read; they set nothing here."""


def bundled_data() -> Path:
    """The data that travels with the product: `data/` of a checkout, else inside the wheel."""
    package = Path(__file__).parent
    checkout = package.parent / "data"
    return checkout if (checkout / "sources.toml").exists() else package / "data"


class Access(NamedTuple):
    """How to reach an Elasticsearch that is named by its address, and how to lay an index out there."""

    api_key: str = ""
    ca: Path | None = None
    """Certificates to trust instead of the system's."""
    shards: int = 1


class Settings(BaseModel):
    """Every setting, with its default. The field `build` is set by FINDER_BUILD, and so on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: Path = Field(default_factory=bundled_data, description="folder of the input files")
    build: Path = Field(default=Path("build"), description="folder where builds go")
    engine: str = Field(
        default="", description="embedded:FOLDER or https://host:9200/index; empty: embedded:BUILD/index"
    )
    fallback: str = Field(
        default="",
        pattern="^(embedded:.+)?$",
        description="embedded:FOLDER that answers, with a note, while the engine does not; empty: none",
    )
    elastic_api_key: SecretStr = Field(default=SecretStr(""), description="the API key for Elasticsearch")
    elastic_ca: Path | None = Field(
        default=None, description="file of the certificates to trust for Elasticsearch"
    )
    elastic_shards: Annotated[int, Field(ge=1, le=1000)] = Field(
        default=1, description="parts that a new index is laid out in"
    )
    geocoder: str = Field(
        default="",
        description="street-level geocoder: census, or nominatim:URL; empty: ZIP and city points only",
    )
    geocoder_timeout_seconds: Annotated[float, Field(gt=0, le=120)] = 20.0
    radius_miles: Annotated[float, Field(ge=1, le=500)] = Field(
        default=50, description="how far a search around a town looks when nothing is said"
    )
    page_size: Annotated[int, Field(ge=1, le=100)] = Field(default=20, description="clinics on a page")
    site_name: str = Field(default="Clinic Finder", description="the name in the page header")
    contact: str = Field(default="", description="e-mail address for corrections, shown on the page")
    site_url: str = Field(
        default="",
        pattern=r"^(https?://[a-zA-Z0-9.:\[\]-]+)?$",
        description="the address of the site, https://clinics.example, for sitemaps and canonical links; "
        "empty: the host that each request names",
    )
    reports: Path | None = Field(
        default=None, description="file of the problem reports; empty: BUILD/reports.sqlite"
    )
    map_tile_url: str = Field(
        default="",
        pattern=r"^(https?://[a-z0-9.:{}-]+/.*\{z\}.*)?$",
        description="tiles of another host for the live map, https://host/{z}/{x}/{y}.png: that host then "
        "sees who looks where; empty: our own",
    )
    map_tile_attribution: str = Field(
        default="", description="whom to name on the map for the tiles of FINDER_MAP_TILE_URL"
    )

    @property
    def engine_url(self) -> str:
        """The engine to open, with the default filled in."""
        return self.engine or f"embedded:{self.build / 'index'}"

    @property
    def access(self) -> Access:
        """What opening an Elasticsearch needs besides its address."""
        return Access(self.elastic_api_key.get_secret_value(), self.elastic_ca, self.elastic_shards)

    @property
    def reports_path(self) -> Path:
        """Where problem reports are kept, with the default filled in."""
        return self.build / "reports.sqlite" if self.reports in {None, Path()} else Path(self.reports or "")

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Settings":
        """Settings from an environment; an empty value counts as not set. Unknown FINDER_* names and
        wrong values raise SettingsError.
        """
        given = {
            name.removeprefix(_PREFIX).lower(): (name, value)
            for name, value in environment.items()
            if name.startswith(_PREFIX) and name not in _FOR_TESTS
        }
        for field, (name, _) in given.items():
            if field not in cls.model_fields:
                known = ", ".join(_PREFIX + field.upper() for field in cls.model_fields)
                raise SettingsError(name, f"there is no such setting; there are {known}")
        try:
            return cls.model_validate({field: value for field, (_, value) in given.items() if value.strip()})
        except ValidationError as error:
            first = error.errors()[0]
            name = _PREFIX + str(first["loc"][0]).upper()
            raise SettingsError(name, first["msg"].lower()) from None
