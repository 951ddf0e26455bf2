"""A house with one message of every kind, its pages served on a real port."""

from __future__ import annotations

import asyncio
import re
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from pushsvc.bootstrap.pages import routes
from pushsvc.web.app import application
from tests.journeys.house import BASE_URL, Mail, Town, a_house

SUBSIDY = """关于申领老旧电梯更新补贴的通知

凡在本区居住的业主均可申领补贴。每台电梯补贴15万元，最高不超过20万元。
请于2026年4月30日前到区住建局申请。咨询电话：028-61880001。咨询电话：028-61880001。"""
ENGLISH = """Grants for small firms

You can get a grant of up to £5,000. You must apply by 30 April 2026. For help,
call 0300 123 0016 or email grants@city.example."""
#: Nothing of this may become markup, a link that runs, a page that is wider than a phone, or text that turns around.
HOSTILE_TITLE = "<script>alert(1)</script>补贴\u202e<img src=x onerror=alert(2)>" + "长" * 90 + "W" * 150
HOSTILE_TEXT = (
    'javascript:alert(3) 补贴"><script>alert(4)</script> ' + "x" * 400 + "。每人补贴300元。请于2026年4月20日前申请。"
    "网址：https://evil.example/" + "a" * 300 + "。咨询电话：028-61880009。"
)


@dataclass
class Pages:
    """`town` with its pages at `base`; `paths` names a page of every kind."""

    town: Town
    base: str
    paths: dict[str, str]

    async def mail(self, kind: str, *, to: str | None = None, channel: str = "email") -> Mail:
        return [mail for mail in await self.town.mailbox(to) if mail.kind == kind and mail.channel == channel][-1]


def path_in(mail: Mail, letter: str) -> str:
    """The path of the first link `/m/…`, `/u/…` or `/s/…` in a message."""
    found = re.search(rf"{re.escape(BASE_URL)}(/{letter}/[\w-]+)", mail.text)
    assert found, mail.text
    return found[1]


@asynccontextmanager
async def served(town: Town, *, dev: bool = True, language: str = "zh") -> AsyncIterator[str]:
    """The town's application on a free port of this machine."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        app = application(
            routes(town.house, town.service, dev=dev), town.house.vault, language="en" if language == "en" else "zh"
        )
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", access_log=False))
        task = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started:
            await asyncio.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await task


@asynccontextmanager
async def pages(sqlite_template: Path, tmp_path: Path, *, everything: bool = True) -> AsyncIterator[Pages]:
    """A served town; without `everything`, one with a single publication, told to mei by email."""
    path = tmp_path / "pushsvc.sqlite3"
    shutil.copyfile(sqlite_template, path)
    async with a_house(f"sqlite+aiosqlite:///{path}", tmp_path) as town:
        await town.a_site()
        if everything:
            await _tell_everything(town)
        else:
            await town.a_citizen("mei")
            await town.tells("/subsidy", title="关于申领老旧电梯更新补贴的通知", text=SUBSIDY)
        hers = next(mail for mail in await town.mailbox("mei"))
        async with served(town) as base:
            yield Pages(town, base, {"leave": path_in(hers, "u")} | (await _paths(town) if everything else {}))


async def _tell_everything(town: Town) -> None:
    wants = [{"any_of": ["补贴", "grant"]}]
    await town.a_citizen("mei", interests=wants)
    await town.a_citizen("tom", interests=wants, language="en")
    await town.a_citizen("wang", channels=("sms",), interests=wants)
    await town.a_citizen("li", channels=("wechat",), interests=wants)
    await town.a_citizen("digest", interests=wants, frequency="daily")
    await town.tells("/subsidy", title="关于申领老旧电梯更新补贴的通知", text=SUBSIDY)
    await town.tells("/grants", title="Grants for small firms", text=ENGLISH, language="en", regions=["510104"])
    await town.tells(
        "/gone", title="关于发放取暖补贴的通知", text="凡在本区居住的老人均可领取取暖补贴300元。请于2026年5月6日前申请。"
    )
    await town.advance("2026-03-03 08:30")
    await town.tells("/hostile", title=HOSTILE_TITLE, text=HOSTILE_TEXT)
    await town.tells("/subsidy", title="关于申领老旧电梯更新补贴的通知", text=SUBSIDY.replace("4月30日", "5月20日"))
    await town.withdraw("/gone")
    await town.settle()


async def _paths(town: Town) -> dict[str, str]:
    paths = {"front": "/", "mailbox": "/dev/mailbox", "empty mailbox": "/dev/mailbox?delivery=none", "not found": "/nothing"}
    mails = await town.mailbox()
    for mail in mails:
        if mail.channel == "email":
            paths[f"message {mail.kind}"] = path_in(mail, "m")
        paths[f"trace of a delivery, {mail.channel}"] = f"/dev/trace/{mail.delivery}"
        if mail.publication:
            paths["trace of a publication"] = f"/dev/trace/{mail.publication}"
        if mail.html:
            paths["email in its frame"] = f"/dev/mailbox/{mail.delivery}.html"
    async with town.house.database.read() as tx:
        found = await town.house.trace(tx, mails[0].delivery)
    assert found
    notice = next(step for step in found["steps"] if step["stage"] == "notice")
    hostile = next(mail for mail in mails if "alert" in mail.subject + mail.text and mail.channel == "email")
    return paths | {
        "trace of an event": f"/dev/trace/{notice['event']}",
        "trace of a notice": f"/dev/trace/{notice['notice']}",
        "trace of a subscriber": "/dev/trace/mei",
        "hostile message": path_in(hostile, "m"),
        "hostile trace": f"/dev/trace/{hostile.publication}",
    }
