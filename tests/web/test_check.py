"""The screening check: what travels with the page."""

import json
from pathlib import Path

from flask.testing import FlaskClient

from finder.facets import FACETS
from finder.search.engine import open_engine
from finder.settings import Settings
from finder.web import create_app
from finder.web.screening import HEALTH_TICKS, PHRASES, PRACTICAL_TICKS, published
from tests.factories import make_claim, make_clinic
from tests.web.conftest import Visitor, text

STRICT = make_clinic(
    "strict-clinic-asheville-nc",
    name="Strict Clinic",
    min_age=21,
    claims=[
        make_claim("modality", "kap"),
        make_claim("exclusion", "pregnancy", detail="absolute"),
        make_claim("exclusion", "heart_disease", detail="clearance"),
        make_claim("exclusion", "glaucoma", says="no"),
        make_claim("screening", "escort_home_required"),
        make_claim("screening", "referral_required", says="no"),
    ],
)
SILENT = make_clinic("silent-clinic-asheville-nc", name="Silent Clinic", claims=[("modality", "kap")])


def said(code: str) -> str:
    return PHRASES[published(STRICT)[code]]  # type: ignore[index]


def test_what_a_clinic_publishes_is_said_as_it_says_it() -> None:
    assert said("pregnancy") == "They say they do not treat"
    assert said("heart_disease") == "They say only with clearance"
    assert said("glaucoma") == "They say they do not exclude"
    assert said("escort_home_required") == "They ask for"
    assert said("referral_required") == "They say they do not ask for"
    assert published(STRICT)["age_minimum"] == [PHRASES.index("They ask for"), "an age of 21 or more"]


def test_what_nobody_states_is_absent() -> None:
    assert published(SILENT) == {}
    assert "liver_disease" not in published(STRICT)
    assert PHRASES[-1] == "They do not say"


def test_a_minimum_age_without_a_number_is_still_said() -> None:
    clinic = make_clinic(claims=[make_claim("screening", "age_minimum")])
    assert published(clinic) == {"age_minimum": PHRASES.index("They ask for")}


def test_every_exclusion_of_the_table_can_be_ticked() -> None:
    assert [tick.code for tick in HEALTH_TICKS] == list(FACETS["exclusion"].offers)
    assert {tick.code for tick in PRACTICAL_TICKS} <= set(FACETS["screening"].offers)


def test_the_boxes_cannot_be_sent(visit: Visitor) -> None:
    for path in ("/search?q=kap+asheville", "/clinic/woods-psychiatry-asheville-nc"):
        part = visit.open(path).find("screening-check")
        assert part is not None
        assert part.find_parent("form") is None
        assert part.find("form") is None
        boxes = part.find_all("input")
        assert len(boxes) == len(HEALTH_TICKS) + len(PRACTICAL_TICKS)
        assert not [one for one in boxes if one.has_attr("name")]


def test_the_page_carries_the_data_of_its_clinics_alone(visit: Visitor) -> None:
    part = visit.open("/search?q=kap+asheville").find("script", type="application/json")
    data = json.loads(part.get_text())
    assert data["clinics"]["woods-psychiatry-asheville-nc"] == {"pregnancy": 0}
    assert "mail-ketamine-denver-co" not in data["clinics"]


def test_without_javascript_the_block_says_where_to_look(visit: Visitor) -> None:
    part = visit.open("/search?q=kap+asheville").find("screening-check")
    assert part is not None
    assert "needs JavaScript" in text(part)
    assert part.find(class_="boxes").has_attr("hidden")
    assert "Pregnancy" in visit.words("/clinic/woods-psychiatry-asheville-nc")


def test_no_results_no_check(client: FlaskClient) -> None:
    assert "screening-check" not in client.get("/search?q=ketamine+therapy+near+me").text


def test_a_new_build_brings_new_data(tmp_path: Path) -> None:
    settings = Settings(build=tmp_path)
    engine = open_engine(settings.engine_url)
    client = create_app(settings).test_client()
    for clinic, has in ((SILENT, False), (SILENT.model_copy(update={"claims": STRICT.claims}), True)):
        engine.rebuild([clinic])
        part = Visitor(client).open("/search?near=asheville").find("script", type="application/json")
        assert bool(json.loads(part.get_text())["clinics"][SILENT.id]) is has
