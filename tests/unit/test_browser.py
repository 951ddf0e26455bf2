"""The suite's browser starts and shows Chinese."""

from playwright.async_api import Browser


async def test_the_browser_shows_a_page(browser: Browser) -> None:
    page = await browser.new_page(viewport={"width": 360, "height": 640})
    await page.set_content("<h1>养老服务补贴</h1>")
    assert await page.locator("h1").inner_text() == "养老服务补贴"
