"""Which network addresses page fetching may reach: the public internet, and what the operator allows by FETCH_ALLOW."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence

from pushsvc.errors import BadSetting, PushsvcError

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""(host, port) -> its addresses, as text. Raises OSError when the name does not resolve."""

#: Answers for instances inside Azure, though the address is a public one.
_PLATFORM = frozenset({ipaddress.ip_address("168.63.129.16")})
#: What Python 3.11 calls global and is not: site-local, documentation and protocol assignments (IANA special registries).
_SPECIAL = tuple(ipaddress.ip_network(each) for each in ("fec0::/10", "3fff::/20", "192.0.0.0/24"))
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class NotReachable(PushsvcError):
    """The host's address is one that fetching must not touch."""


def read_networks(written: Iterable[str]) -> tuple[Network, ...]:
    """The networks of FETCH_ALLOW, as in `10.1.0.0/16`. BadSetting names the one that is none."""
    networks = []
    for each in written:
        try:
            networks.append(ipaddress.ip_network(each.strip(), strict=False))
        except ValueError:
            raise BadSetting(f'FETCH_ALLOW: "{each}" is no network: write it as 10.1.0.0/16') from None
    return tuple(networks)


def may_reach(address: IpAddress, allowed: Sequence[Network]) -> bool:
    """Whether `address` is public, or in an allowed network. An IPv4 address inside an IPv6 one is looked at too."""
    if any(address in network for network in allowed):
        return True
    inner = _inner(address)
    if inner is not None:
        return may_reach(inner, allowed)
    if address in _PLATFORM or any(address in network for network in _SPECIAL):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


async def reachable(host: str, port: int, allowed: Sequence[Network], resolve: Resolve) -> list[str]:
    """The addresses of `host` to connect to. NotReachable when one of them is private: a name that points both ways is a trap.

    OSError when the name does not resolve.
    """
    found = await resolve(host.strip("[]"), port)
    if not found:
        raise OSError(f"{host} has no address")
    for each in found:
        if not may_reach(ipaddress.ip_address(each.split("%")[0]), allowed):
            raise NotReachable(f"{host} has the address {each}, which is not public: FETCH_ALLOW names the exceptions")
    return list(found)


async def system_resolve(host: str, port: int) -> list[str]:
    """What the system's resolver says."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def _inner(address: IpAddress) -> ipaddress.IPv4Address | None:
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)
