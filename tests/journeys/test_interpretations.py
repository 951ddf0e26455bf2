"""A reader who is told of a document is pointed to its official interpretation, and from the interpretation to the document."""

from __future__ import annotations

from tests.journeys.house import Town
from tests.journeys.publications import a_subsidy

RULES = "关于印发《成都市公租房管理办法》的通知"
GUIDE = "《成都市公租房管理办法》政策解读"


async def test_the_message_about_an_interpretation_links_the_document_that_it_explains(either_town: Town) -> None:
    town = either_town
    await town.a_citizen("mei")
    await town.tells(**(a_subsidy() | {"title": RULES}))
    await town.tells(path="/jd", **(a_subsidy(more="现就办法的主要内容解读如下。") | {"title": GUIDE}))
    rules, guide = await town.mailbox("mei")
    assert "看官方解读" not in rules.text  # it was not there yet
    assert "看它解读的文件" in guide.text
    assert "/1\n" in guide.text.split("看它解读的文件")[1]


async def test_the_message_about_a_document_links_an_interpretation_that_was_published_before_it(either_town: Town) -> None:
    town = either_town
    await town.tells(path="/jd", **(a_subsidy(more="现就办法的主要内容解读如下。") | {"title": GUIDE}))
    await town.a_citizen("mei")
    await town.tells(**(a_subsidy() | {"title": RULES}))
    [mail] = await town.mailbox("mei")
    assert "/jd" in mail.text.split("看官方解读")[1]
