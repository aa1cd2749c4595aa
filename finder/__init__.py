"""A search service for ketamine clinics in the United States."""

__version__ = "0.1.0"
