"""Everything that can go wrong, each with a sentence that says what happened and what to do.

Foreign exceptions are wrapped only where the foreign library lives. The command line turns
`Misuse` into exit status 2 and every other `FinderError` into 1; the web turns `BadQuery` into
400, `ClinicNotFound` into 404 and `EngineError` into 503.
"""


class FinderError(Exception):
    """The root: `str(error)` is a sentence for the person at the keyboard."""


class Misuse(FinderError):
    """The command was called wrongly; nothing was done."""


class SettingsError(Misuse):
    """A FINDER_* setting is unknown or has a wrong value."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"setting {name}: {problem}")
        self.name = name
        self.problem = problem


class BadQuery(FinderError, ValueError):
    """A search parameter has a wrong value. The message never repeats what was typed."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem


class ClinicNotFound(FinderError, LookupError):
    """No clinic has this id, now or formerly."""


class DataError(FinderError, ValueError):
    """One of our own data files (facets, lexicon, places, sources) is broken; names file and key."""

    def __init__(self, file: str, problem: str) -> None:
        super().__init__(f"{file}: {problem}")
        self.file = file
        self.problem = problem


class EngineError(FinderError):
    """The search engine cannot answer."""


class NoIndex(EngineError):
    """There is no index yet."""

    def __init__(self, where: str) -> None:
        super().__init__(f'no index at {where}; run "finder ingest" and then "finder index"')
        self.where = where


class CorruptIndex(EngineError):
    """A file of the index is not what its manifest says."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f'{where} is damaged ({problem}); run "finder index" to build it anew')
        self.where = where
        self.problem = problem


class EngineDown(EngineError):
    """The engine's server does not answer, or answers with less than the whole answer."""


class EngineRefused(EngineError):
    """The engine's server answered that it will not do this; `kind` is its name for the reason."""

    def __init__(self, status: int, kind: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.kind = kind


class IngestError(FinderError):
    """The pipeline cannot go on."""


class SourceFailed(IngestError):
    """A whole source could not be read; its last good listings are kept."""

    def __init__(self, source: str, problem: str) -> None:
        super().__init__(f"source {source}: {problem}")
        self.source = source
        self.problem = problem


class CheckFailed(IngestError):
    """The new build falls under a stated minimum and was not published."""


class Rejected(IngestError):
    """One row cannot become a listing; it goes to rejects.jsonl with this reason."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class ReportsUnavailable(FinderError):
    """Reports cannot be kept or read now (disk full, read-only, damaged, too many open)."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"the reports in {where} cannot be used: {problem}")
        self.where = where
        self.problem = problem
