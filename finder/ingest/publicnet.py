"""Connections to public addresses only: never to this machine or to somebody's own network."""

import ipaddress
import socket
from collections.abc import Callable
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class NotPublic(Exception):
    """The address belongs to this machine or to somebody's own network."""


def is_public(address: str) -> bool:
    """True for an IP address that anybody on the Internet can reach."""
    ip: Any = ipaddress.ip_address(address.partition("%")[0])
    if ip.version == 6:
        inner = (
            ip.ipv4_mapped
            or ip.sixtofour
            or (ipaddress.IPv4Address(ip.packed[-4:]) if ip in _NAT64 else None)
        )
        if inner is not None:
            return is_public(str(inner))
    return bool(ip.is_global and not ip.is_multicast)


def _require_public(address: str, allow_loopback: bool) -> None:
    loopback = ipaddress.ip_address(address.partition("%")[0]).is_loopback
    if not (is_public(address) or (allow_loopback and loopback)):
        raise NotPublic(f"{address} is no public address")


def connected(connect: Callable[[], socket.socket], host: str, allow_loopback: bool) -> socket.socket:
    """A connection to a public address. What the name means is looked at before connecting, and the other
    end again before anything is sent: a name may mean something else the second time.
    """
    for found in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM):
        _require_public(str(found[4][0]), allow_loopback)
    sock = connect()
    try:
        _require_public(str(sock.getpeername()[0]), allow_loopback)
    except NotPublic:
        sock.close()
        raise
    return sock


def public_pools(allow_loopback: bool) -> PoolManager:
    """Pools whose connections look at their other end before they send anything, and raise NotPublic."""

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return connected(super()._new_conn, self._dns_host, allow_loopback)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return connected(super()._new_conn, self._dns_host, allow_loopback)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    pools = PoolManager(num_pools=2, maxsize=1)
    pools.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
    return pools
