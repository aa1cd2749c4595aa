"""The address of an Elasticsearch engine."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from finder.errors import SettingsError


@dataclass(frozen=True)
class Address:
    """`https://one:9200,two:9200/clinics`: the nodes, and the alias that is searched."""

    hosts: tuple[str, ...]
    alias: str

    @classmethod
    def read(cls, url: str) -> "Address":
        """The parts of an engine address; SettingsError for any other text. No secrets in it: the
        command line prints it.
        """
        scheme, _, rest = url.partition("://")
        names, _, alias = rest.partition("/")
        hosts = tuple(f"{scheme}://{name.strip().split('://')[-1]}" for name in names.split(","))
        if "@" in names or not all(_is_host(host) for host in hosts):
            raise SettingsError("FINDER_ENGINE", "use https://host:9200,other:9200/index")
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,99}", alias):
            raise SettingsError("FINDER_ENGINE", "name an index in small letters: https://host:9200/clinics")
        return cls(hosts, alias)


def _is_host(host: str) -> bool:
    try:
        parts = urlsplit(host)
        return bool(parts.hostname and parts.port) and not parts.path
    except ValueError:
        return False
