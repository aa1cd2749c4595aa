"""Whatever a page holds, reading it keeps its promises. (tools/fuzz_extract.py does the same for longer.)"""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finder.ingest.extract import extract, extract_page
from finder.ingest.pagetext import page_text
from tools.extraction_score import read
from tools.fuzz_extract import HEADERS, ODD, as_html, check, seeds, verbatim

TEXTS = [
    case["text"]
    for name in ("dev", "blind")
    for case in read(Path(__file__).parent / "texts" / f"{name}.jsonl")
]
LINES = sorted({line for text in TEXTS for line in text.splitlines() if line.strip()})
WORDS = sorted({word for line in LINES for word in line.split()})

pieces = st.one_of(
    st.sampled_from(LINES), st.sampled_from(WORDS), st.sampled_from(ODD), st.text(max_size=20), st.just(" ")
)
pages = st.lists(pieces, max_size=40).map("".join)


def test_every_seed_of_the_fuzzer_keeps_the_promises() -> None:
    for seed in seeds():
        check(seed)


@pytest.mark.slow
@settings(max_examples=400, deadline=None, derandomize=True)
@given(page=pages)
def test_any_text_is_read_with_verbatim_quotes(page: str) -> None:
    verbatim(extract(page), page)


@pytest.mark.slow
@settings(max_examples=400, deadline=None, derandomize=True)
@given(page=pages, header=st.sampled_from(HEADERS), encoding=st.sampled_from(("utf-8", "latin-1", "utf-16")))
def test_any_bytes_are_read_under_any_header(page: str, header: str, encoding: str) -> None:
    check(bytes([HEADERS.index(header)]) + page.encode(encoding, "replace"))


@pytest.mark.slow
@settings(max_examples=150, deadline=None, derandomize=True)
@given(data=st.binary(max_size=300))
def test_bytes_of_any_kind_are_read(data: bytes) -> None:
    check(data)


@pytest.mark.slow
@settings(max_examples=150, deadline=None, derandomize=True)
@given(text=st.sampled_from(TEXTS), cut=st.integers(0, 900))
def test_a_page_cut_off_anywhere_is_read(text: str, cut: int) -> None:
    html = as_html(text)
    page = page_text(html[:cut], "text/html")
    verbatim(extract_page(page), page.text)


@pytest.mark.parametrize("text", TEXTS[:10])
def test_reading_twice_gives_the_same(text: str) -> None:
    assert extract(text) == extract(text)
