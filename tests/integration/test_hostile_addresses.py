"""Addresses inside, in every way of writing one: page fetching reaches none of them."""

from __future__ import annotations

import ipaddress

import pytest

from pushsvc.sites.fetch_client import PageClient, Refused
from pushsvc.sites.networks import may_reach


@pytest.mark.parametrize("address", ["fec0::1", "3fff::1", "192.0.0.8", "64:ff9b:1::7f00:1", "::ffff:169.254.169.254"])
def test_what_no_public_network_routes_is_not_reached(address: str) -> None:
    assert not may_reach(ipaddress.ip_address(address), ())


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "2130706433", "0x7f000001", "017700000001", "127.1", "0", "127.0.0.1.", "127。0。0。1",
        "①②⑦.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "169.254.169.254",
    ],
)  # fmt: skip
async def test_no_way_of_writing_the_machine_itself_is_followed(host: str) -> None:
    async def anybody(_address: object) -> bool:
        return True

    with pytest.raises(Refused, match="not public"):
        await PageClient().fetch(f"http://{host}:9/", anybody)
