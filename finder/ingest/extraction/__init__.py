"""Extraction: the text of a page in, what it says out. Start reading at steps.STEPS."""
