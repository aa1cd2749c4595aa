"""The four ways that the home page explains."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Way:
    """One of the four ways on the home page."""

    code: str
    name: str
    text: str
    facts: tuple[tuple[str, str], ...]


WAYS = (
    Way(
        "kap",
        "KAP",
        "Ketamine-assisted psychotherapy: therapy in or tightly around the dose, with preparation before and "
        "integration after.",
        (("With you", "A therapist"), ("FDA", "Not approved for this use")),
    ),
    Way(
        "iv_infusion",
        "IV infusion",
        "A drip into a vein over about 40 to 60 minutes, usually as a series. Often little or no therapy.",
        (("With you", "Medical staff"), ("FDA", "Not approved for this use")),
    ),
    Way(
        "esketamine_nasal",
        "Spravato",
        "Esketamine nasal spray, taken only at a certified site, watched for at least two hours.",
        (("With you", "Medical staff"), ("FDA", "Approved for two depression uses")),
    ),
    Way(
        "at_home_telehealth",
        "At home",
        "Ketamine sent to you, with visits by video. More risk, says the FDA. Rules may change after 2026.",
        (("With you", "No one on site"), ("FDA", "Not approved for this use")),
    ),
)
