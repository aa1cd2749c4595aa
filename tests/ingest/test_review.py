"""The view of what was read: quotes marked where they stand, each with its claim and rule beside it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from finder.ingest.pagetext import page_text
from finder.ingest.practice import Page, Practice, read_practice
from finder.ingest.review import Reviewed, document, findings, lines_of
from finder.ingest.reviewpage import review_page
from finder.ingest.statements import Extraction, Facts, PageText, PriceSaid, Said, Statement
from tests.factories import make_claim, make_provenance

TEXT = "Blue Clinic\nWe offer KAP and IV ketamine. It is $450 a session. From 18 years. No Spravato here."


def reviewed(text: str = TEXT) -> Reviewed:
    def statement(value: str, quote: str, says: str = "yes", detail: str = "") -> Statement:
        return Statement("modality", value, says, quote, text.index(quote), "offered here", detail)  # type: ignore[arg-type]

    both = "We offer KAP and IV ketamine."
    found = Extraction(
        statements=(
            statement("esketamine_nasal", "No Spravato here.", "no"),
            statement("kap", both),
            statement("iv_infusion", both, detail="unclear"),
        ),
        prices=(PriceSaid(450.0, "session", "It is $450 a session.", text.index("It is"), "bare"),),
        facts=Facts(
            min_age=Said("18", "From 18 years.", text.index("From 18")),
            languages=(Said("Spanish", "Blue", 0),),
        ),
        notes=("a note",),
    )
    return Reviewed("page", PageText(text, (), ("a note",)), found)


def test_findings_stand_in_the_order_of_the_text() -> None:
    assert [(one.kind, one.label) for one in findings(reviewed().found)] == [
        ("fact", "languages: Spanish"),
        ("modality", "iv_infusion (unclear)"),
        ("modality", "kap"),
        ("price", "$450 session"),
        ("fact", "min age: 18"),
        ("modality", "esketamine_nasal: NO"),
    ]


def test_each_line_has_its_quotes_marked_and_what_begins_in_it_beside_it() -> None:
    lines = list(lines_of(reviewed(), 40))
    assert ["".join(part.text for part in line.parts) for line in lines] == [
        "Blue Clinic",
        "We offer KAP and IV ketamine. It is $450",
        "a session. From 18 years. No Spravato",
        "here.",
    ]
    assert lines[0].parts == (("Blue", "fact"), (" Clinic", ""))
    assert lines[1].parts == (
        ("We offer KAP and IV ketamine.", "modality"),
        (" ", ""),
        ("It is $450", "price"),
    )
    assert lines[2].parts[0] == ("a session.", "price")
    assert lines[3].parts == (("here.", "modality"),)
    assert [len(line.beside) for line in lines] == [1, 3, 2, 0]


@given(
    st.text(alphabet="ab \n", max_size=80),
    st.lists(st.tuples(st.integers(0, 80), st.integers(1, 20)), max_size=6),
    st.integers(1, 12),
)
def test_no_character_is_lost_and_no_line_is_too_long(
    text: str, spans: list[tuple[int, int]], width: int
) -> None:
    said = tuple(
        Statement("nature", "nat_retreat", "yes", text[start : start + length], start, "r")
        for start, length in spans
        if text[start : start + length].strip()
    )
    page = Reviewed("p", PageText(text, ()), Extraction(statements=said))
    lines = list(lines_of(page, width))
    shown = ["".join(part.text for part in line.parts) for line in lines]
    assert all(len(line) <= width for line in shown)
    assert "".join(shown).replace(" ", "") == text.replace("\n", "").replace(" ", "")
    assert sorted(one for line in lines for one in line.beside) == list(findings(page.found))


def test_the_document_has_every_quote_with_its_place_and_rule() -> None:
    (page,) = document([reviewed()])
    assert page["notes"] == ["a note"]
    assert [one["rule"] for one in page["statements"]] == ["offered here"] * 3  # type: ignore[index, attr-defined]
    assert page["facts"][1] == {"what": "min age: 18", "quote": "From 18 years.", "start": TEXT.index("From")}  # type: ignore[index]


# The page


@pytest.fixture
def html() -> str:
    evil = page_text("<p>We offer IV ketamine infusions &lt;script&gt;alert(1)&lt;/script&gt; & more.")
    name = '"><img src=x>'
    practice = read_practice([Page(name, evil)], make_provenance())
    yes, no = (make_claim(says=says, provenance=make_provenance(url=says)) for says in ("yes", "no"))
    dispute = Practice((yes, no), (), None, ("look <here>",))
    joined = Practice((*practice.claims, *dispute.claims), (), None, dispute.notes)
    return review_page([reviewed(), Reviewed(name, evil, reviewed().found._replace(statements=()))], joined)


def test_the_page_asks_for_nothing_and_runs_nothing(html: str) -> None:
    tree = LexborHTMLParser(html)
    assert not tree.css("script, img, link, iframe, [src], [href]")
    assert "url(" not in html and "@import" not in html
    assert "default-src 'none'" in html
    assert "look &lt;here&gt;" in html


def test_the_page_says_in_words_what_it_says_in_color(html: str) -> None:
    tree = LexborHTMLParser(html)
    assert tree.css_first("html").attributes["lang"] == "en"
    legend = [item.text() for item in tree.css(".legend li")]
    assert legend == ["Treatment", "Price", "Fact"]
    beside = [item.text() for item in tree.css(".beside li")]
    assert "Treatment: kap offered here" in beside
    assert "(its pages disagree)" in tree.css_first("table").text()
    assert len(tree.css("h1")) == 1 and all(cell.attributes["scope"] == "col" for cell in tree.css("th"))
    assert re.search(r"prefers-color-scheme:dark", html) and "@media print" in html


def test_a_page_of_which_nothing_was_read_says_so() -> None:
    empty = Reviewed("p", PageText("", ()), Extraction())
    shown = review_page([empty], Practice((), (), None, ()))
    assert "Nothing was read." in shown and "What this page says" in shown
