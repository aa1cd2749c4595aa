"""The US Census Bureau's geocoder, written the way geopy writes its geocoders. Public domain."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

from geopy.exc import GeocoderParseError, GeocoderQueryError
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location

__all__ = ("USCensus",)


class USCensus(Geocoder):  # type: ignore[misc]  # geopy is not typed
    """Addresses of the United States, interpolated along street segments.

    Documentation: https://geocoding.geo.census.gov/geocoder/Geocoding_Services_API.html
    """

    structured_query_params = frozenset({"street", "city", "state", "zip"})
    oneline_path = "/geocoder/locations/onelineaddress"
    structured_path = "/geocoder/locations/address"

    def __init__(  # noqa: PLR0913  (geopy's own signature)
        self,
        *,
        benchmark: str = "Public_AR_Current",
        domain: str = "geocoding.geo.census.gov",
        scheme: str | None = None,
        timeout: Any = DEFAULT_SENTINEL,
        proxies: Any = DEFAULT_SENTINEL,
        user_agent: str | None = None,
        ssl_context: Any = DEFAULT_SENTINEL,
        adapter_factory: Any = None,
    ) -> None:
        """:param benchmark: Which version of the address ranges to search.

        The other parameters are those of every geopy geocoder.
        """
        super().__init__(
            scheme=scheme,
            timeout=timeout,
            proxies=proxies,
            user_agent=user_agent,
            ssl_context=ssl_context,
            adapter_factory=adapter_factory,
        )
        self.benchmark = benchmark
        self.domain = domain.strip("/")

    def geocode(
        self, query: str | Mapping[str, str], *, exactly_one: bool = True, timeout: Any = DEFAULT_SENTINEL
    ) -> Any:
        """The location of an address: one line, or a mapping with street and any of city, state, zip.

        :return: None, a geopy Location, or a list of them if ``exactly_one=False``.
        """
        if isinstance(query, Mapping):
            params = {key: query[key] for key in sorted(self.structured_query_params) if query.get(key)}
            path = self.structured_path
        else:
            params, path = {"address": query}, self.oneline_path
        params |= {"benchmark": self.benchmark, "format": "json"}
        url = f"{self.scheme}://{self.domain}{path}?{urlencode(params)}"
        return self._call_geocoder(url, partial(self._parse_json, exactly_one=exactly_one), timeout=timeout)

    def _parse_json(self, response: Any, exactly_one: bool) -> Any:
        if isinstance(response, dict) and response.get("errors"):
            raise GeocoderQueryError(f"the Census geocoder refused the address: {response['errors']}")
        try:
            matches = [self._location(match) for match in response["result"]["addressMatches"]]
        except (KeyError, TypeError, ValueError) as error:
            raise GeocoderParseError(f"not an answer of the Census geocoder: {error!r}") from error
        if not matches:
            return None
        return matches[0] if exactly_one else matches

    @staticmethod
    def _location(match: dict[str, Any]) -> Location:
        """Longitude stands in x and latitude in y."""
        point = (float(match["coordinates"]["y"]), float(match["coordinates"]["x"]))
        return Location(match["matchedAddress"], point, match)
