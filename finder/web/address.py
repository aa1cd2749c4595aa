"""The site's own address, for what must be absolute: sitemaps, canonical links, OpenSearch."""

import re
from typing import Final, cast

from flask import abort, current_app, request
from markupsafe import Markup, escape

from finder.search.query import Query
from finder.web.services import Services

_HOST: Final = re.compile(r"(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:]+\])(?::\d{1,5})?", re.IGNORECASE)


def absolute(path: str) -> str:
    """The whole address of one of our paths: under FINDER_SITE_URL, else under the host that was asked
    (400 when that is no host name).
    """
    services = cast(Services, current_app.extensions["services"])
    return f"{services.settings.site_url or _asked()}{path}"


def canonical(path: str) -> Markup:
    """The link element that names the one address of a page."""
    return Markup('<link rel="canonical" href="%s">') % escape(absolute(path))


def canonical_search(query: Query) -> Markup:
    """The same for a results page: the search for its words and place alone, from the first page."""
    services = cast(Services, current_app.extensions["services"])
    place, settings = query.place, services.settings
    bare = Query(
        words=query.words,
        place=place,
        radius_miles=None if place is None or place.is_area else settings.radius_miles,
        sort="match" if query.words else "nearest",
        size=settings.page_size,
    )
    return canonical(services.links.search_that_may_widen(bare))


def _asked() -> str:
    if not _HOST.fullmatch(request.host):
        abort(400)
    return f"{request.scheme}://{request.host}"
