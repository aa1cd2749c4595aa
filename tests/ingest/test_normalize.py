"""Texts as sources write them: real examples, and nothing ever raises or changes twice."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from finder.ingest.normalize import (
    Parts,
    mended,
    parse_address,
    split_unit,
    us_phone,
    usps_street,
    web_url,
    zip_code,
)

ANY_TEXT = st.text(max_size=80) | st.text("0123456789 ()-+.,#/:ext&StAveNCab", max_size=60)


@pytest.mark.parametrize(
    ("text", "digits", "rest"),
    [
        ("(828) 555-0142", "8285550142", ""),
        ("+1 828.555.0142", "8285550142", ""),
        ("787-555-0142 ext 5", "7875550142", "ext. 5"),
        ("671-555-0199", "6715550199", ""),
        ("(303) 555-0100 / (303) 555-0101", "3035550100", "3035550101"),
        ("(303) 555-0100 or 303-555-0100", "3035550100", ""),
        ("Call us: 303-555-0100 today", "3035550100", ""),
        ("1-800-KETAMINE", "8005382646", ""),  # eight letters; the last is not dialed
        ("800-KETAMIN", "8005382646", ""),
        ("100-KETAMINE", "", ""),
        ("828-BAD", "", ""),
        ("828-A------", "", ""),
        ("828-555-CALLS", "8285552255", ""),
        ("999-KETAMINE", "", ""),
        ("n/a", "", ""),
        ("call us", "", ""),
        ("011 82 555 0142", "", ""),  # the library reads 011 as Korea
        ("+44 20 7946 0958", "", ""),
        ("555-0142", "", ""),
        ("123", "", ""),
    ],
)
def test_phones(text: str, digits: str, rest: str) -> None:
    assert us_phone(text) == (digits, rest)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("example.com", "https://example.com"),
        ("HTTP://EXAMPLE.com:80/a/../b?utm_source=x&y=1&gclid=2#part", "http://example.com/b?y=1"),
        ("https://x.co/?a=%20b&fbclid=3", "https://x.co/?a=%20b"),
        ("www.exämple.com", "https://www.xn--exmple-cua.com"),
        ("example.com:8080/x", "https://example.com:8080/x"),
        ("//example.com/x", "https://example.com/x"),
        ("https://example.com/?p=3898", "https://example.com/?p=3898"),
        ("javascript:alert(1)", ""),
        ("mailto:a@example.com", ""),
        ("ftp://example.com", ""),
        ("http://user:secret@example.com", ""),
        ("http://localhost/", ""),
        ("http://10.0.0.1/", ""),
        ("http://[::1]/", ""),
        ("http://[::1", ""),
        ("http://example.com:99999/", ""),
        ("http://example.com/a b", ""),
        ('https://example.com/"><script>', ""),
        ("none", ""),
        ("n/a", ""),
        ("", ""),
        ("https://example.com/" + "x" * 3000, ""),
    ],
)
def test_websites(text: str, url: str) -> None:
    assert web_url(text) == url


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("28801", "28801"),
        ("28801-1234", "28801"),
        ("288011234", "28801"),
        ("2116", "02116"),
        ("907", "00907"),
        ("28", ""),
        ("K1A 0B1", ""),
        ("", ""),
    ],
)
def test_zips(text: str, code: str) -> None:
    assert zip_code(text) == code


@pytest.mark.parametrize(
    ("street", "line", "unit"),
    [
        ("3300 Cahaba Road, Suite 100", "3300 Cahaba Road", "Suite 100"),
        ("515 Madison Ave, 21st floor", "515 Madison Ave", "21st floor"),
        ("480 Duke Dr #100", "480 Duke Dr", "#100"),
        ("3312 Teasley Ln, Bldg 100, Ste 105", "3312 Teasley Ln", "Bldg 100, Ste 105"),
        ("11755 Pointe Pl A-1", "11755 Pointe Pl", "A-1"),
        ("8 Lyman St.", "8 Lyman St.", ""),
        ("PO Box 12", "PO Box 12", ""),
        ("Suite 5", "Suite 5", ""),
        ("", "", ""),
    ],
)
def test_units_stand_apart_in_the_words_of_the_source(street: str, line: str, unit: str) -> None:
    assert split_unit(street) == (line, unit)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "3300 Cahaba Road, Suite 100, Birmingham, AL 35223",
            ("3300 Cahaba Road", "Suite 100", "Birmingham", "AL", "35223"),
        ),
        (
            "12 N Main St, New York, New York 10001-1234, USA",
            ("12 N Main St", "", "New York", "New York", "10001"),
        ),
        ("Highway 70 East, Marion NC", ("Highway 70 East", "", "Marion", "NC", "")),
        ("Winston-Salem, North Carolina", ("", "", "Winston-Salem", "North Carolina", "")),
        (
            "PO Box 3, 100 Main St, PO Box 4, Durham, NC 27701",  # usaddress gives up on this one
            ("PO Box 3, 100 Main St, PO Box 4", "", "Durham", "NC", "27701"),
        ),
        ("PO Box 3, 100 Main St, PO Box 4", ("PO Box 3, 100 Main St, PO Box 4", "", "", "", "")),
        ("somewhere", ("somewhere", "", "", "", "")),
        ("", ("", "", "", "", "")),
    ],
)
def test_one_line_addresses(text: str, parts: tuple[str, ...]) -> None:
    assert parse_address(text) == Parts(*parts)


@pytest.mark.parametrize(
    ("street", "unit", "key"),
    [
        ("8 Lyman St.", "Suite 2", "8 LYMAN ST STE 2"),
        ("8 Lyman Street", "Ste 2", "8 LYMAN ST STE 2"),
        ("P.O. Box 12", "", "PO BOX 12"),
        ("", "", ""),
    ],
)
def test_postal_forms_are_keys(street: str, unit: str, key: str) -> None:
    assert usps_street(street, unit) == key


def test_wrongly_decoded_text_is_repaired() -> None:
    assert mended("Bodyâ€™s  Mind\0& Spirit &amp; more\n") == "Body's Mind & Spirit & more"


@given(ANY_TEXT)
@example("&amp;amp;amp;lt;")
@example("â€™Ã¢â‚¬â„¢")
def test_mending_twice_changes_nothing(text: str) -> None:
    once = mended(text)
    assert mended(once) == once


@given(ANY_TEXT)
def test_a_phone_is_ten_digits_or_nothing_and_stays_so(text: str) -> None:
    digits = us_phone(text).digits
    assert digits == "" or (len(digits) == 10 and digits.isdigit() and us_phone(digits).digits == digits)


@given(ANY_TEXT | st.text(max_size=30).map("https://example.com/{}".format))
def test_a_website_stays_what_it_is(text: str) -> None:
    url = web_url(text)
    assert web_url(url) == url
    assert url == "" or url.startswith(("http://", "https://"))


@given(ANY_TEXT)
def test_addresses_never_raise(text: str) -> None:
    parse_address(text)
    line, unit = split_unit(text)
    assert isinstance(usps_street(line, unit), str)
    assert zip_code(zip_code(text)) == zip_code(text)
