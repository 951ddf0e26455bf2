"""A relay repeats whom it refuses, each in its own way; what is kept and shown of its words names nobody."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from pushsvc.telemetry import without_contact
from tests.journeys.house import a_house
from tests.services import databases
from tests.services.smtp import SmtpServer

TITLE = "关于发放补贴的通知"
TEXT = "符合条件的企业每家补贴100元，请于2026年5月30日前申报。"


@pytest.mark.parametrize(
    "words",
    [
        "5.1.1 <LI.WEI@MAIL.EXAMPLE>: no such user",
        "5.1.1 user li.wei does not exist at mail.example",
        "5.2.1 mailbox of Li.Wei@mail.example disabled, moved to other.person@mail.example",
        "5.1.1 li.wei@mail.example, phone 13812345678",
    ],
)
async def test_a_refusal_is_kept_without_the_address_that_it_repeats(
    words: str, tmp_path: Path, sqlite_template: Path, smtp_server: SmtpServer
) -> None:
    async with databases.sqlite_database(sqlite_template, tmp_path) as database:
        async with a_house(database.url, tmp_path, smtp_url=smtp_server.url, smtp_connections=1) as town:
            await town.a_site()
            smtp_server.refuse(550, words, to="li.wei@mail.example")
            await town.a_citizen("li.wei")
            await town.publish("/1", title=TITLE, text=TEXT)
            await town.settle()
        file = Path(database.url.partition(":///")[2])
    with sqlite3.connect(file) as kept:
        whys = [why for (why,) in kept.execute("SELECT why FROM attempts UNION ALL SELECT why FROM deliveries")]
        records = [str(value) for (value,) in kept.execute("SELECT value FROM log")]
    assert whys
    for private in ("li.wei", "other.person", "13812345678"):
        assert private not in " ".join([*whys, *records]).lower()


@pytest.mark.parametrize(
    ("address", "words", "kept"),
    [
        ("li@a.example", "550 no such user LI@a.example here", "550 no such user [hidden] here"),
        ("li@a.example", "550 no mail for liaison", "550 no mail for liaison"),
        ("info@a.example", "550 information is late", "550 information is late"),
        ("+8613812345678", "number 13812345678 is off", "number [hidden] is off"),
        ("oAbC_1234567890", "openid OABC_1234567890 unsubscribed", "openid [hidden] unsubscribed"),
    ],
)
def test_only_the_contact_is_taken_out_of_what_a_provider_says(address: str, words: str, kept: str) -> None:
    assert without_contact(words, address) == kept
