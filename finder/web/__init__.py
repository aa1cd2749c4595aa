"""A room: a request in, a page or a JSON document out. Complete without JavaScript.

Start reading in `pages.py`; `document.py` is the JSON of a search, `words.py` the words.
"""

import hashlib
from functools import lru_cache
from importlib.resources import files

from flask import Flask, url_for

from finder import __version__
from finder.facets import FACETS
from finder.inbox import NetworkKeys
from finder.search.engine import SearchEngine
from finder.settings import Settings
from finder.web import (
    api,
    clinicpage,
    clock,
    errors,
    headers,
    landing,
    location,
    map,
    pages,
    report,
    screening,
    share,
    sitemaps,
    words,
)
from finder.web.address import absolute, canonical, canonical_search
from finder.web.links import clinic_path
from finder.web.services import Services

MAX_BODY_BYTES = 64 * 1024


def create_app(settings: Settings, engine: SearchEngine | None = None) -> Flask:
    """The WSGI application; DataError when places or lexicon are missing or damaged.

    A missing index is answered with an honest 503 until there is one. No cookie is ever set and
    nothing about a request is logged.
    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.url_map.strict_slashes = False
    app.extensions["services"] = Services.open(settings, engine)
    app.extensions[report.KEYS] = NetworkKeys(clock.start())
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(clinicpage.blueprint)
    app.register_blueprint(report.blueprint)
    app.register_blueprint(api.blueprint)
    app.register_blueprint(map.blueprint)
    app.register_blueprint(location.blueprint)
    app.register_blueprint(landing.blueprint)
    app.register_blueprint(sitemaps.blueprint)
    app.register_blueprint(share.blueprint)
    errors.install(app)
    headers.install(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        absolute=absolute,
        asset=_asset,
        attribution=words.ATTRIBUTION,
        facets=FACETS,
        outage=app.extensions["services"].outage,
        canonical=canonical,
        canonical_search=canonical_search,
        clinic_path=clinic_path,
        screening=screening,
        settings=settings,
        version=__version__,
        words=words,
    )
    return app


def _asset(name: str) -> str:
    """The address of a static file, changed whenever its content is."""
    return url_for("static", filename=name, v=_digest(name))


@lru_cache
def _digest(name: str) -> str:
    content = files("finder.web").joinpath("static", name).read_bytes()
    return hashlib.sha256(content).hexdigest()[:12]
