"""`finder index --since` and `--rollback`: what engines with kept builds can do besides a whole rebuild."""

from collections.abc import Callable, Iterable
from typing import Any, Protocol, runtime_checkable

from finder.clinicfile import read_clinics
from finder.errors import Misuse
from finder.model import Clinic
from finder.search.engine import SearchEngine, open_engine
from finder.settings import Settings

Reading = Callable[[Settings], Iterable[Clinic]]


@runtime_checkable
class KeepsBuilds(Protocol):
    """An engine that can change a build without filling it anew, and go back to the one before."""

    def update(self, clinics: Iterable[Clinic], since: str) -> int:
        """How many clinics had changed."""
        ...

    def rollback(self) -> str:
        """The version that answers again."""
        ...


def clinics_of(settings: Settings) -> Iterable[Clinic]:
    """The clinics of the last ingest."""
    return read_clinics(settings.build)


def run_index(settings: Settings, since: str | None, read: Reading = clinics_of) -> dict[str, Any]:
    """Bring the index up to the last ingest, and the fallback, when there is one; what was done."""
    engine = open_engine(settings.engine_url, settings.access)
    done: dict[str, Any] = {"engine": settings.engine_url}
    if since is None:
        done["clinics"] = engine.rebuild(read(settings))
    else:
        done["changed"] = _kept(engine).update(read(settings), since)
    if settings.fallback:
        open_engine(settings.fallback).rebuild(read_clinics(settings.build))
        done["fallback"] = settings.fallback
    return done


def roll_back(settings: Settings) -> dict[str, Any]:
    """Let the build before this one answer again; what was done."""
    engine = open_engine(settings.engine_url, settings.access)
    return {"engine": settings.engine_url, "version": _kept(engine).rollback()}


def _kept(engine: SearchEngine) -> KeepsBuilds:
    if not isinstance(engine, KeepsBuilds):
        raise Misuse(
            "--since and --rollback are for Elasticsearch; the embedded index is built anew in seconds: "
            'run "finder index"'
        )
    return engine
