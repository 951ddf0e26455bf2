"""A town in which every page has something to show: the demo's sites and publications, a family, a shop, a clerk, an officer.

Who opens a page is a name of `Whole.cookies`; what the pages are about stands in `Whole.ids`. The test of every page and the
pictures in docs/pages/ are made from it; with a `crowd` the demo's 200 people live there too.
"""

from __future__ import annotations

import base64
import json
import re
import shutil
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any

import aiohttp
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from pushsvc.bootstrap.site_pausing import pause_site
from pushsvc.channels.mailbox import MailboxConnection
from pushsvc.demo.fakes.gateway import FakeGateway
from pushsvc.demo.people import demo_subscribers
from pushsvc.demo.publications import demo_events
from pushsvc.domain.notices import Message
from pushsvc.domain.publications import publication_id
from pushsvc.domain.signatures import sign
from pushsvc.ledger.budgets import set_budget
from pushsvc.operations import second_factor
from pushsvc.operations.accounts import add_account, set_password
from pushsvc.operations.providers import BREAKER, ProviderBook, set_pause, set_weight
from pushsvc.operations.sessions import open_session
from pushsvc.profiles.replacing import WAITS
from pushsvc.sites import registry
from pushsvc.sites.site_lines import read_sites
from tests.integration.at_home import Home, cookie_of
from tests.integration.at_home import path_in as service_path
from tests.integration.clerks import PASSWORD, Clerk
from tests.integration.desk import Desk
from tests.integration.forms import a_browser, mark_of, post
from tests.integration.pages_town import path_in, served
from tests.journeys.house import MONDAY_MORNING, Town, a_house

JINJIANG = "5101040001"
LIFT = """关于申领老旧电梯更新补贴的通知

凡在本区居住的业主均可申领补贴。每台电梯补贴15万元，最高不超过20万元。
请于2026年4月30日前到区住建局申请。咨询电话：028-61880001。"""
HEATING = """关于发放高龄老人取暖补贴的通知

凡在本区居住、年满80周岁的老人可以领取取暖补贴300元。
请于2026年3月25日前到社区居委会登记。咨询电话：028-61880002。"""
GAS = """关于全区燃气管道检修停气的通知

因燃气管道检修，2026年3月8日9:00至18:00全区停气。请提前关闭阀门。咨询电话：028-61880003。"""
LAMPS = """关于更换小区路灯的通知

因更换路灯，2026年3月9日19:00至22:00本区各小区路灯停用。请带好手电筒。咨询电话：028-61880005。"""
FLOOD = """关于组织沿河居民转移避险的紧急通知

受上游强降雨影响，锦江水位预计于2026年3月2日13:00超过警戒水位。请沿河低洼地带居民于3月2日12:00前转移到就近的安置点。
咨询电话：028-61880006。"""
LONG_NAME = "锦江区人民政府办公室关于转发区住房和城乡建设局等部门老旧小区综合改造与长者友好社区建设三年行动实施方案"
MEI: list[dict[str, Any]] = [
    {"topics": ["养老"], "any_of": ["补贴"]},
    {"topics": ["停水停电"]},
    {"any_of": ["津贴", "残疾人"], "places": ["510704"], "attributes": {"age": [80, 82]}},
]
SHARED = "family@mail.example"


@dataclass
class Whole:
    """`cookies`: by who opens a page. `ids`: what a path needs to name."""

    town: Town
    base: str
    cookies: dict[str, Mapping[str, str]] = field(default_factory=lambda: {"nobody": {}})
    ids: dict[str, str] = field(default_factory=dict)


@asynccontextmanager
async def whole_town(sqlite_template: Path, folder: Path, *, crowd: bool = False) -> AsyncIterator[Whole]:
    path = folder / "whole.sqlite3"
    shutil.copyfile(sqlite_template, path)
    gateways = [FakeGateway(base64.b64encode(name.encode() * 3).decode()) for name in ("first gateway", "second gateway")]
    for gateway in gateways:
        await gateway.start()
    try:
        async with _whole_town(path, folder, gateways, crowd=crowd) as whole:
            yield whole
    finally:
        for gateway in gateways:
            await gateway.stop()


@asynccontextmanager
async def _whole_town(path: Path, folder: Path, gateways: Sequence[FakeGateway], *, crowd: bool) -> AsyncIterator[Whole]:
    # A lost address waits three days; then it is Monday.
    thursday, most = MONDAY_MORNING - WAITS - timedelta(hours=1), 60 if crowd else 8
    async with a_house(
        f"sqlite+aiosqlite:///{path}", folder, at=thursday, max_people=most, sms_approval_people=most // 2, hold_seconds=600,
        sms_url=",".join(f"{gateway.url}?price=0.045" for gateway in gateways),
    ) as town:  # fmt: skip
        town.may_die = True
        for gateway in gateways:
            gateway.on_sent = partial(_shown, town)
        await _people(town, neighbours=most + 4, crowd=crowd)
        async with served(town) as base:
            whole = Whole(town, base)
            await _a_lost_address(whole)
            await town.advance(MONDAY_MORNING)
            await _published(whole)
            await _accounts(whole)
            await _told(whole)
            await _receipts(town, gateways)
            await _asked_about(whole, most // 2 + 1)
            await _an_emergency(whole)
            await _at_the_clerk(whole)
            await _at_the_officer(whole)
            await _at_the_citizen(whole)
            yield whole


async def _shown(town: Town, sms: dict[str, Any]) -> None:
    """What a gateway took stands in the mailbox viewer, as with `pushsvc dev --fakes`."""
    house = town.house
    viewer = MailboxConnection(house.database, house.vault, house.clock)
    await viewer.send(Message(sms["id"], "sms", sms["to"], "zh", "new", "", sms["text"]))


async def _people(town: Town, *, neighbours: int, crowd: bool) -> None:
    house = town.house
    text = (resources.files("pushsvc.demo") / "data" / "sites.csv").read_text("utf-8").replace("（演示）", "")
    text += f"5101040002,{LONG_NAME},{LONG_NAME},510104,long.jinjiang.example,\n"
    await registry.import_sites(house.database, house.clock, text)
    town.domains |= {line.code: str(line.domains[0]) for line in read_sites(text)}
    if crowd:
        await town.imports(list(demo_subscribers(house.clock.now())))
    await town.a_citizen(
        "mei", channels=("email", "sms"), address={"sms": "13800000101"}, interests=MEI, attributes={"birth_year": 1956}
    )
    await town.a_citizen("tom", language="en", interests=[{"any_of": ["补贴"]}], address={"email": "tom@mail.example"})
    await town.a_citizen("father", address={"email": SHARED}, attributes={"birth_year": 1950})
    await town.a_citizen("son", address={"email": SHARED}, interests=[{"topics": ["就业创业"]}])
    for number in range(3):
        await town.a_citizen(f"aunt-{number}", channels=["sms"], interests=[{"topics": ["养老"], "any_of": ["补贴"]}])
    await town.a_citizen("new", interests=[{"topics": ["外贸"]}])
    for number in range(neighbours):
        await town.a_citizen(f"neighbour-{number}", interests=[{"any_of": ["停气"]}])


async def _a_lost_address(whole: Whole) -> None:
    """Mei's neighbour has a new address; who reads the old one may object, and after three days the new one is asked."""
    town = whole.town
    await town.a_citizen("lost", address={"email": "lost@mail.example"}, attributes={"birth_year": 1948})
    async with a_browser(whole.base) as client:
        home = Home(town, whole.base, client)
        new = "found@mail.example"
        await post(client, "/me/lost", {"old": "lost@mail.example", "new": new, "birth_year": "1948"})
        whole.cookies["lost"] = _jar(client)
        await post(client, "/me/lost/code", {"code": await home.code(new)})
        mail = (await home.service_mail("lost@mail.example", with_="/me/lost/keep/"))[0]
        whole.ids["keep"] = service_path(mail, "/me/lost/keep/")
        town.clock.advance(WAITS + timedelta(minutes=1))
        whole.ids["move"] = service_path((await home.service_mail(new, with_="/me/lost/move/"))[0], "/me/lost/move/")
        # Asked anew on Monday: the form of the code is open for ten minutes.
        town.clock.set(MONDAY_MORNING)
        await post(client, "/me/lost", {"old": "lost@mail.example", "new": "other@mail.example", "birth_year": "1948"})
        whole.cookies["lost"] = _jar(client)


async def _published(whole: Whole) -> None:
    town = whole.town
    for number, event in enumerate(demo_events(town.domains, town.clock.now().date()), 1):
        town.clock.advance(timedelta(seconds=20))
        await town.house.intake.send(event.body, site=event.site, origin="demo", webhook_id=f"demo-{number}")
    await town.publish("/lift", site=JINJIANG, text=LIFT, topics=["养老"])
    whole.ids["event"] = await town.publish("/heating", site=JINJIANG, text=HEATING, topics=["养老"])
    await town.settle()
    await town.publish("/lift", site=JINJIANG, text=LIFT.replace("4月30日", "5月20日"), topics=["养老"])
    whole.ids["waiting"] = await town.publish("/gas", site=JINJIANG, text=GAS)
    await town.settle()


async def _asked_about(whole: Whole, people: int) -> None:
    """SMS to so many people wait for two approvals."""
    for number in range(people):
        await whole.town.a_citizen(f"lamp-{number}", channels=["sms"], interests=[{"any_of": ["路灯"]}])
    whole.ids["asked"] = await whole.town.publish("/lamps", site=JINJIANG, text=LAMPS)
    await whole.town.settle()


async def _an_emergency(whole: Whole) -> None:
    """Three work at night and sleep now: two people decide whether it wakes them."""
    for number, channel in enumerate(("sms", "sms", "wechat")):
        await whole.town.a_citizen(
            f"river-{number}", channels=[channel], interests=[{"any_of": ["警戒水位"]}], quiet_hours=["06:00", "14:00"]
        )
    whole.ids["emergency"] = await whole.town.publish("/flood", site=JINJIANG, text=FLOOD, urgency="emergency")
    await whole.town.settle()


async def _accounts(whole: Whole) -> None:
    town = whole.town
    house = town.house
    people = (
        ("chenjie", "admin", None),
        ("lina", "publisher", JINJIANG),
        ("zhang", "operator", None),
        ("careful", "admin", None),
    )
    for name, role, site in people:
        await add_account(house.database, town.clock, name, role, site)
        await set_password(house.database, town.clock, name, PASSWORD)
    await add_account(house.database, town.clock, "newcomer", "viewer")
    for name in ("chenjie", "lina", "newcomer"):
        async with house.database.write() as tx:
            session = await open_session(tx, "console", name, town.clock.now(), house.random_bytes)
        whole.cookies[name] = {"console": house.vault.token("session console", session.token)}
    secret = second_factor.new_secret(house.random_bytes)
    totp = TOTP(base64.b32decode(secret), 6, SHA1(), 30, enforce_key_length=False)
    code = totp.generate(int(town.clock.now().timestamp())).decode()
    await second_factor.set_up(house.database, house.vault, town.clock, "careful", secret, code)
    async with a_browser(whole.base) as client:
        await post(client, "/sign-in", {"name": "careful", "password": PASSWORD})
        whole.cookies["half in"] = _jar(client)


async def _told(whole: Whole) -> None:
    """What the messages of mei name."""
    mails = [mail for mail in await whole.town.mailbox() if mail.publication]
    hers = [mail for mail in mails if mail.to == "mei@mail.example"]
    mail = next(mail for mail in hers if mail.kind == "correction")
    message = next(mail for mail in hers if mail.kind == "new" and "取暖" in mail.text + mail.subject)
    whole.ids |= {
        "correction": path_in(mail, "m"), "message": path_in(message, "m"), "leave": path_in(message, "u"),
        "delivery": message.delivery, "publication": publication_id(f"https://{whole.town.domains[JINJIANG]}/lift"),
    }  # fmt: skip
    found = re.search(r"[B-Z]{5}-[B-Z]{5}", message.text)
    whole.ids["check code"] = found[0] if found else ""


async def _at_the_clerk(whole: Whole) -> None:
    town, url = whole.town, f"https://{whole.town.domains[JINJIANG]}"
    async with a_browser(whole.base) as client:
        clerk = Clerk(town, whole.base, client)
        await clerk.signs_in("lina")
        whole.ids["draft"] = (await clerk.previews(url=f"{url}/lift2", text=LIFT.replace("15万", "18万"), topics="养老")).path
        whole.ids["nobody"] = (await clerk.previews(url=f"{url}/rule", text=LIFT.replace("补贴", "登记"), topics="外贸")).path
        whole.ids["leaving"] = (await clerk.previews(url=f"{url}/lift3", text=LIFT.replace("20万", "25万"))).path
        await town.settle()
        await town.service.timekeeper.once()
        await clerk.sends(f"{whole.ids['leaving']}/publish", whole.ids["leaving"])


async def _at_the_officer(whole: Whole) -> None:
    town, desk = whole.town, Desk(whole.town, whole.base)
    await desk.die(3)
    await desk.die(1, stage="summarise", reason="the text of version ver_1 cannot be read: it has no letters")
    whole.ids["report"] = str(await desk.a_report("请于2026年3月25日前到社区居委会登记。", "居委会说是4月25日"))
    await _at_the_providers(town)
    await pause_site(town.house, "5107040001", why="正在核对数据", who="zhang")
    await town.pauses("wechat")
    async with a_browser(whole.base) as client:
        _wear(client, whole.cookies["chenjie"])
        sites = (
            "code,name,organisation,region,domains,feeds\n"
            "5101060001,金牛区人民政府,金牛区人民政府,510106,www.jinniu.example,\n"
            f"{JINJIANG},锦江区人民政府,锦江区人民政府,510104,www.jinjiang.example,\n"
        )
        whole.ids["site import"] = await _uploads(client, "/o/sites/import", sites)
        person = {
            "id": "c-1", "kind": "citizen", "language": "zh", "places": ["510104"], "interests": [{"topics": ["养老"]}],
            "endpoints": [{"channel": "email", "address": "c1@mail.example",
                           "consent": {"at": town.clock.now().isoformat(), "source": "hall-form"}}],
        }  # fmt: skip
        whole.ids["subscriber import"] = await _uploads(client, "/o/subscribers/import", json.dumps(person))
        async with client.get("/o/dlq") as page:
            found = re.search(r'href="/o/dlq/([^/"]+)"', await page.text())
    assert found
    whole.ids["cause"] = found[1]


async def _receipts(town: Town, gateways: Sequence[FakeGateway]) -> None:
    """The first message of each gateway did not arrive; all but one of the others did."""
    for name, gateway in zip(("http", "http-2"), gateways, strict=True):
        for number, sms in enumerate(list(gateway.sent.values())[:-1]):
            told = {"id": sms["own"], "state": "delivered" if number else "undelivered", "code": "000" if number else "EXPIRED"}
            body = json.dumps(told).encode()
            headers = sign(base64.b64decode(gateway.secret), f"{name}-{number}", town.clock.now(), body)
            status, answer = await town.request("POST", f"/api/v1/receipts/{name}", body, headers)
            assert status == 200, answer
    await town.settle()


async def _at_the_providers(town: Town) -> None:
    """One gateway is paused, a template is refused, two budgets are set."""
    now = town.clock.now()
    async with town.house.database.write() as tx:
        await set_weight(tx, now, "http", "sms", 3, "zhang")
        await set_pause(tx, now, "http-2", "sms", paused=True, who=BREAKER, why="401: 对方不认我们的密钥")
        await set_budget(tx, "sms", "all", 200_000_000, 3_000_000_000, "chenjie", now)
        await set_budget(tx, "sms", JINJIANG, 500_000, None, "zhang", now)
    book = ProviderBook(town.house.database, town.clock, None, "sms")
    await book.stop_template("aliyun", "SMS_200000003", "isv.SMS_TEMPLATE_ILLEGAL", "模板未审核通过")


async def _at_the_citizen(whole: Whole) -> None:
    town = whole.town
    whole.cookies["mei"] = {"me": await cookie_of(town, "mei")}
    whole.cookies["new"] = {"me": await cookie_of(town, "new")}
    async with a_browser(whole.base) as client:
        home = Home(town, whole.base, client)
        me = await home.me()
        whole.ids["interest"] = f"/me/interests/{me.interests[0].interest_id}"
        whole.ids["address"] = f"/me/addresses/{me.addresses[1].endpoint_id}"
        _wear(client, whole.cookies["mei"])
        await post(client, "/me/addresses/new", {"address": "wang.xiuying@mail.example"})
        whole.cookies["adding"] = _jar(client)
    for address, chooses, done in (("xia@mail.example", "choosing", "joined"), (SHARED, "one of them", "one of two")):
        async with a_browser(whole.base) as client:
            home = Home(town, whole.base, client)
            await post(client, "/start", {"place": "成都锦江", "do": "next"})
            await post(client, "/start/what", [("bundles", "older"), ("bundles", "home"), ("words", "电梯"), ("do", "next")])
            await post(client, "/start/how", {"address": address})
            whole.cookies[chooses] = _jar(client)
            answer = await post(client, "/start/code", {"code": await home.code(address)})
            assert answer.status == 303, answer.text
            whole.cookies[done] = _jar(client)
    async with a_browser(whole.base) as client:
        home = Home(town, whole.base, client)
        await post(client, "/enter", {"address": SHARED})
        whole.cookies["entering"] = _jar(client)
        before = await home.code(SHARED)
        town.clock.advance(timedelta(seconds=1))
        await post(client, "/enter/code", {"code": before})
        whole.cookies["one of two at the door"] = _jar(client)


async def _uploads(client: aiohttp.ClientSession, path: str, text: str) -> str:
    form = aiohttp.FormData({"mark": await mark_of(client, path), "text": text})
    form.add_field("file", b"", filename="", content_type="application/octet-stream")
    async with client.post(path, data=form, allow_redirects=False) as answer:
        assert answer.status == 303, await answer.text()
        return answer.headers["Location"]


def _jar(client: aiohttp.ClientSession) -> Mapping[str, str]:
    return {each.key: each.value for each in client.cookie_jar}


def _wear(client: aiohttp.ClientSession, cookies: Mapping[str, str]) -> None:
    client.cookie_jar.update_cookies(cookies, response_url=client._base_url)  # type: ignore[arg-type]
