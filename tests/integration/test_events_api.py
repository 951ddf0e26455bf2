"""Sites speak to the API over a real socket: every answer that the contract promises."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa
import uvicorn
from starlette.applications import Starlette

from pushsvc.clock import FixedClock
from pushsvc.domain.publications import publication_id
from pushsvc.domain.signatures import secret_bytes, sign
from pushsvc.sites import keys
from pushsvc.storage.database import Database
from pushsvc.storage.shared import MemoryShared
from pushsvc.storage.tables.sites import events
from pushsvc.storage.vault import Vault
from pushsvc.web.api.events import EventRoutes
from pushsvc.web.api.limits import RateLimit
from tests.unit.intake_builders import CHENGDU, MINISTRY, PAGE, SICHUAN, TEXT, Recorded, an_intake, registered

JSON = "application/json"


@dataclass
class Answer:
    status: int
    body: dict[str, Any]
    headers: Mapping[str, str]

    @property
    def kind(self) -> str:
        assert self.headers["content-type"] == "application/problem+json"
        assert self.body["status"] == self.status
        return str(self.body["type"]).rsplit(":", 1)[-1]


@dataclass
class Api:
    url: str
    session: aiohttp.ClientSession
    database: Database
    clock: FixedClock
    published: Recorded
    secrets: dict[str, bytes]
    routes: EventRoutes
    funnels: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def get(self, path: str) -> Answer:
        async with self.session.get(self.url + path) as answer:
            return Answer(answer.status, await answer.json(content_type=None), answer.headers)

    async def post(self, body: Any, webhook_id: str = "msg_1", *, by: str = CHENGDU, kind: str = JSON, **more: str) -> Answer:
        content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        headers = {**sign(self.secrets[by], webhook_id, self.clock.now(), content), "content-type": kind}
        headers |= {name.replace("_", "-"): value for name, value in more.items()}
        return await self.post_raw(content, {name: value for name, value in headers.items() if value})

    async def post_raw(self, content: Any, headers: Mapping[str, str]) -> Answer:
        async with self.session.post(f"{self.url}/api/v1/events", data=content, headers=headers) as answer:
            return Answer(answer.status, await answer.json(content_type=None), answer.headers)

    async def stored(self) -> list[sa.Row[tuple[object, ...]]]:
        async with self.database.read() as tx:
            return list((await tx.execute(sa.select(events).order_by(events.c.received_at))).all())


@pytest.fixture
async def api(database: Database, clock: FixedClock, vault: Vault) -> AsyncIterator[Api]:
    await registered(database, clock)
    secrets = {}
    for number, site in enumerate((CHENGDU, SICHUAN, MINISTRY)):
        written = await keys.make_key(database, vault, clock, lambda count, n=number: bytes([n]) * count, site)  # type: ignore[misc]
        secrets[site] = secret_bytes(written)
    intake, published = an_intake(database, vault, clock)
    funnels: dict[str, dict[str, Any]] = {}

    async def funnel(event_id: str) -> Mapping[str, Any] | None:
        return funnels.get(event_id)

    routes = EventRoutes(database, vault, clock, intake, funnel, RateLimit(MemoryShared(clock)), "https://push.example/")
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes.routes()), log_level="warning", lifespan="off"))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        async with aiohttp.ClientSession() as session:
            url = f"http://127.0.0.1:{listening.getsockname()[1]}"
            while not server.started:
                await asyncio.sleep(0.01)
            yield Api(url, session, database, clock, published, secrets, routes, funnels)
        server.should_exit = True
        await serving


EVENT = {"url": PAGE, "content_text": TEXT}


async def test_a_signed_event_is_accepted_and_its_funnel_can_be_asked_for(api: Api) -> None:
    answer = await api.post(EVENT)
    assert answer.status == 202
    event_id = answer.body["event_id"]
    assert answer.body["status_url"] == f"https://push.example/api/v1/events/{event_id}"
    assert api.published.outputs[0].key == publication_id(PAGE)
    api.funnels[event_id] = {"event_id": event_id, "state": "received"}
    assert (await api.get(f"/api/v1/events/{event_id}")).body["state"] == "received"


async def test_the_same_id_and_body_again_gives_200_with_the_same_ids_and_another_body_409(api: Api) -> None:
    first = await api.post(EVENT)
    api.clock.advance(timedelta(hours=1))
    again = await api.post(EVENT)
    assert (again.status, again.body) == (200, first.body)
    other = await api.post({**EVENT, "title": "另"})
    assert (other.status, other.kind) == (409, "id-taken")
    assert (await api.post(EVENT, "msg_2")).status == 202
    assert len(await api.stored()) == 2


async def test_a_refused_request_does_not_use_its_id_up(api: Api) -> None:
    assert (await api.post({**EVENT, "regions": ["510000"]})).status == 422
    assert (await api.post({**EVENT, "url": "https://www.sc.gov.example/a", "site": CHENGDU})).status == 403
    assert (await api.post(EVENT)).status == 202


async def test_a_region_out_of_reach_names_field_region_and_rule(api: Api) -> None:
    answer = await api.post({**EVENT, "regions": ["510104", "510000"], "titel": "x"})
    assert (answer.status, answer.kind) == (422, "not-acceptable")
    answer = await api.post({**EVENT, "regions": ["510104", "510000"]})
    [error] = answer.body["errors"]
    assert error["field"] == "regions[1]"
    assert "510000 is out of the reach of 5101000012" in error["message"]


async def test_a_body_that_is_no_json_is_malformed(api: Api) -> None:
    for body in (b"{", b"[]", b"\xff\xfe"):
        answer = await api.post(body)
        assert (answer.status, answer.kind) == (400, "malformed")


async def test_a_signature_that_is_missing_old_or_of_another_body_is_unauthorised(api: Api) -> None:
    content = json.dumps(EVENT).encode()
    good = {**sign(api.secrets[CHENGDU], "m", api.clock.now(), content), "content-type": JSON}
    old = {**good, **sign(api.secrets[CHENGDU], "m", api.clock.now() - timedelta(minutes=6), content)}
    unknown = {**good, **sign(b"x" * 32, "m", api.clock.now(), content)}
    unsigned = {"content-type": JSON}
    for headers, sent in ((unsigned, content), (old, content), (unknown, content), (good, content + b" ")):
        answer = await api.post_raw(sent, headers)
        assert (answer.status, answer.kind) == (401, "bad-signature")
        assert "www-authenticate" in answer.headers
    assert await api.stored() == []


@pytest.mark.parametrize(
    "said",
    [
        {"url": PAGE},  # signed by the province for the city's page
        {"url": PAGE, "site": CHENGDU},
        {"url": PAGE, "site": SICHUAN},
        {"url": "https://nowhere.example/a"},
        {"url": "https://nowhere.example/a", "site": SICHUAN},
        {"url": "https://www.sc.gov.example/a", "site": "1101000001"},
        {"url": "https://www.sc.gov.example:8443/a"},  # below no prefix of the province's
    ],
)
async def test_a_site_speaks_only_with_its_own_key_for_its_own_addresses(api: Api, said: dict[str, Any]) -> None:
    answer = await api.post({**said, "content_text": TEXT}, by=SICHUAN)
    assert (answer.status, answer.kind) == (403, "not-yours")
    assert await api.stored() == []


async def test_a_site_code_is_understood_in_capitals(api: Api) -> None:
    event = {"url": "https://www.mca.gov.example/a", "content_text": TEXT, "site": "BM01000001", "regions": ["000000"]}
    assert (await api.post(event, by=MINISTRY)).status == 202


async def test_a_hostile_url_is_named_as_a_bad_field(api: Api) -> None:
    for url in ("https://a@www.chengdu.gov.example/", "javascript:1", 7, None):
        answer = await api.post({"url": url, "content_text": TEXT})
        assert (answer.status, answer.body["errors"][0]["field"]) == (422, "url")
    assert (await api.post({"content_text": TEXT})).body["errors"] == [{"field": "url", "message": "is required"}]


async def test_a_key_that_is_being_changed_holds_beside_the_new_one_until_it_is_revoked(api: Api, vault: Vault) -> None:
    await keys.make_key(api.database, vault, api.clock, lambda count: b"9" * count, CHENGDU)
    assert (await api.post(EVENT, "old")).status == 202
    old, api.secrets[CHENGDU] = api.secrets[CHENGDU], b"9" * 32
    assert (await api.post(EVENT, "new")).status == 202
    async with api.database.write() as tx:
        await keys.revoke_key(tx, api.clock, 1)
    api.secrets[CHENGDU] = old
    assert (await api.post(EVENT, "revoked")).status == 401


async def test_more_than_five_mebibytes_are_refused_said_or_unsaid(api: Api) -> None:
    large = b" " * (5 * 1024 * 1024 + 1)

    async def in_pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(large), 65536):
            yield large[start : start + 65536]

    headers = {**sign(api.secrets[CHENGDU], "m", api.clock.now(), large), "content-type": JSON}
    for content in (large, in_pieces()):
        answer = await api.post_raw(content, headers)
        assert (answer.status, answer.kind) == (413, "too-large")


async def test_an_event_just_under_five_mebibytes_is_taken(api: Api) -> None:
    html = "<p>" + "a" * (5 * 1024 * 1024 - 200) + "</p>"
    assert (await api.post({"url": PAGE, "content_html": html})).status == 202


@pytest.mark.parametrize(
    "headers",
    [{"content_type": "text/plain"}, {"content_type": "application/cloudevents-batch+json"}, {"content_encoding": "gzip"}],
)
async def test_other_kinds_of_content_are_not_understood(api: Api, headers: dict[str, str]) -> None:
    answer = await api.post(EVENT, **headers)
    assert (answer.status, answer.kind) == (415, "unsupported-media-type")


async def test_a_structured_cloudevent_is_an_event_and_keeps_its_id(api: Api) -> None:
    envelope = {
        "specversion": "1.0", "id": "A-1", "source": "/cms", "type": "cn.gov.page.published", "siteidcode": CHENGDU,
        "datacontenttype": JSON, "data": EVENT,
    }  # fmt: skip
    assert (await api.post(envelope, kind="application/cloudevents+json; charset=utf-8")).status == 202
    packed = {**envelope, "data_base64": base64.b64encode(json.dumps(EVENT).encode()).decode()}
    del packed["data"]
    assert (await api.post(packed, "msg_2", kind="application/cloudevents+json")).status == 202
    rows = await api.stored()
    assert [(row.cloudevent_id, row.site) for row in rows] == [("A-1", CHENGDU)] * 2
    answer = await api.post({**envelope, "specversion": "0.3"}, "msg_3", kind="application/cloudevents+json")
    assert (answer.status, answer.body["errors"][0]["field"]) == (422, "specversion")


async def test_a_binary_cloudevent_is_an_event_and_the_webhook_id_rules(api: Api) -> None:
    attributes = {"ce_specversion": "1.0", "ce_id": "B-1", "ce_source": "/cms", "ce_type": "page", "ce_siteidcode": CHENGDU}
    first = await api.post(EVENT, **attributes)
    assert first.status == 202
    assert (await api.post(EVENT, **attributes)).body == first.body
    assert (await api.stored())[0].cloudevent_id == "B-1"
    assert (await api.post(EVENT, "msg_2", **{**attributes, "ce_siteidcode": SICHUAN})).status == 403
    assert (await api.post(EVENT, "msg_3", **{**attributes, "ce_id": ""})).status == 422


async def test_a_flood_of_bad_signatures_is_not_compared_with_every_key(api: Api) -> None:
    by_another = [(await api.post(EVENT, f"m{number}", by=SICHUAN)).status for number in range(60)]
    assert by_another == [403] * 50 + [401] * 10
    assert (await api.post(EVENT)).status == 202  # who signs well is not held up


async def test_an_envelope_is_judged_only_for_who_may_send(api: Api) -> None:
    content = json.dumps({"specversion": "0.3", "data": EVENT}).encode()
    headers = {**sign(b"x" * 32, "m", api.clock.now(), content), "content-type": "application/cloudevents+json"}
    assert (await api.post_raw(content, headers)).status == 401


async def test_a_site_that_sends_too_fast_is_told_when_to_come_back(api: Api) -> None:
    object.__setattr__(api.routes, "limit", RateLimit(MemoryShared(api.clock), a_second=0.5, burst=2))
    assert [(await api.post(EVENT, f"m{number}")).status for number in range(3)] == [202, 202, 429]
    answer = await api.post(EVENT, "m3")
    assert (answer.kind, answer.headers["retry-after"]) == ("too-many-requests", "2")
    assert (await api.post({"url": "https://www.sc.gov.example/a"}, "m4", by=SICHUAN)).status == 202
    api.clock.advance(timedelta(seconds=2))
    assert (await api.post(EVENT, "m3")).status == 202


async def test_what_cannot_be_made_durable_is_answered_with_503_and_works_again_afterwards(api: Api) -> None:
    if api.database.dialect != "sqlite":
        pytest.skip("a full disk is made by SQLite's page limit")
    await _limit_pages(api.database, 1)
    answer = await api.post({**EVENT, "content_text": TEXT * 3000})
    assert (answer.status, answer.kind) == (503, "not-durable")
    assert "retry-after" in answer.headers
    await _limit_pages(api.database, 10**6)
    assert (await api.post({**EVENT, "content_text": TEXT * 3000})).status == 202


async def _limit_pages(database: Database, most: int) -> None:
    async with database._writer.connect() as connection:
        await connection.exec_driver_sql(f"PRAGMA max_page_count = {most}")
        await connection.rollback()


async def test_duplicates_at_the_same_moment_are_one_event(api: Api) -> None:
    answers = await asyncio.gather(*(api.post(EVENT) for _ in range(10)))
    assert sorted(answer.status for answer in answers) == [200] * 9 + [202]
    assert len({answer.body["event_id"] for answer in answers}) == 1
    assert len(api.published.outputs) == 1


async def test_unknown_ids_are_not_found(api: Api) -> None:
    for path in ("/api/v1/events/evt_x", "/api/v1/publications/pub_x"):
        answer = await api.get(path)
        assert (answer.status, answer.kind) == (404, "not-found")
