"""A handful of clinics around Asheville, one of each kind a page must be able to show."""

from datetime import date

from finder.model import Address, Clinic, Price, Remark
from tests.factories import make_claim, make_clinic, make_location, make_provenance, state_only

QUOTE = "Our ketamine-assisted psychotherapy takes six weeks, with preparation and integration."


def clinics() -> list[Clinic]:
    return [woods(), retreat(), drip(), state_level(), at_home(), *crowd()]


def woods() -> Clinic:
    """Known by town; confirmed KAP, reported nature, IV denied; no phone."""
    who = make_provenance(url="https://woods.example/kap")
    return make_clinic(
        "woods-psychiatry-asheville-nc",
        name="Woods Psychiatry",
        other_names=("Woods KAP",),
        website="https://www.woods.example",
        claims=[
            make_claim("modality", "kap", grade="confirmed", quote=QUOTE, provenance=who),
            make_claim("modality", "iv_infusion", says="no", note="refers IV patients elsewhere"),
            make_claim("support", "prep_sessions"),
            make_claim("nature", "nat_garden_space", note="16 wooded acres used for sessions"),
            make_claim("nature", "nat_decor", note="forest views"),
            make_claim("screening", "medical_history_review", note="gathers prior records"),
            make_claim("exclusion", "pregnancy", detail="absolute"),
        ],
        remarks=(Remark(topic="screening", text="fit consultation first", provenance=who),),
        provenance={"name": who, "website": who},
        sources=(who,),
        former_ids=("old-woods-asheville-nc",),
    )


def retreat() -> Clinic:
    """Known by ZIP, 13 miles off, two sources, a price."""
    news = make_provenance(source="news", ref="2", kind="news", seen=date(2026, 8, 1))
    return make_clinic(
        "blue-ridge-retreat-black-mountain-nc",
        name="Blue Ridge Retreat",
        phone="8285550142",
        hours="Mon-Fri 9-5",
        address=Address(city="Black Mountain", state="NC", postal_code="28711"),
        location=make_location(35.6179, -82.3212, precision="zip", radius_miles=3, method="zip"),
        claims=[("modality", "kap"), ("modality", "oral_sublingual"), ("nature", "nat_retreat")],
        prices=(Price(amount_usd=750, what="a day", provenance=news),),
        sources=(make_provenance(), news),
        merge_reasons=("same phone and name",),
    )


def drip() -> Clinic:
    """Known by street; IV only; closed for now."""
    return make_clinic(
        "drip-clinic-asheville-nc",
        name="Drip Clinic",
        phone="8285550199",
        address=Address(street="12 Haywood St", city="Asheville", state="NC", postal_code="28801"),
        location=make_location(35.64, -82.553, precision="street", radius_miles=0.1, method="source"),
        claims=[("modality", "iv_infusion")],
        status="temporarily_closed",
        min_age=18,
    )


def state_level() -> Clinic:
    return make_clinic(
        "somewhere-counseling-nc",
        name="Somewhere Counseling",
        address=Address(state="NC"),
        location=state_only(),
        claims=[("modality", "kap"), ("condition", "ptsd")],
    )


def at_home() -> Clinic:
    return make_clinic(
        "mail-ketamine-denver-co",
        name="Mail Ketamine",
        address=Address(city="Denver", state="CO"),
        location=make_location(39.7392, -104.9903, county="08031"),
        claims=[make_claim("modality", "at_home_telehealth", states=("CO", "NC"))],
    )


def crowd() -> list[Clinic]:
    """Spravato clinics in Chicago, enough for several pages; nothing else is known of them."""
    return [
        make_clinic(
            f"crowd-{n}-chicago-il",
            name=f"Crowd {n}",
            address=Address(city="Chicago", state="IL", postal_code="60614"),
            location=make_location(
                41.92 + n / 1000, -87.65, precision="zip", radius_miles=1.5, method="zip", county="17031"
            ),
            claims=[("modality", "esketamine_nasal")],
        )
        for n in range(47)
    ]
