"""The default engine: an immutable folder of memory-mapped columns per build.

A build's way: `columns.py` turns clinics into arrays, `snapshot.py` writes and opens the folder,
`publish.py` puts it in place. A query's way: `engine.py`, then `scan.py`; a name's, while it is
typed, `suggest.py`.
"""

from finder.search.embedded.engine import EmbeddedEngine

__all__ = ["EmbeddedEngine"]
