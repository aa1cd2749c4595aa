"""The kinds of page and the settings in which each is looked at."""

from typing import Any

RESULTS = "/search?q=kap+near+asheville"
CLINIC = "/clinic/asheville-integrative-psychiatry-asheville-nc"

PAGES = {
    "home": "/",
    "results": RESULTS,
    "long-results": "/search?q=ketamine+denver",
    "state": "/search?q=colorado",
    "short": "/search?q=kap+with+nature+boise",
    "ask": "/search?q=ketamine+therapy+near+me",
    "unknown-place": "/search?near=xqzxqzxqz",
    "crisis": "/search?q=i+want+to+die",
    "clinic": CLINIC,
    "report": f"{CLINIC}/report",
    "landing": "/ketamine-therapy/colorado/",
    "about": "/about-data",
    "privacy": "/privacy",
    "wrong": "/search?q=kap&radius=abc",
    "missing": "/nothing",
}
EXPECTED_STATUS = {"wrong": 400, "missing": 404}

SETTINGS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
    "narrow": {"viewport": {"width": 320, "height": 640}},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "forced": {"viewport": {"width": 1280, "height": 900}, "forced_colors": "active"},
}
