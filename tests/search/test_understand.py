"""What people type is read as they mean it."""

import pytest

from finder.errors import BadQuery
from finder.facets import FACETS
from finder.geo import Box
from finder.placenames import STATES
from finder.settings import Settings
from tests.search.understanding import explainer, label, notes, understood

STATE_TRAPS = {
    "KAP OR": "Oregon",
    "ketamine or": "Oregon",
    "kap or iv": "",
    "kap or iv portland": "Portland, OR",
    "ketamine IN Boulder": "Boulder, CO",
    "ketamine indianapolis in": "Indianapolis, IN",
    "ketamine IN": "Indiana",
    "ketamine in": "",
    "ketamine in indiana": "Indiana",
    "ketamine in denver in colorado": "Denver, CO",
    "ketamine portland me": "Portland, ME",
    "kap near me portland": "Portland, OR",
    "is ketamine right for me": "",
    "ketamine me": "Maine",
    "ketamine hi": "Hawaii",
    "hi ketamine denver": "Denver, CO",
    "ketamine hilo hi": "Hilo, HI",
    "ketamine md": "Maryland",
    "ketamine md bethesda": "Bethesda, MD",
    "ketamine md denver": "Denver, CO",
    "ketamine pa": "Pennsylvania",
    "ketamine pa pittsburgh": "Pittsburgh, PA",
    "ketamine sc": "South Carolina",
    "ketamine ok": "Oklahoma",
    "ok ketamine denver": "Denver, CO",
    "ketamine tulsa ok": "Tulsa, OK",
    "ketamine mi": "Michigan",
    "ketamine detroit mi": "Detroit, MI",
    "ketamine al": "Alabama",
    "ketamine mobile al": "Mobile, AL",
    "ketamine mt": "Montana",
    "billings mt": "Billings, MT",
    "ketamine mt pleasant sc": "Mount Pleasant, SC",
    "ketamine va": "Virginia",
    "ketamine richmond va": "Richmond, VA",
    "ketamine richmond va insurance": "Richmond, VA",
    "I'm looking for ketamine": "",
    "boulder or denver ketamine": "Denver, CO",
    "portland clinics in maine": "Portland, ME",
}


@pytest.mark.parametrize(("query", "place"), STATE_TRAPS.items())
def test_two_letters_are_a_state_only_where_a_state_can_stand(query, place):
    assert label(understood(query)) == place


@pytest.mark.parametrize(("code", "names"), STATES.items())
def test_every_state_is_found_by_its_name_in_a_search(code, names):
    for found in (understood(f"ketamine {names[0]}"), understood("kap", near=f"state:{code}")):
        place = found.understood.place
        assert place is not None
        assert code in place.states or names[0] in {"New York", "Washington"}


def test_a_state_that_is_also_a_country_is_the_state():
    assert label(understood("georgia")) == "Georgia"
    assert label(understood("kap", near="Georgia")) == "Georgia"


PLACES = {
    "ketamine reading pa": "Reading, PA",
    "ketamine orange ca": "Orange, CA",
    "hope ketamine denver": "Denver, CO",
    "mobile ketamine clinic denver": "Denver, CO",
    "ketamine in hope": "Hope, AR",
    "san francisco therapist guided ketamine": "San Francisco, CA",
    "ketamine st. petersburg": "St. Petersburg, FL",
    "ketamine new york": "New York City, NY",
    "ketamine new york state": "New York State",
    "ketamine washington dc": "Washington, DC",
    "ketamine washington state": "Washington State",
    "spokane washington ketamine": "Spokane, WA",
    "ketamine buncombe county nc": "Buncombe County, NC",
    "ketamine kansas city": "Kansas City, MO",
    "downtown denver ketamine": "Denver, CO",
    "ketamine astoria queens": "Astoria, NY",
    "garden city ny ketamine": "Garden City, NY",
    "home, pa": "Home, PA",
    "at home ketamine pa": "Pennsylvania",
    "ketamine retreat tx": "Texas",
    "ketamine denver 80203": "80203",
    "ketamine clinics los angeles ca 90012": "90012",
    "mission district san francisco ketamine": "Mission District",
    "maine ketamine clinics in portland": "Portland, ME",
    "klamath falls hi ketamine": "Hawaii",
    "ketamine portland clinics in oregon": "Portland, OR",
    "ketamine 80203-1234": "80203",
    "call 828-555-0142 for ketamine": "",
    "ketamine for depression": "",
    "long beach ca": "Long Beach, CA",
    "ketamine clinic 5 miles from me": "",
    "ketamine peace river": "",
}


@pytest.mark.parametrize(("query", "place"), PLACES.items())
def test_the_place_is_found_among_other_words(query, place):
    found = understood(query)
    assert place in {label(found), found.understood.place.name if found.understood.place else ""}


FACET_CASES = {
    "kap denver": {"modality": ["kap"]},
    "PAT seattle": {"modality": ["kap"]},
    "kat seattle": {"modality": ["kap"]},
    "ketamine infusions denver": {"modality": ["iv_infusion"]},
    "iv or im ketamine denver": {"modality": ["iv_infusion", "im_injection"]},
    "IM ketamine denver": {"modality": ["im_injection"]},
    "I'm after ketamine in denver": {},
    "IM or sublingual ketamine": {"modality": ["im_injection", "oral_sublingual"]},
    "kap with a therapist present": {"modality": ["kap"], "support": ["therapist_present"]},
    "ketamine I'm depressed": {"condition": ["depression"]},
    "sl ketamine denver": {"modality": ["oral_sublingual"]},
    "s-ketamine denver": {"modality": ["esketamine_nasal"]},
    "esketamine nasal spray denver": {"modality": ["esketamine_nasal"]},
    "spravato nasal spray denver": {"modality": ["esketamine_nasal"]},
    "ketamine nasal spray denver": {"modality": ["intranasal_ketamine"]},
    "nasal spray denver": {"modality": ["esketamine_nasal", "intranasal_ketamine", "intranasal_unspecified"]},
    "spravato or another nasal spray": {"modality": ["esketamine_nasal"]},
    "ketemine nassal spray denver": {"modality": ["intranasal_ketamine"]},
    "at home ketamine texas": {"modality": ["at_home_telehealth"]},
    "treatment resistant depression spravato": {
        "modality": ["esketamine_nasal"],
        "condition": ["treatment_resistant_depression"],
    },
    "trd depression": {"condition": ["treatment_resistant_depression"]},
    "anxiety and ptsd": {"condition": ["anxiety", "ptsd"]},
    "nature retreat": {"nature": ["nat_retreat"]},
    "kap with horses in nature": {"modality": ["kap"], "nature": ["nat_animal"]},
    "nature based ketamine": {"nature": list(FACETS["nature"].offers)},
    "va covered spravato": {"modality": ["esketamine_nasal"], "payment": ["tricare_va"]},
    "ketamine for veterans": {},
    "ketamine psychiatrist": {},
    "ketamine with a psychiatrist": {"staff": ["psychiatrist"]},
    "18+ ketamine": {"screening": ["age_minimum"]},
    "kap no referral": {"modality": ["kap"]},
    "not infusion but kap": {"modality": ["kap"]},
    "kap referral not required": {"modality": ["kap"]},
    "kap without an ekg": {"modality": ["kap"]},
}


@pytest.mark.parametrize(("query", "facets"), FACET_CASES.items())
def test_facets_are_chosen_by_what_people_call_them(query, facets):
    found = understood(query).understood
    assert {facet: list(codes) for facet, codes in found.facets.items()} == facets


def test_every_phrase_of_the_facet_table_is_understood():
    weak = {" ".join(phrase) for phrase in _weak_phrases()}
    for facet in FACETS.values():
        for value in facet.values:
            for phrase in value.words:
                if value.offer and phrase not in weak:
                    chosen = understood(f"denver, {phrase}").understood.facets
                    assert chosen.get(facet.code), f"{phrase!r} of {facet.code}.{value.code}: {chosen}"


def _weak_phrases():
    phrases = explainer().lexicon.weak
    return list(phrases._meanings)


def test_a_negated_phrase_leaves_clinics_out_and_says_so():
    found = understood("ketamine no referral denver")
    assert not found.understood.facets
    assert found.understood.without == {"screening": ("referral_required",)}
    assert "Not: A referral, from “no referral”" in notes(found)


def test_near_me_without_a_place_asks_and_keeps_the_rest():
    found = understood("kap near me")
    assert found.query is None
    assert found.asks == "place"
    assert found.understood.facets == {"modality": ("kap",)}


def test_near_me_with_a_place_beside_it_does_not_ask():
    assert understood("kap near me", near="Asheville, NC").query is not None
    assert understood("kap near me", lat=35.6, lng=-82.55).query is not None
    assert understood("kap near me", box=Box(south=35, west=-83, north=36, east=-82)).query is not None


def test_near_me_typed_as_the_place_asks():
    assert understood("kap", near="near me").asks == "place"


def test_an_unknown_place_asks_and_says_so():
    for found in (understood("kap near xyzzyqq"), understood("kap", near="xyzzyqq"), understood("kap 00000")):
        assert found.query is None
        assert found.asks == "place"
        assert "do not know" in notes(found)


def test_a_place_abroad_asks_and_offers_its_namesakes():
    for found in (understood("ketamine london"), understood("ketamine", near="toronto")):
        assert found.asks == "place"
        assert found.near_misses


def test_a_misspelled_place_is_found_in_the_position_of_a_place():
    assert label(understood("kap near ashevile")) == "Asheville, NC"
    assert label(understood("spravato philadelfia")) == "Philadelphia, PA"
    assert label(understood("kap ashville nc")) == "Asheville, NC"
    assert "read from" in notes(understood("spravato philadelfia"))


def test_the_name_of_a_clinic_is_not_a_place():
    found = understood("Klarisana san antonio").understood
    assert found.words == ("klarisana",)
    assert found.place is not None and found.place.label == "San Antonio, TX"
    for name in ("klarisana", "mindbloom", "innerwell", "nushama", "field trip health"):
        assert understood(name).understood.words
        assert understood(name).understood.place is None


def test_names_of_namesakes_are_offered():
    found = understood("ketamine springfield")
    assert len(found.alternatives) > 3


def test_the_place_given_separately_wins():
    assert label(understood("kap denver", near="Asheville, NC")) == "Asheville, NC"
    assert "Ignored “denver”" in notes(understood("kap denver", near="Asheville, NC"))
    assert label(understood("kap denver", lat=35.6, lng=-82.55)) == "a point near Asheville, NC"
    assert label(understood("kap", near="ketamine near asheville please")) == "Asheville, NC"


def test_facets_given_separately_win_even_when_empty():
    assert understood("kap", facets={"modality": ("iv_infusion",)}).understood.facets == {
        "modality": ("iv_infusion",)
    }
    assert understood("kap", facets={"modality": ()}).understood.facets == {}
    assert understood("", facets={"nature": ("any",)}).understood.facets == {
        "nature": FACETS["nature"].offers
    }


@pytest.mark.parametrize(
    ("query", "radius"),
    [
        ("within 30 miles of asheville", 30),
        ("ketamine 25 mi 28801", 25),
        ("kap 10mi denver", 10),
        ("100 mile radius of denver", 100),
        ("within 9999 miles of denver", 500),
        ("kap denver", 50),
        ("kap colorado", None),
        ("within 20 miles of buncombe county", 20),
    ],
)
def test_the_radius_is_read(query, radius):
    assert understood(query).understood.radius_miles == radius


def test_the_radius_given_separately_wins():
    assert understood("kap within 30 miles of denver", radius=5).understood.radius_miles == 5


def test_free_words_sort_by_match_unless_asked_otherwise():
    assert understood("klarisana").understood.sort == "match"
    assert understood("kap denver").understood.sort == "nearest"
    assert understood("klarisana denver", sort="nearest").understood.sort == "nearest"


def test_words_in_quotation_marks_are_taken_as_they_stand():
    found = understood('"Willow House" asheville').understood
    assert found.words == ("willow", "house")
    assert understood('"iv near me"').understood.words == ("iv", "near", "me")


def test_coordinates_are_a_point_kept_to_two_decimals():
    for text in ("35.60095, -82.55402", "kap near 35.60095,-82.55402"):
        place = understood(text).understood.place
        assert place is not None
        assert (place.kind, place.point.lat, place.point.lng) == ("point", 35.6, -82.55)


CRISIS = [
    "i want to die",
    "kill myself",
    "I want to kill myself tonight",
    "ketamine for suicidal ideation denver",
    "suicidal",
    "suicidle thoughts help",
    "sucide",
    "self harm",
    "self-harm help near me",
    "overdose",
    "i took an overdose",
    "crisis help near me",
    "better off dead",
    "don't want to live anymore",
    "I don’t want to be here anymore",
    "end my life",
    "ending it all",
    "cutting myself",
    "hurt myself",
    "no reason to live",
    "suicide hotline",
    "988",
]


@pytest.mark.parametrize("text", CRISIS)
def test_words_of_a_crisis_are_heard(text):
    found = understood(text)
    assert found.crisis
    assert "988" in notes(found)
    assert not found.understood.words


def test_ordinary_searches_raise_no_alarm():
    ordinary = [*STATE_TRAPS, *PLACES, *FACET_CASES, "die hard denver", "life coach", "cutting edge ketamine"]
    assert not [query for query in ordinary if understood(query).crisis]


def test_a_cut_search_says_so():
    assert "first 200 characters" in notes(understood("kap denver " + "x " * 5000))


def test_a_page_beyond_all_pages_is_refused():
    with pytest.raises(BadQuery) as caught:
        understood("kap", page=10_000)
    assert caught.value.field == "page"


def test_the_other_choices_of_a_request_are_kept():
    found = understood("kap", include_unstated=True, town_unstated=True, size=5, page=2).understood
    assert found.include_unstated and found.state_level_only
    assert (found.size, found.page) == (5, 2)
    assert understood("kap").understood.size == Settings().page_size


@pytest.mark.parametrize(
    ("query", "sent"), [("kap within 25 miles", {}), ("kap", {"radius": 25}), ("", {"radius": 5})]
)
def test_a_radius_without_a_place_asks_for_one(query, sent):
    found = understood(query, **sent)
    assert found.asks == "place" and found.query is None
    assert "Where?" in notes(found)


def test_a_radius_with_a_box_asks_for_nothing():
    box = Box(south=35, west=-83, north=36, east=-82)
    assert not understood("kap", radius=25, box=box).asks


@pytest.mark.parametrize(
    ("query", "place", "dropped"),
    [
        ("ketamine dallas or austin", "Austin, TX", "dallas"),
        ("denver and boulder", "Boulder, CO", "denver"),
        ("kap in seattle, boise", "Seattle, WA", "boise"),
    ],
)
def test_a_second_city_is_never_dropped_without_a_note(query, place, dropped):
    found = understood(query)
    assert label(found) == place
    assert f"Ignored “{dropped}”: one place at a time" in notes(found)
    assert dropped not in found.understood.words


@pytest.mark.parametrize(
    "query", ["80202 denver kap", "asheville buncombe county kap", "kap denver colorado"]
)
def test_the_area_around_the_place_is_dropped_silently(query):
    assert "Ignored" not in notes(understood(query))


def test_a_surname_is_no_county_unless_a_county_or_state_is_named():
    assert understood("dr smith ketamine").understood.place is None
    assert label(understood("ketamine smith county tx")) == "Smith County, TX"
    assert label(understood("ketamine smith tx")) == "Smith County, TX"
    assert label(understood("kap in buncombe")) == "Buncombe County, NC"


def test_a_city_typed_without_its_spaces_is_found():
    assert label(understood("kap sanfrancisco")) == "San Francisco, CA"
    assert understood("kap moonlight").understood.words == ("moonlight",)


def test_a_state_of_the_same_letters_is_among_the_alternatives():
    found = understood("ketamine in la")
    assert label(found) == "Los Angeles, CA"
    assert "Louisiana" in [place.label for place in found.alternatives]


@pytest.mark.parametrize(
    ("everyday", "meant", "facet"),
    [
        ("dying to try ketamine denver", "ketamine for dying patients", "condition"),
        ("kap dogs denver", "kap with dogs", "nature"),
        ("remote town alaska ketamine", "remote ketamine sessions", "modality"),
        ("mail street denver", "ketamine in the mail", "modality"),
    ],
)
def test_everyday_words_are_filters_only_beside_words_that_mean_them(everyday, meant, facet):
    assert understood(everyday).understood.facets.get(facet, ()) in {(), ("kap",)}
    assert understood(meant).understood.facets.get(facet)


@pytest.mark.parametrize(("typed", "used"), [("5000", "500 miles"), ("0", "1 mile")])
def test_a_radius_that_was_changed_says_so(typed, used):
    said = notes(understood(f"kap within {typed} miles of denver"))
    assert f"Within {used}, from “within {typed} miles of”: changed" in said
    assert "changed" not in notes(understood("kap within 50 miles of denver"))


def test_only_a_page_too_deep_is_reported_as_the_page():
    with pytest.raises(BadQuery, match="page"):
        understood("kap", page=5001, size=20)
