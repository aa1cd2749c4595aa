"""The ingest room: raw records in, clinics out.

`pipeline.py` is where to start reading. A source gives raw records, each becomes a `Listing`, the
steps tidy and locate it, listings of one site merge into a `Clinic`, corrections are applied, and
everything is published at once. Every row ends in a clinic or among the rejects, with a reason.
"""
