"""The operator's first page and the field that finds: who may see them, what they say, and what they keep to themselves."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa

from pushsvc.bootstrap.pages import routes
from pushsvc.commands import running
from pushsvc.operations import accounts
from pushsvc.operations.audit import latest_deeds
from pushsvc.operations.sessions import end_sessions_of, open_session
from pushsvc.storage.tables.flow import dead_letters
from pushsvc.storage.tables.operations import sessions
from pushsvc.web.operator import live
from tests.integration.forms import a_browser, get, post
from tests.integration.pages_town import Pages, pages
from tests.journeys.house import Town

URL = "https://www.5101040001.example/subsidy"


async def console_session(town: Town, role: str = "operator") -> dict[str, str]:
    """The cookie of an account of that role, its own password chosen."""
    database, name = town.house.database, f"a-{role}"
    if await accounts.find_account(database, name) is None:
        await accounts.add_account(database, town.clock, name, role, "5101040001" if role == "publisher" else None)
        await accounts.set_password(database, town.clock, name, "correct horse battery staple")
    async with database.write() as tx:
        session = await open_session(tx, "console", name, town.clock.now(), town.house.random_bytes)
    return {"console": town.house.vault.token("session console", session.token)}


async def a_dead_letter(town: Town, reason: str = "no text") -> None:
    town.may_die = True
    async with town.house.database.write() as tx:
        await tx.execute(
            sa.insert(dead_letters).values(
                stage="summarise", topic="versions", part=0, offset=int(town.clock.now().timestamp()), key="k", value={},
                reason=reason, at=town.clock.now(),
            )
        )  # fmt: skip


@pytest.fixture
async def shown(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Pages]:
    async with pages(sqlite_template, tmp_path, everything=False) as made:
        yield made


@pytest.fixture
async def operator(shown: Pages) -> AsyncIterator[aiohttp.ClientSession]:
    async with a_browser(shown.base, language="en") as client:
        client.cookie_jar.update_cookies(await console_session(shown.town), response_url=client._base_url)  # type: ignore[arg-type]
        yield client


async def client_of(shown: Pages, client: aiohttp.ClientSession, role: str) -> aiohttp.ClientSession:
    client.cookie_jar.clear()
    client.cookie_jar.update_cookies(await console_session(shown.town, role), response_url=client._base_url)  # type: ignore[arg-type]
    return client


async def test_only_who_may_watch_sees_it_and_a_viewer_is_sent_to_no_page_of_others(
    shown: Pages, operator: aiohttp.ClientSession
) -> None:
    await a_dead_letter(shown.town)
    assert 'href="/o/dlq"' in (await get(operator, "/o/")).text
    viewer = await client_of(shown, operator, "viewer")
    seen = await get(viewer, "/o/")
    assert seen.status == 200
    assert "/o/dlq" not in seen.text
    assert (await get(viewer, "/o/find")).status == 403
    publisher = await client_of(shown, operator, "publisher")
    for path in ("/o/", "/o/live", "/o/find", "/o/find/dlv_" + "0" * 32):
        assert (await get(publisher, path)).status == 403
    publisher.cookie_jar.clear()
    async with publisher.get("/o/", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/sign-in?next=/o/")


async def test_it_says_first_whether_anything_needs_a_person(shown: Pages, operator: aiohttp.ClientSession) -> None:
    calm = (await get(operator, "/o/?span=day")).text
    assert calm.index("Nothing needs you.") < calm.index("Right now")
    await a_dead_letter(shown.town)
    await asyncio.sleep(2.1)  # figures are shared for a moment
    told = (await get(operator, "/o/?span=day")).text
    assert "One thing needs you" in told
    assert "set aside: 1" in told


async def test_people_told_and_how_soon_stand_there_and_in_a_table(shown: Pages, operator: aiohttp.ClientSession) -> None:
    await shown.town.service.timekeeper.once()
    page = (await get(operator, "/o/?span=hour")).text
    assert "<b>1</b> people told" in page
    assert "Half of them within" in page
    assert page.count("<details") == 3
    assert "style=" not in page


async def events_of(answer: aiohttp.ClientResponse, most: int) -> list[tuple[str, str]]:
    """The first events of a stream that say more than the moment."""
    found: list[tuple[str, str]] = []
    name = ""
    async for line in answer.content:
        said = line.decode().rstrip("\n")
        if said.startswith("event: "):
            name = said.removeprefix("event: ")
        elif said.startswith("data: ") or said == "data:":
            if name != "moment":
                found.append((name, said.removeprefix("data: ")))
            if len(found) == most:
                break
    return found


async def test_the_stream_sends_what_changes_and_ends_with_the_session(
    shown: Pages, operator: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "EVERY_SECONDS", 0.2)
    async with asyncio.timeout(30), operator.get("/o/live?span=day&lang=zh") as answer:
        assert answer.content_type == "text/event-stream"
        ((name, first),) = await events_of(answer, 1)
        assert name == "figures"
        assert "没有需要您处理的事" in json.loads(first)
        await a_dead_letter(shown.town)
        ((_, second),) = await events_of(answer, 1)
        assert "有一件事需要您" in json.loads(second)
        async with shown.town.house.database.write() as tx:
            await end_sessions_of(tx, "console", "a-operator")
        assert await events_of(answer, 1) == [("over", '""')]


async def test_who_asks_only_for_the_head_holds_no_stream(shown: Pages, operator: aiohttp.ClientSession) -> None:
    async with asyncio.timeout(5), operator.head("/o/live") as answer:
        assert (answer.status, answer.content_type) == (200, "text/event-stream")


async def test_watching_alone_keeps_nobody_signed_in(shown: Pages, operator: aiohttp.ClientSession) -> None:
    async with asyncio.timeout(30), operator.get("/o/live") as answer:
        await events_of(answer, 1)
        async with shown.town.house.database.read() as tx:
            before = (await tx.execute(sa.select(sessions.c.seen_at))).scalars().all()
        shown.town.clock.advance(timedelta(hours=2, minutes=1))
        assert (await events_of(answer, 1))[0][0] in ("over", "figures")
        async with shown.town.house.database.read() as tx:
            assert (await tx.execute(sa.select(sessions.c.seen_at))).scalars().all() == before


async def test_a_stop_does_not_wait_for_who_watches(shown: Pages, operator: aiohttp.ClientSession) -> None:
    town = shown.town
    server = running.server(town.house, routes(town.house, town.service, dev=True))  # type: ignore[arg-type]
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started:
            await asyncio.sleep(0.01)
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/o/live"
        async with asyncio.timeout(5), aiohttp.ClientSession(cookies=await console_session(town)) as watching:
            async with watching.get(address) as answer:
                await events_of(answer, 1)
                server.should_exit = True
                assert await events_of(answer, 1) == []
            await serving


async def looked_for(town: Town) -> list[tuple[str, Any]]:
    async with town.house.database.read() as tx:
        return [(deed.subject, deed.detail) for deed in await latest_deeds(tx) if deed.action == "looked for a person"]


async def test_a_person_is_found_by_contact_which_is_kept_nowhere_and_the_search_is_noted(
    shown: Pages, operator: aiohttp.ClientSession
) -> None:
    found = await post(operator, "/o/find", {"what": " MEI@mail.example "})
    assert found.status == 200
    assert "关于申领老旧电梯更新补贴的通知" in found.text
    assert "taken by the provider" in found.text
    assert await looked_for(shown.town) == [("mei", {"by": "email"})]
    assert "mei@mail" not in found.text.replace('value="MEI@mail.example"', "").lower()


async def test_a_contact_that_nobody_has_is_noted_without_saying_which(shown: Pages, operator: aiohttp.ClientSession) -> None:
    found = await post(operator, "/o/find", {"what": "13811112222"})
    assert "Nothing of that is known here." in found.text
    assert await looked_for(shown.town) == [("nobody known here", {"by": "sms"})]


async def test_a_person_and_a_document_are_answered_in_one_sentence(shown: Pages, operator: aiohttp.ClientSession) -> None:
    await shown.town.a_citizen("far", in_="310115")
    yes = await post(operator, "/o/find", {"what": "mei", "also": URL})
    assert "Yes. It left at 2 March 2026" in yes.text
    same = f"{URL.replace('https', 'http')}?utm_source=x"
    no = await post(operator, "/o/find", {"what": same, "also": "far@mail.example"})
    assert "No. The document does not answer anything they asked for." in no.text
    assert "Interest 1 is about" in no.text


async def test_of_a_person_and_a_document_the_half_that_nobody_here_knows_is_named(
    shown: Pages, operator: aiohttp.ClientSession
) -> None:
    never = "https://www.5101040001.example/never-published.html"
    no = await post(operator, "/o/find", {"what": "mei", "also": never})
    assert "This half is not known here:" in no.text
    assert f">{never}</bdi>" in no.text
    assert "no site has sent it to us, so nobody was told" in no.text
    yes = await post(operator, "/o/find", {"what": "mei", "also": URL})
    assert "This half is not known here:" not in yes.text


async def test_a_message_id_a_link_and_an_event_lead_to_what_they_name(shown: Pages, operator: aiohttp.ClientSession) -> None:
    (mail,) = await shown.town.mailbox("mei")
    link = next(word for word in mail.text.split() if "/m/" in word)
    for typed in (f"<{mail.delivery}@push.example>", link, mail.delivery):
        found = await post(operator, "/o/find", {"what": typed})
        assert "How this message came about" in found.text, typed
        assert "/dev/" not in found.text
    assert (await get(operator, f"/o/find/{mail.delivery}")).status == 200
    assert (await get(operator, "/o/find/dlv_" + "0" * 32)).status == 404
    assert (await get(operator, "/o/find/mei")).status == 404
    assert await looked_for(shown.town) == []


@pytest.mark.parametrize(
    "typed", ["<script>alert(1)</script>", "' OR 1=1 --", "%", "\u202ekcatta", "evt_" + "f" * 32, "/m/xxxx", "x" * 5_000]
)
async def test_hostile_text_finds_nothing_and_becomes_no_markup(
    shown: Pages, operator: aiohttp.ClientSession, typed: str
) -> None:
    found = await post(operator, "/o/find", {"what": typed, "also": typed})
    assert found.status == 200
    assert "<script>alert" not in found.text
    assert "Nothing of that is known here." in found.text


async def test_a_form_that_another_page_sends_finds_nobody(shown: Pages, operator: aiohttp.ClientSession) -> None:
    async with operator.post("/o/find", data={"what": "mei"}) as answer:
        assert answer.status == 403
    assert await looked_for(shown.town) == []
