"""Small builders for tests of what sites send."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pushsvc.clock import Clock
from pushsvc.domain.records import Output
from pushsvc.sites.intake import Intake
from pushsvc.sites.registry import import_sites
from pushsvc.storage.database import Database
from pushsvc.storage.vault import Vault

CHENGDU = "5101000012"
SICHUAN = "5100000001"
MINISTRY = "bm01000001"
HEADER = "code,name,organisation,region,domains,feeds,reach"
SITES = f"""{HEADER}
{CHENGDU},成都市人民政府,成都市人民政府办公厅,510100,www.chengdu.gov.example,,
{SICHUAN},四川省人民政府,四川省人民政府办公厅,510000,www.sc.gov.example www.sc.gov.example:8443/zt,,
{MINISTRY},民政部,中华人民共和国民政部,000000,www.mca.gov.example,,
"""
PAGE = "https://www.chengdu.gov.example/a.html"
#: Main texts of 80 characters or more, so that copies of them are one work.
TEXT = (
    "成都市民政局发布通知：八十周岁以上老年人可以申请高龄津贴，每人每月发放一百元。申请人凭身份证到户籍所在地的街道办事处办理，"
    "截止日期为2026年6月30日，咨询电话028-12345678，逾期不再受理，请相互转告。"
)
OTHER_TEXT = TEXT.replace("一百元", "二百元")


@dataclass
class Recorded:
    """A publisher that keeps what was published, for a test to look at."""

    outputs: list[Output] = field(default_factory=list)
    rings: int = 0

    async def publish(self, tx: Any, outputs: Sequence[Output]) -> None:
        self.outputs += outputs

    def ring(self) -> None:
        self.rings += 1


async def registered(database: Database, clock: Clock, csv: str = SITES) -> None:
    await import_sites(database, clock, csv)


def an_intake(database: Database, vault: Vault, clock: Clock) -> tuple[Intake, Recorded]:
    recorded = Recorded()
    return Intake(database, recorded, vault, clock), recorded
