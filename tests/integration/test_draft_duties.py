"""What is done for previews beside the page: a test that could not be sent then is sent later."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from pushsvc.bootstrap.drafts import draft_duties
from pushsvc.sites import drafts
from pushsvc.storage.database import Database
from tests.journeys.house import SITE, a_house

TEXT = "凡在本区居住的业主均可申领补贴。请于2026年4月30日前到区住建局申请。"


async def test_a_draft_that_is_refused_by_now_keeps_no_other_preview_waiting(database: Database, tmp_path: Path) -> None:
    await database.close()
    async with a_house(database.url, tmp_path) as town:
        where, house = await town.a_site(), town.house
        for name, url in (("drf_a", "https://www.elsewhere.example/1"), ("drf_b", f"{where}/1")):
            async with house.database.write() as tx:
                document = {"event": "published", "url": url, "content_text": TEXT}
                await drafts.keep(tx, name, SITE, "lina", document, "补贴", town.clock.now())
        town.clock.advance(timedelta(minutes=1))
        (look,) = [duty for duty in draft_duties(house) if duty.name == "why nobody"]
        await look.do()
        async with house.database.read() as tx:
            tested = {name: (await drafts.find(tx, SITE, name)) for name in ("drf_a", "drf_b")}
        assert {name: bool(draft and draft.test_event_id) for name, draft in tested.items()} == {"drf_a": False, "drf_b": True}
        await town.settle()
