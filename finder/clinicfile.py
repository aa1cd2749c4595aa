"""The file between ingest and index: BUILD/clinics.jsonl, one Clinic per line, sorted by id."""

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from finder.errors import DataError, FinderError
from finder.model import Clinic


def clinics_path(build: Path) -> Path:
    """Where users open the clinics of a build; it leads into the run that `current` names."""
    return build / "clinics.jsonl"


def read_clinics(build: Path) -> Iterator[Clinic]:
    """Every clinic of a build, in the order of their ids.

    FinderError when nothing was ingested yet; DataError names file and line when one is damaged.
    """
    path = clinics_path(build)
    try:
        stream = path.open("rb")
    except FileNotFoundError:
        raise FinderError(f'no clinics at {path}; run "finder ingest" first') from None
    except OSError as error:
        raise FinderError(f"{path} cannot be read: {error.strerror}") from error
    with stream:
        for number, line in enumerate(stream, 1):
            if not line.endswith(b"\n"):
                raise DataError(str(path), f'line {number} is cut off; run "finder ingest" again')
            try:
                yield Clinic.model_validate_json(line)
            except ValidationError as error:
                first = error.errors()[0]
                where = ".".join(map(str, first["loc"])) or "the line"
                problem = f'line {number}: {where}: {first["msg"]}; run "finder ingest" again'
                raise DataError(str(path), problem) from None
