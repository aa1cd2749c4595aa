"""Amounts and ages in words of clinics."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.ingest.prices import amounts_usd, minimum_age


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("$400 per infusion", (400,)),
        ("$1,250.50 a course, $400 each, $400 again", (1250.5, 400)),
        ("$300 to $400", (300, 400)),
        ("$300-400 a session", (300, 400)),
        ("$600 - 6 sessions", (600,)),
        ("$400 to 60 minutes", (400,)),
        ("425 dollars", (425,)),
        ("$50 million in funds, $3k", ()),
        ("$2,000,000", ()),
        ("no price", ()),
        ("$0", ()),
    ],
)
def test_amounts(text, amounts):
    assert amounts_usd(text) == amounts


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("18 or older", 18),
        ("age 18+", 18),
        ("aged 21 or older", 21),
        ("adults 18 years and up", 18),
        ("you must be 18", 18),
        ("minimum age is 16", 16),
        ("ages 16-17 need a referral; otherwise 18+", None),
        ("16 and older, or 18+ for IV", None),
        ("over 60 minutes", None),
        ("depression lasting over two years", None),
        ("be 99", None),
        ("24 hours", None),
        ("over 20 years of experience", None),
        ("20+ years of experience", None),
        ("at least 10 sessions", None),
        ("must be over 65 kg", None),
        ("must be 18 kg", None),
        ("$50 or older", None),
        ("over 18 years old", 18),
        ("must be over 21 to be treated", 21),
        ("adults over 18+", 18),
    ],
)
def test_minimum_age(text, age):
    assert minimum_age(text) == age


@given(st.text(alphabet="$0123456789,. -to+dollarsge", max_size=80))
def test_any_text_is_read(text):
    assert all(0 < amount <= 1_000_000 for amount in amounts_usd(text))
    minimum_age(text)
