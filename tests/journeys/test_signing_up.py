"""A citizen subscribes in a real browser: with and without a script, by keyboard alone, on a small phone, in both languages."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.async_api import Browser, Page, expect

from pushsvc.profiles.reading import profiles_of
from tests.integration.pages_town import SUBSIDY, served
from tests.journeys.house import Town, a_house

SMALLEST, PHONE, DESK = 320, 360, 1280
#: A minute, less what a person needs to read, to type and to look for the code.
A_MACHINES_SECONDS = 20.0
_AXE = """async () => (await axe.run(document, {iframes: false})).violations
  .map(found => found.id + ': ' + found.nodes.map(node => node.html).join(' | '))"""
_WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass
class Street:
    """A town where one thing was published, and its address."""

    town: Town
    base: str

    async def code(self, address: str) -> str:
        for _ in range(100):
            for mail in reversed(await self.town.mailbox(address)):
                if found := re.search(r"\d{6}", mail.subject):
                    return found[0]
            await asyncio.sleep(0.05)
        raise AssertionError(f"no code came to {address}")

    async def reads(self, number: int) -> Any:
        async with self.town.house.database.read() as tx:
            return (await profiles_of(tx, [number]))[0]


@pytest.fixture
async def street(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Street]:
    path = tmp_path / "pushsvc.sqlite3"
    shutil.copyfile(sqlite_template, path)
    async with a_house(f"sqlite+aiosqlite:///{path}", tmp_path) as town:
        await town.a_site()
        await town.tells("/subsidy", title="关于申领老旧电梯更新补贴的通知", text=SUBSIDY)
        async with served(town) as base:
            yield Street(town, base)


@asynccontextmanager
async def a_phone(
    browser: Browser, street: Street, *, width: int = PHONE, scripts: bool = True,
    scheme: Literal["light", "dark"] = "light", language: str = "zh-CN",
) -> AsyncIterator[tuple[Page, list[str]]]:  # fmt: skip
    """A page, and what its console complains of."""
    context = await browser.new_context(
        base_url=street.base, viewport={"width": width, "height": 760}, java_script_enabled=scripts, locale=language,
        color_scheme=scheme,
    )  # fmt: skip
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page, complaints
    await context.close()


async def enters(page: Page) -> None:
    async with page.expect_navigation():
        await page.keyboard.press("Enter")


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_citizen_subscribes_in_ten_steps_and_is_told_at_once(street: Street, browser: Browser, scripts: bool) -> None:
    """The steps: open, name the place, next; one situation, next; the address, agree; the code, confirm; done."""
    begun = asyncio.get_running_loop().time()
    async with a_phone(browser, street, scripts=scripts) as (page, complaints):
        await page.goto("/")
        await page.get_by_role("link", name="一分钟订阅").click()
        await page.get_by_label("城市或区县").fill("成都锦江")
        await page.get_by_role("button", name="下一步").click()
        await page.get_by_label("小区和老房子").check()
        await page.get_by_role("button", name="下一步").click()
        await page.get_by_label("邮箱或手机号").fill("mei@mail.example")
        await page.get_by_role("button", name="同意").click()
        await page.wait_for_url("**/start/code")
        await page.get_by_label("6 位验证码").fill(await street.code("mei@mail.example"))
        await page.get_by_role("button", name="确认").click()
        assert "订好了" in await page.locator("h1").inner_text()
        assert complaints == []
    assert asyncio.get_running_loop().time() - begun < A_MACHINES_SECONDS
    profile = await street.reads(1)
    assert profile.places == ("510104",)
    await street.town.tells("/2", title="关于加装电梯的通知", text="加装电梯每台补贴20万元。请于2026年4月30日前申请。")
    mails = [mail for mail in await street.town.mailbox("mei@mail.example") if mail.kind == "new"]
    assert len(mails) == 1


async def test_a_shop_owner_does_it_all_by_keyboard(street: Street, browser: Browser) -> None:
    async with a_phone(browser, street, width=DESK) as (page, complaints):
        await page.goto("/start")
        await page.locator("#place").focus()
        await page.keyboard.type("chengdu")
        await page.keyboard.press("Tab")
        await page.keyboard.press("ArrowDown")
        assert await page.locator("#kind-2").is_checked()
        await page.locator("#place").focus()
        await enters(page)
        await page.locator("#shop").focus()
        await page.keyboard.press("Space")
        await page.locator("#industry").focus()
        await page.keyboard.type("餐饮业")
        await enters(page)
        await page.locator("#address").focus()
        await page.keyboard.type("13800000000")
        await enters(page)
        await page.locator("#code").focus()
        for _ in range(100):
            if found := re.search(r"\d{6}", "".join(mail.text for mail in await street.town.mailbox("+8613800000000"))):
                await page.keyboard.type(found[0])
                break
            await asyncio.sleep(0.05)
        await enters(page)
        assert "订好了" in await page.locator("h1").inner_text()
        assert complaints == []
    assert ("H62",) in {interest.industries for _, interest, _ in (await street.reads(1)).interests}


async def test_the_sentence_of_what_would_have_come_follows_the_choice(street: Street, browser: Browser) -> None:
    async with a_phone(browser, street) as (page, complaints):
        await page.goto("/start")
        await page.locator("#place").fill("成都锦江")
        await enters(page)
        said = page.locator("#taste .taste-said")
        assert "收到 1 条" in await said.inner_text()
        await page.get_by_label("天气和安全提醒").check()
        await expect(said).to_contain_text("一条也收不到")
        assert await page.locator("#taste .taste-advice").count() == 1
        await page.get_by_label("天气和安全提醒").uncheck()
        await expect(said).to_contain_text("收到 1 条")
        assert complaints == []


@pytest.mark.timeout(120)
async def test_every_page_of_the_way_is_without_a_violation_and_fits_the_smallest_phone(
    street: Street, browser: Browser
) -> None:
    axe = Path(AXE_FILE_PATH).read_text("utf-8")
    found: list[str] = []
    looks: tuple[tuple[str, Literal["light", "dark"], int], ...] = (("zh-CN", "light", SMALLEST), ("en", "dark", PHONE))
    for language, scheme, width in looks:
        address = f"{language[:2]}@mail.example"
        async with a_phone(browser, street, width=width, scheme=scheme, language=language) as (page, complaints):

            async def look(name: str, page: Page = page, language: str = language, complaints: list[str] = complaints) -> None:
                await page.evaluate(axe)
                found.extend(f"{name} ({language}): {violation}" for violation in await page.evaluate(_AXE))
                if (wider := await page.evaluate(_WIDER)) > 0:
                    found.append(f"{name} ({language}) is wider than its screen by {wider} px")
                found.extend(f"{name} ({language}): {line}" for line in complaints if "422" not in line)
                complaints.clear()

            for path in ("/", "/start", "/start/other", "/enter", "/enter/out"):
                await page.goto(path)
                await look(path)
            await page.goto("/start")
            for typed, name in (("鼓楼区", "which place"), ("火星", "no such place")):
                await page.locator("#place").fill(typed)
                await enters(page)
                await look(name)
            await page.locator("#place").fill("成都")
            await page.locator("#kind-2").check()
            await page.locator("#place").focus()
            await enters(page)
            await look("what")
            await page.locator("#born").evaluate("field => { field.value = 'x'; }")
            await page.locator("#industry").fill("制造")
            await page.locator("#words").fill("字" * 40)
            await enters(page)
            await look("what, wrong")
            await page.goto("/start/what")
            await page.locator("#industry").focus()
            await enters(page)
            await look("how")
            await page.locator("#address").fill("nonsense")
            await enters(page)
            await look("how, wrong")
            await page.locator("#address").fill(address)
            await enters(page)
            await look("code")
            await page.locator("#code").fill("1")
            await enters(page)
            await look("code, wrong")
            await page.locator("#code").fill(await street.code(address))
            await enters(page)
            await look("done")
    assert found == []
