"""What each of the three people does until it is done: the steps, and how long the machine takes for them.

    python -m bench.journeys

A real browser on a phone's screen goes each way in the town of tests/integration/whole_town.py. A step is one link or button
pressed, one field filled or one box ticked; opening the first page is one, too. Reading and typing are a person's own time.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Page, expect

from bench.report import figure, machine
from pushsvc.domain.signatures import secret_bytes, sign
from tests.integration.at_home import Home
from tests.integration.forms import a_browser
from tests.integration.whole_town import JINJIANG, Whole, whole_town
from tests.services import databases
from tests.services.browser import chromium

BENCH = "journeys"
PHONE = {"width": 360, "height": 760}
MAIN = "main"


@dataclass
class Walk:
    """One way through the pages, its steps counted."""

    whole: Whole
    page: Page
    steps: int = 0

    async def opens(self, path: str) -> None:
        self.steps += 1
        await self.page.goto(self.whole.base + path)

    async def presses(self, role: str, name: str, *, exact: bool = False) -> None:
        self.steps += 1
        found = self.page.locator(MAIN).get_by_role(role, name=name, exact=exact).first  # type: ignore[arg-type]
        await found.click()

    async def ticks(self, choice: str) -> None:
        self.steps += 1
        await self.page.locator(choice).first.check()

    async def fills(self, box: str, text: str) -> None:
        self.steps += 1
        await self.page.locator(box).first.fill(text)

    async def reads(self, words: str) -> None:
        await expect(self.page.locator(MAIN)).to_contain_text(words, timeout=60_000)

    async def code(self, address: str) -> str:
        async with a_browser(self.whole.base) as client:
            return await Home(self.whole.town, self.whole.base, client).code(address)


async def sign_up(walk: Walk) -> None:
    await walk.opens("/")
    await walk.presses("link", "一分钟订阅")
    await walk.fills("#place", "成都锦江")
    await walk.presses("button", "下一步")
    await walk.ticks("#home")
    await walk.presses("button", "下一步")
    await walk.fills("#address", "hua@mail.example")
    await walk.presses("button", "同意")
    await walk.page.wait_for_url("**/start/code")
    await walk.fills("#code", await walk.code("hua@mail.example"))
    await walk.presses("button", "确认")
    await walk.reads("订好了")


async def change_an_interest(walk: Walk) -> None:
    await walk.opens("/me")
    await walk.presses("link", "修改")
    await walk.fills("textarea", "补贴\n高龄")
    await walk.presses("button", "保存", exact=True)
    await walk.page.wait_for_url("**/me?*")
    await walk.reads("高龄")


async def not_for_me(walk: Walk) -> None:
    await walk.opens(walk.whole.ids["message"])
    await walk.presses("link", "这不是我要的")
    await walk.ticks("#choice-1")
    await walk.presses("button", "就这样改")
    await walk.reads("改好了")


async def lost_address(walk: Walk) -> None:
    await walk.opens("/me/lost")
    await walk.fills("#new", "again@mail.example")
    await walk.fills("#old", "father@mail.example")
    await walk.fills("#birth_year", "1950")
    await walk.presses("button", "发验证码")
    await walk.page.wait_for_url("**/me/lost/code")
    await walk.fills("#code", await walk.code("again@mail.example"))
    await walk.presses("button", "确认")
    await walk.reads("收到了")


async def search_and_be_told(walk: Walk) -> None:
    await walk.opens("/search")
    await walk.fills("#q", "电梯补贴怎么申请")
    await walk.presses("button", "查找")
    await walk.reads("要留意的词")
    await walk.presses("button", "有新的就告诉我")
    await walk.page.wait_for_url("**/me**")


async def publish(walk: Walk) -> None:
    await walk.opens("/p/new")
    await walk.fills("#url", f"https://{walk.whole.town.domains[JINJIANG]}/walk")
    await walk.fills("#text", "关于发放助餐补贴的通知\n\n本区老人每餐补贴3元。请于2026年4月1日前到社区登记。")
    await walk.presses("button", "先看看")
    await walk.reads("人")
    await walk.presses("button", "发布", exact=True)
    await walk.reads("就要发出")


async def take_back(walk: Walk) -> None:
    await walk.opens(walk.whole.ids["leaving"])
    await walk.presses("button", "收回")
    await walk.reads("已收回")


async def make_a_key(walk: Walk) -> None:
    await walk.opens("/p/key")
    await walk.presses("button", "生成新密钥")
    secret = secret_bytes((await walk.page.locator("#secret").inner_text()).strip())
    walk.steps += 1  # the ready line is pasted where the site's machine is
    town = walk.whole.town
    event = {
        "event": "published",
        "url": f"https://{town.domains[JINJIANG]}/key",
        "content_text": "测试：请于2030年3月31日前办理。",
    }
    body = json.dumps({**event, "test": True}).encode()
    headers = sign(secret, "first", town.clock.now(), body) | {"content-type": "application/json"}
    async with a_browser(walk.whole.base) as site, site.post("/api/v1/events", data=body, headers=headers) as answer:
        assert answer.status == 202, await answer.text()
    await walk.opens("/p/key")
    await walk.reads("收到了")


async def alarm_to_replay(walk: Walk) -> None:
    await walk.opens("/o/")
    await walk.presses("link", "按原因看")
    await walk.presses("link", "重新办", exact=True)
    await walk.presses("button", "重新办")
    await walk.reads("重新办了")


async def find_why_not(walk: Walk) -> None:
    await walk.opens("/o/find")
    await walk.fills("#what", "mei@mail.example")
    await walk.fills("#also", walk.whole.ids["waiting"])
    await walk.presses("button", "查找")
    await walk.reads("放行")


async def release(walk: Walk) -> None:
    await walk.opens("/o/waiting")
    await walk.presses("link", "放行", exact=True)
    await walk.presses("button", "放行")
    await walk.reads("已放行")


async def pause(walk: Walk) -> None:
    await walk.opens("/o/pauses")
    await walk.presses("link", "全部暂停")
    await walk.presses("button", "暂停", exact=True)
    await walk.reads("已暂停")


async def import_sites(walk: Walk) -> None:
    line = "5101080001,成华区人民政府,成华区人民政府,510108,www.chenghua.example,"
    await walk.opens("/o/sites/import")
    await walk.fills("#text", f"code,name,organisation,region,domains,feeds\n{line}\n")
    await walk.presses("button", "先检查")
    await walk.presses("button", "导入")
    await expect(walk.page.locator("main [role=status]")).to_be_visible()


Way = Callable[[Walk], Awaitable[None]]
#: Each with who goes it: a name of `Whole.cookies`.
WAYS: Mapping[str, tuple[str, Way]] = {
    "citizen: sign up": ("nobody", sign_up), "citizen: change an interest": ("mei", change_an_interest),
    "citizen: not for me": ("nobody", not_for_me), "citizen: a lost address": ("nobody", lost_address),
    "citizen: search and be told": ("mei", search_and_be_told), "clerk: from a text to published": ("lina", publish),
    "clerk: take back": ("lina", take_back), "clerk: from no key to a signed event": ("lina", make_a_key),
    "officer: from the alarm to trying again": ("chenjie", alarm_to_replay),
    "officer: why did she not get it": ("chenjie", find_why_not), "officer: release": ("chenjie", release),
    "officer: pause everything": ("chenjie", pause), "officer: import sites": ("chenjie", import_sites),
}  # fmt: skip


async def main() -> None:
    machine(BENCH)
    with tempfile.TemporaryDirectory() as kept:
        template = Path(kept) / "template.sqlite3"
        await asyncio.to_thread(databases.make_sqlite_template, template)
        async with whole_town(template, Path(kept)) as whole, chromium() as browser:
            for name, (who, way) in WAYS.items():
                context = await browser.new_context(viewport=PHONE, locale="zh-CN")  # type: ignore[arg-type]
                cookies = [{"name": key, "value": value, "url": whole.base} for key, value in whole.cookies[who].items()]
                await context.add_cookies(cookies)  # type: ignore[arg-type]
                walk, begun = Walk(whole, await context.new_page()), time.perf_counter()
                await way(walk)
                figure(BENCH, name, walk.steps, "steps")
                figure(BENCH, name, time.perf_counter() - begun, "s")
                await context.close()


if __name__ == "__main__":
    asyncio.run(main())
