"""SMPP with peers that somebody else wrote: the npm package smpp as the operator, smpplib as a client of our fake."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import smpplib.client
import smpplib.consts
import smpplib.exceptions
import smpplib.gsm

from pushsvc.channels.sms.smpp.provider import Smpp
from pushsvc.clock import FixedClock
from pushsvc.demo.fakes.smpp import FakeSmpp
from tests.unit.operators_town import LONG, NOW, SHORT, Diary, a_url, an_sms

SERVICE = Path(__file__).parents[1] / "services" / "npm_smpp"


@pytest.fixture(scope="session")
def node_modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as the lock names it."""
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("node and npm are missing: the npm package smpp cannot be our peer (apt-get install nodejs npm)")
    folder = tmp_path_factory.mktemp("npm")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(SERVICE / name, folder)
    installed = subprocess.run(["npm", "ci", "--silent", "--no-audit", "--no-fund"], cwd=folder, timeout=100, check=False)
    if installed.returncode:
        pytest.skip("the npm package smpp could not be installed from the registry")
    return folder / "node_modules"


class Peer:
    """The npm server and what it printed."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.port = 0
        self.told: list[dict[str, Any]] = []

    async def read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            self.told.append(json.loads(line))

    def having(self, key: str) -> list[dict[str, Any]]:
        return [told for told in self.told if key in told]


@asynccontextmanager
async def a_peer(node_modules: Path) -> AsyncIterator[Peer]:
    process = await asyncio.create_subprocess_exec(
        "node", str(SERVICE / "server.js"), stdout=subprocess.PIPE, env={**os.environ, "NODE_PATH": str(node_modules)}
    )
    peer = Peer(process)
    reading = asyncio.create_task(peer.read())
    try:
        async with asyncio.timeout(20):
            while not peer.told:
                await asyncio.sleep(0.02)
        peer.port = peer.told.pop(0)["port"]
        yield peer
        await asyncio.sleep(0.1)
    finally:
        process.terminate()
        await process.wait()
        await reading


async def test_an_operator_by_npm_reads_what_we_send_and_we_what_it_says(node_modules: Path) -> None:
    diary = Diary()
    async with a_peer(node_modules) as peer:
        provider = Smpp(
            a_url(f"smpp://push:secret@127.0.0.1:{peer.port}/?source=10690000"), FixedClock(NOW), diary, idle_seconds=0.3
        )
        short = await provider.send(an_sms(SHORT + "？"))
        long = await provider.send(an_sms(LONG, named="dlv_2", to="+8613900139000"))
        await diary.until(lambda heard: len(heard.said) == 2 and heard.incoming, seconds=10)
        await asyncio.sleep(0.8)  # silence: it is asked whether it is there
        await provider.close()
    submits = peer.having("to")
    assert [(submit["to"], submit["from"], submit["coding"], submit["receipt"]) for submit in submits] == [
        ("8613800138000", "10690000", 8, 1), ("8613900139000", "10690000", 8, 1), ("8613900139000", "10690000", 8, 1),
    ]  # fmt: skip
    assert submits[0]["message"] == SHORT + "？"
    assert "".join(submit["message"] for submit in submits[1:]) == LONG
    assert [submit["part"][-2:] for submit in submits[1:]] == [[2, 1], [2, 2]]
    assert submits[1]["reference"] == submits[2]["reference"] != submits[0]["reference"]
    assert (short.verdict, long.verdict) == ("accepted", "accepted")
    assert {(said.state, said.provider_id) for said in diary.said} == {
        ("delivered", short.provider_id), ("delivered", long.provider_id),
    }  # fmt: skip
    assert [(one.address, one.words) for one in diary.incoming] == [("+8613800138000", "请问老人怎么申请补贴")]
    assert {told["status"] for told in peer.having("status")} == {0}
    assert peer.having("enquired")
    assert peer.having("unbound")


async def test_the_operator_by_npm_refuses_a_wrong_password(node_modules: Path) -> None:
    async with a_peer(node_modules) as peer:
        provider = Smpp(a_url(f"smpp://push:wrong@127.0.0.1:{peer.port}/?source=1"), FixedClock(NOW), Diary())
        result = await provider.send(an_sms())
        await provider.close()
    assert (result.verdict, result.code, result.stops) == ("not_sent", "RINVPASWD", "provider")


async def test_smpplib_finds_our_fake_operator_as_strict_as_a_real_one() -> None:
    fake = FakeSmpp(receipts=("DELIVRD",))
    await fake.start()
    heard: list[Any] = []
    client = _smpplib(fake.port, heard)
    try:
        await asyncio.to_thread(_talk, client, fake, heard)
    finally:
        await fake.stop()
    assert fake.texts == [("+8613800138000", SHORT), ("+8613800138000", "Aid for older people, €3000")]
    assert [pdu.receipted_message_id.decode().strip("\0") for pdu in heard] == [taken.provider_id for taken in fake.sent]
    assert fake.refused == ["data_coding 3 is not possible here", "141 octets of text, at most 140", "no such number"]


def _smpplib(port: int, heard: list[Any]) -> smpplib.client.Client:
    logging.getLogger("smpplib").setLevel(logging.CRITICAL)
    client = smpplib.client.Client("127.0.0.1", port, allow_unknown_opt_params=True, timeout=5)
    client.set_message_received_handler(lambda pdu: heard.append(pdu) and None)
    client.set_error_pdu_handler(lambda pdu: None)
    return client


def _talk(client: smpplib.client.Client, fake: FakeSmpp, heard: list[Any]) -> None:
    client.connect()
    with pytest.raises(smpplib.exceptions.PDUError, match="Password"):
        client.bind_transceiver(system_id="push", password="wrong")
    client.bind_transceiver(system_id="push", password="secret")
    narrow = smpplib.gsm.gsm_encode("Aid for older people, €3000")
    for octets, coding, to in (
        (SHORT.encode("utf-16-be"), 8, "8613800138000"), (narrow, 0, "8613800138000"), (b"latin", 3, "8613800138000"),
        (b"x" * 141, 8, "8613800138000"), (b"none", 0, "12"),
    ):  # fmt: skip
        client.send_message(
            source_addr_ton=0, source_addr_npi=1, source_addr="10690000", dest_addr_ton=1, dest_addr_npi=1,
            destination_addr=to, short_message=octets, data_coding=coding, registered_delivery=True,
        )  # fmt: skip
    while len(heard) < 2 or len(fake.refused) < 3:
        client.read_once()
    client.unbind()
    client.disconnect()
