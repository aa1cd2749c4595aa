"""How a search was understood, step by step, with timing: for `finder explain`."""

from dataclasses import dataclass
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

from finder.places import Gazetteer, default_gazetteer_path
from finder.search.lexicon import Lexicon
from finder.search.request import Request, query_params
from finder.search.understand import STEPS, Understanding, conclude, start, understand
from finder.settings import Settings


@dataclass(frozen=True)
class Explainer:
    """Everything that understanding needs, opened once."""

    gazetteer: Gazetteer
    lexicon: Lexicon
    settings: Settings

    @classmethod
    def open(cls, settings: Settings) -> "Explainer":
        """The gazetteer and lexicon of the settings; DataError when one is missing or damaged."""
        gazetteer = Gazetteer.open(default_gazetteer_path(settings.data))
        return cls(gazetteer, Lexicon.open(settings.data), settings)

    def understand(self, text: str) -> Understanding:
        """What was made of a search typed into the one box."""
        return understand(Request(q=text), self.gazetteer, self.lexicon, self.settings)

    def line(self, text: str) -> dict[str, Any]:
        """One answer of `explain --jsonl`: query, place, alternatives, facets, without, words, notes."""
        if not isinstance(text, str):
            raise TypeError("query")
        found = self.understand(text)
        query, place = found.understood, found.understood.place
        where = place and {
            "name": place.name,
            "region": place.state,
            "kind": place.kind,
            "lat": place.point.lat,
            "lng": place.point.lng,
        }
        return {
            "query": text,
            "place": where,
            "alternatives": [other.label for other in found.alternatives or found.near_misses],
            "facets": {facet: list(codes) for facet, codes in query.facets.items()},
            "without": {facet: list(codes) for facet, codes in query.without.items()},
            "words": list(query.words),
            "notes": [note.text for note in found.notes],
        }

    def document(self, text: str) -> dict[str, Any]:
        """Every step with its time and notes, the Query, and what must be asked."""
        begun = perf_counter()
        reading = start(Request(q=text), self.gazetteer, self.lexicon, self.settings)
        steps = [{"step": "read_words", "ms": _ms_since(begun), "notes": []}]
        for step in STEPS:
            before, begun = len(reading.notes), perf_counter()
            step(reading)
            notes = [note.text for note in reading.notes[before:]]
            steps.append({"step": step.__name__, "ms": _ms_since(begun), "notes": notes})
        found = conclude(reading)
        params = query_params(found.query, self.settings, self.gazetteer) if found.query else ()
        return {
            "text": found.request.q,
            "steps": steps,
            "words": [{"word": word.text, "taken_by": word.taken} for word in reading.words],
            "query": found.query.model_dump(mode="json") if found.query else None,
            "params": [pair for pair in params if not (found.radius_is_default and pair[0] == "radius")],
            "asks": found.asks,
            "crisis": found.crisis,
            "alternatives": [place.label for place in found.alternatives],
            "near_misses": [place.label for place in found.near_misses],
        }

    def text(self, text: str) -> str:
        """The document for a reader at a terminal."""
        found = self.document(text)
        lines = [f"{step['ms']:7.2f} ms  {step['step'].replace('_', ' ')}" for step in found["steps"]]
        width = max(map(len, lines)) + 2
        rows = zip(lines, found["steps"], strict=True)
        out = [f"{line:{width}}{'; '.join(step['notes'])}".rstrip() for line, step in rows]
        if found["asks"]:
            out.append("Asks for a place first.")
        else:
            out.append("/search?" + urlencode(found["params"]))
        return "\n".join(out)


def _ms_since(begun: float) -> float:
    return round((perf_counter() - begun) * 1000, 3)
