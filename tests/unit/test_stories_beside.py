"""What is beside a publication is asked once for the batches of some seconds, and again after them."""

from __future__ import annotations

from collections.abc import Collection
from typing import cast

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.interpretations import Related, Relatives
from pushsvc.streams import stories
from pushsvc.streams.stories import Stories

TX = cast(AsyncConnection, None)
EXPLAINED = Relatives(explained_by=(Related("pub_b", "政策解读", "https://example.gov.cn/b"),))


class Asked:
    """Stands for the table: what it answers now, and what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Relatives] = {}
        self.times: list[set[str]] = []

    async def relatives(self, tx: AsyncConnection, publications: Collection[str]) -> dict[str, Relatives]:
        self.times.append(set(publications))
        return {name: self.answers[name] for name in publications if name in self.answers}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    table = Asked()
    monkeypatch.setattr(stories, "relatives", table.relatives)
    return table


async def test_the_batches_of_a_campaign_ask_once_and_an_interpretation_that_appears_is_told_seconds_later(
    asked: Asked,
) -> None:
    now = 100.0
    told = Stories(lambda: now)
    assert await told.beside(TX, {"pub_a"}) == {"pub_a": Relatives()}
    asked.answers["pub_a"] = EXPLAINED
    now = 101.9
    assert await told.beside(TX, {"pub_a"}) == {"pub_a": Relatives()}
    assert asked.times == [{"pub_a"}]
    now = 102.0
    assert await told.beside(TX, {"pub_a"}) == {"pub_a": EXPLAINED}
    assert asked.times == [{"pub_a"}, {"pub_a"}]


async def test_only_publications_that_were_not_asked_for_are_asked_for(asked: Asked) -> None:
    asked.answers["pub_a"] = EXPLAINED
    told = Stories(lambda: 0.0)
    await told.beside(TX, {"pub_a"})
    assert await told.beside(TX, {"pub_a", "pub_c"}) == {"pub_a": EXPLAINED, "pub_c": Relatives()}
    assert asked.times == [{"pub_a"}, {"pub_c"}]
