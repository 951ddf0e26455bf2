"""The door of the consoles: passwords, a second step, accounts, and what ends a session."""

from __future__ import annotations

import base64
import re
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from yarl import URL

from pushsvc.errors import NotDurable
from pushsvc.operations import accounts, audit
from pushsvc.operations.accounts import Role, add_account, set_password
from tests.integration.pages_town import served
from tests.journeys.house import Town, a_house

PASSWORD = "seven quiet rivers run"


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    location: str


@dataclass(frozen=True)
class Browser:
    """A browser that follows no redirect."""

    session: aiohttp.ClientSession

    async def get(self, path: str) -> Answer:
        async with self.session.get(path, allow_redirects=False) as got:
            return Answer(got.status, await got.text(), got.headers.get("Location", ""))

    async def send(self, to: str, fields: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Answer:
        async with self.session.post(to, data=fields, headers=headers, allow_redirects=False) as got:
            return Answer(got.status, await got.text(), got.headers.get("Location", ""))


@pytest.fixture
async def town(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Town]:
    path = tmp_path / "pushsvc.sqlite3"
    shutil.copy(sqlite_template, path)
    async with a_house(f"sqlite+aiosqlite:///{path}", tmp_path) as made:
        yield made


@pytest.fixture
async def base(town: Town) -> AsyncIterator[str]:
    async with served(town, language="en") as address:
        yield address


@asynccontextmanager
async def a_browser(base: str) -> AsyncIterator[Browser]:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(base, headers={"Accept-Language": "en"}, cookie_jar=jar) as session:
        yield Browser(session)


@pytest.fixture
async def client(base: str) -> AsyncIterator[Browser]:
    async with a_browser(base) as made:
        yield made


async def an_account(town: Town, name: str, role: str, site: str | None = None, *, own: bool = True) -> str:
    one_time = await add_account(town.house.database, town.clock, name, role, site)
    if own:
        await set_password(town.house.database, town.clock, name, PASSWORD)
    return PASSWORD if own else one_time


def mark_of(page: Answer) -> str:
    found = re.search(r'name="mark" value="([^"]+)"', page.text)
    assert found, page
    return found[1]


async def post(client: Browser, at: str, to: str, **fields: str) -> Answer:
    """Send a form of the page `at`, with its mark."""
    return await client.send(to, {"mark": mark_of(await client.get(at)), **fields})


async def sign_in(client: Browser, name: str, password: str = PASSWORD) -> Answer:
    return await post(client, "/sign-in", "/sign-in", name=name, password=password)


async def test_the_one_time_password_opens_only_the_page_where_one_chooses_a_password(town: Town, client: Browser) -> None:
    one_time = await an_account(town, "lina", "operator", own=False)
    assert (await sign_in(client, "lina", one_time)).location == "/sign-in/password"
    assert (await client.get("/o/accounts")).location == "/sign-in/password"
    assert (await post(client, "/sign-in/password", "/sign-in/password", password="short", again="short")).status == 422
    differ = await post(client, "/sign-in/password", "/sign-in/password", password=PASSWORD, again=PASSWORD + "s")
    assert "not the same" in differ.text
    chosen = await post(client, "/sign-in/password", "/sign-in/password", password=PASSWORD, again=PASSWORD)
    assert chosen.location == "/o/"
    assert (await sign_in(client, "lina", one_time)).status == 422


async def test_a_console_that_stands_open_is_not_enough_to_change_its_password(town: Town, client: Browser) -> None:
    await an_account(town, "lina", "operator")
    await sign_in(client, "lina")
    assert (await client.get("/sign-in/password")).location == "/account"
    fields = {"mark": mark_of(await client.get("/account")), "password": "another that I know", "again": "another that I know"}
    assert (await client.send("/sign-in/password", fields)).location == "/account"
    await client.send("/sign-out", {"mark": fields["mark"]})
    assert (await sign_in(client, "lina", "another that I know")).status == 422


async def test_a_wrong_name_and_a_wrong_password_get_the_same_answer_and_tries_are_counted(town: Town, client: Browser) -> None:
    await an_account(town, "lina", "operator")
    wrong = [await sign_in(client, name, "wrong password here") for name in ("lina", "nobody")]
    assert [each.status for each in wrong] == [422, 422]
    assert wrong[0].text.replace("lina", "") == wrong[1].text.replace("nobody", "")
    answers = [(await sign_in(client, "lina", f"wrong {number}")).status for number in range(12)]
    assert answers[-1] == 429
    refused = await sign_in(client, "lina")  # the right one too, until the quarter of an hour is over
    assert refused.status == 429
    assert "try again in about 15 minutes" in refused.text
    town.clock.advance(timedelta(minutes=16))
    assert (await sign_in(client, "lina")).status == 303


async def test_a_form_without_our_mark_or_from_another_site_is_refused(town: Town, client: Browser) -> None:
    await an_account(town, "lina", "operator")
    assert (await client.send("/sign-in", {"name": "lina", "password": PASSWORD})).status == 403
    fields = {"mark": mark_of(await client.get("/sign-in")), "name": "lina", "password": PASSWORD}
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        assert (await client.send("/sign-in", fields, headers)).status == 403
    assert (await client.send("/sign-in", {**fields, "next": "//evil.example/"})).location == "/o/"


async def test_each_role_opens_what_is_its_own(town: Town, base: str) -> None:
    allowed: dict[Role, list[str]] = {"viewer": [], "operator": [], "admin": ["/o/accounts"]}
    for role, pages in allowed.items():
        await an_account(town, role, role)
        async with a_browser(base) as client:
            await sign_in(client, role)
            assert (await client.get("/o/accounts")).status == (200 if "/o/accounts" in pages else 403)
            assert (await client.get("/account")).status == 200


async def test_an_administrator_makes_resets_and_disables_accounts_and_each_deed_stands_in_the_trail(
    town: Town, base: str, client: Browser
) -> None:
    await an_account(town, "root", "admin")
    await sign_in(client, "root")
    made = await post(client, "/o/accounts", "/o/accounts", name="lina", role="operator", site="")
    shown = re.search(r"<code>([a-z0-9-]+)</code>", made.text)
    assert shown
    assert shown[1] not in (await client.get("/o/accounts")).text  # once
    async with a_browser(base) as lina:
        await sign_in(lina, "lina", shown[1])
        assert (await post(lina, "/sign-in/password", "/sign-in/password", password=PASSWORD, again=PASSWORD)).status == 303
        assert (await lina.get("/account")).status == 200
        assert "at once" in (await client.get("/o/accounts/lina/reset")).text
        await post(client, "/o/accounts/lina/disable", "/o/accounts/lina/disable")
        assert (await lina.get("/account")).status == 303
        assert (await sign_in(lina, "lina")).status == 422
        again = await post(client, "/o/accounts/lina/reset", "/o/accounts/lina/reset")
        reset = re.search(r"<code>([a-z0-9-]+)</code>", again.text)
        assert reset
        assert (await sign_in(lina, "lina", reset[1])).location == "/sign-in/password"
    async with town.house.database.read() as tx:
        deeds = [(deed.who, deed.action, deed.subject) for deed in await audit.latest_deeds(tx)]
    for action in ("account added", "account disabled", "account reset"):
        assert ("root", action, "lina") in deeds
    assert (await client.get("/o/accounts/root/disable")).status == 404  # nobody shuts themselves out
    assert (await client.get("/o/accounts/nobody/reset")).status == 404


async def test_what_is_wrong_with_a_new_account_is_said_at_its_field(town: Town, client: Browser) -> None:
    await an_account(town, "root", "admin")
    await sign_in(client, "root")
    for fields, said in (
        ({"name": "a b", "role": "operator", "site": ""}, "letters, digits"),
        ({"name": "root", "role": "operator", "site": ""}, "If its password is lost"),
        ({"name": "li", "role": "king", "site": ""}, "choose one"),
        ({"name": "li", "role": "publisher", "site": ""}, "ten characters of a site code"),
        ({"name": "li", "role": "publisher", "site": "0000000000"}, "No such site"),
        ({"name": "<script>x</script>", "role": "operator", "site": ""}, "&lt;script&gt;"),
    ):
        answer = await post(client, "/o/accounts", "/o/accounts", **fields)
        assert answer.status == 422
        assert said in answer.text, fields


async def test_a_second_step_asks_for_a_code_and_no_code_works_twice(town: Town, base: str, client: Browser) -> None:
    await an_account(town, "lina", "operator")
    await sign_in(client, "lina")
    assert (await post(client, "/account", "/account/factor", factor_now="a guess")).status == 422
    begun = await post(client, "/account", "/account/factor", factor_now=PASSWORD)
    written = re.search(r"<code>([A-Z2-7 ]+)</code>", begun.text)
    assert written
    assert "data:image/svg+xml" in begun.text
    app = TOTP(base64.b32decode(written[1].replace(" ", "")), 6, SHA1(), 30, enforce_key_length=False)

    def code() -> str:
        return app.generate(int(town.clock.now().timestamp())).decode()

    mark = mark_of(begun)
    wrong = await client.send("/account/factor/code", {"mark": mark, "code": "000000"})
    assert wrong.status == 422
    assert (await client.send("/account/factor/code", {"mark": mark, "code": code()})).status == 303
    async with a_browser(base) as other:
        assert (await sign_in(other, "lina")).location == "/sign-in/code"
        assert (await other.get("/account")).status == 303  # the password alone is not enough
        used = await post(other, "/sign-in/code", "/sign-in/code", code=code())
        assert used.status == 422  # it set the app up, and is used up
        town.clock.advance(timedelta(seconds=30))
        assert (await post(other, "/sign-in/code", "/sign-in/code", code=code())).location == "/o/"
        assert (await other.get("/account")).status == 200
    async with a_browser(base) as late:
        await sign_in(late, "lina")
        mark = mark_of(await late.get("/sign-in/code"))
        town.clock.advance(timedelta(minutes=6))
        assert (await late.send("/sign-in/code", {"mark": mark, "code": code()})).location == "/sign-in"
    town.clock.advance(timedelta(minutes=10))  # tries are counted
    assert (await post(client, "/account", "/account/factor/off", code="000000")).status == 422
    assert (await post(client, "/account", "/account/factor/off", code=code())).status == 303
    assert (await sign_in(client, "lina")).location == "/o/"


async def test_another_password_ends_the_sessions_elsewhere_and_a_sign_out_ends_its_own(town: Town, base: str) -> None:
    await an_account(town, "lina", "operator")
    async with a_browser(base) as here, a_browser(base) as there:
        await sign_in(here, "lina")
        await sign_in(there, "lina")
        bad = await post(here, "/account", "/account/password", now="not it at all", password=PASSWORD, again=PASSWORD)
        assert bad.status == 422
        new = PASSWORD + " again"
        assert (await post(here, "/account", "/account/password", now=PASSWORD, password=new, again=new)).status == 303
        assert (await there.get("/account")).status == 303
        assert (await here.get("/account")).status == 200
        kept = {each.key: each.value for each in here.session.cookie_jar}
        await post(here, "/sign-out", "/sign-out")
        here.session.cookie_jar.update_cookies(kept, URL(base))
        assert (await here.get("/account")).status == 303


async def test_a_session_ends_after_two_hours_unused_and_after_twelve_anyway(town: Town, client: Browser) -> None:
    await an_account(town, "lina", "operator")
    await sign_in(client, "lina")
    for _ in range(7):
        town.clock.advance(timedelta(minutes=100))
        assert (await client.get("/account")).status == 200
    town.clock.advance(timedelta(minutes=25))
    assert (await client.get("/account")).status == 303
    await sign_in(client, "lina")
    town.clock.advance(timedelta(minutes=121))
    assert (await client.get("/account")).status == 303


async def test_what_cannot_be_written_down_now_is_said_and_nothing_is_changed(
    town: Town, client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    await an_account(town, "root", "admin")
    await sign_in(client, "root")

    async def away(*_: object, **__: object) -> str:
        raise NotDurable("the database is away")

    monkeypatch.setattr(accounts, "add_account", away)
    answer = await post(client, "/o/accounts", "/o/accounts", name="li", role="operator", site="")
    assert answer.status == 503
    assert "Nothing was changed" in answer.text
