"""Search over 100,000 publications on SQLite and PostgreSQL: how long a question takes, and what it costs to put one up.

    python -m bench.search [--publications 100000] [--questions 200] [--keep FOLDER] [--only sqlite|postgresql]

One JSON line a figure. The texts are made by a seeded generator from this file's own words, as long as notices are (300 to
2,000 characters). `--keep`: where the SQLite file is made, and found again by the next run. Peer: none.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench.report import figure, machine, percentile
from pushsvc.domain.publications import Version
from pushsvc.domain.summaries import Summary, Wording
from pushsvc.domain.summary_json import to_json
from pushsvc.publications.filling import fill, ready
from pushsvc.publications.passages import shelve
from pushsvc.publications.searching import Wish, search
from pushsvc.storage.database import Database
from pushsvc.storage.migrations import migrate
from pushsvc.storage.rows import insert_all
from pushsvc.storage.tables.publications import contents, publications, revisions, summaries, versions
from pushsvc.storage.tables.search import passages, search_entries
from tests.services.postgres import postgres_server

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def _words(written: str) -> list[str]:
    return written.split()


WHO = _words(
    """
    老年人 残疾人 高校毕业生 退役军人 个体工商户 中小企业 农民 学生 家长 业主 租户 失业人员 灵活就业人员 新市民
    孕产妇 儿童 司机 教师 医生 志愿者
    """
)
WHAT = _words(
    """
    公交优待证 电梯更新 住房租赁 创业担保贷款 职业技能培训 高龄津贴 长期护理保险 托育服务 学区划分 招生报名 医疗保险
    养老保险 最低生活保障 临时救助 燃气改造 供水检修 道路施工 垃圾分类 充电设施 新能源汽车 农机购置 种粮大户
    高标准农田 森林防火 防汛抗旱 食品安全 药品集中采购 知识产权 技术改造 专精特新 出口信用保险 外贸展会 文化惠民
    全民健身 法律援助 劳动仲裁 户籍迁移 居住证 不动产登记 公积金提取 人才公寓 稳岗返还 失业保险 工伤认定 特种设备
    消防验收 环境影响评价 排污许可
    """
)
HOW = _words(
    """
    补贴 补助 奖励 减免 免费 登记 认定 备案 公示 申报 年审 检查 培训 招聘 征集 评选 验收 停运 调整 发放
    """
)
#: Whole sentences, with blanks for a person, a matter, a place and a number.
SENTENCES = _words(
    """
    {who}可以在{place}申请{what}{how}。 符合条件的{who}每人每月发放{how}{n}00元，按季度核发。
    申请人应当提供身份证、户口簿和相关证明材料原件及复印件各一份。
    办理地点为{place}政务服务中心{n}号窗口，工作日上午九时至下午五时受理。
    请于2026年{m}月{n}日前提交申请，逾期不予受理。 经审核不符合条件的，将在十个工作日内书面告知理由。
    咨询电话：028-6188{n}{n}{m}{m}。 本次{what}工作由{place}有关部门负责组织实施，各街道、社区予以配合。
    因{what}需要，自{m}月{n}日起部分路段实行交通管制，请提前规划出行路线。
    对提供虚假材料骗取{how}资金的，依法追回并列入信用记录。
    {place}将进一步优化{what}流程，压缩办理时限，减少申报材料。 鼓励社会力量参与{what}，支持{who}就近就便享受服务。
    各有关单位要高度重视，加强组织领导，确保{what}各项工作落到实处。 {who}办理{what}{how}不收取任何费用。
    名单公示期为五个工作日，如有异议请向{place}反映。
    """
)
PLACES = _words(
    """
    锦江区 青羊区 金牛区 武侯区 成华区 龙泉驿区 新都区 温江区 双流区 郫都区 绵阳市 德阳市 乐山市 宜宾市 南充市
    """
)
QUESTIONS = _words(
    """
    老人坐公交要钱吗 电梯更新补贴怎么申请 公积金提取需要什么材料 失业保险 补贴 停水 武侯区住房租赁补贴
    高校毕业生创业担保贷款 退役军人 小孩托育补助 2026年职业技能培训补贴 居住证办理地点 个体工商户减免 咨询电话
    农机购置补贴，绵阳 残疾人免费公交优待证 新能源汽车充电设施奖励 工伤认定要什么材料 潜水艇驾驶执照 长期护理保险
    专精特新认定 学区划分公示 灵活就业人员养老保险补贴 燃气改造
    """
)


class Writing(random.Random):
    def sentence(self, what: str, who: str, place: str) -> str:
        blanks = {
            "what": what,
            "who": who,
            "place": place,
            "how": self.choice(HOW),
            "n": self.randint(1, 28),
            "m": self.randint(1, 12),
        }
        return self.choice(SENTENCES).format(**blanks)

    def document(self, number: int) -> tuple[Version, Summary, datetime]:
        who, what, place = self.choice(WHO), self.choice(WHAT), self.choice(PLACES)
        title = f"{place}关于{self.choice(['做好', '开展', '调整', '公布'])}{who}{what}{self.choice(HOW)}工作的通知"
        length, text = self.randint(300, 2_000), title + "\n\n"
        while len(text) < length:
            other = self.random() < 0.3
            text += self.sentence(self.choice(WHAT) if other else what, self.choice(WHO) if other else who, place)
            text += "\n" if self.random() < 0.2 else ""
        at = NOW - timedelta(minutes=number * 8)
        version = Version(
            f"ver_{number}", f"pub_{number:06}", f"con_{number}", f"wrk_{number}", "5101040001", f"https://www.a.example/{number}",
            title, "zh", {}, at, text,
        )  # fmt: skip
        code = "510000" if number % 20 == 0 else f"5101{4 + number % 9:02}"
        summary = Summary(title, "zh", {"zh": Wording(title[:40], text[:120], title[:28])}, regions=(code,))
        return version, summary, at


async def fill_tables(database: Database, there: int, count: int) -> None:
    """What an earlier run began is gone on with."""
    for start in range(there, count, 1_000):
        writing = Writing(start)
        made = [writing.document(number) for number in range(start, min(count, start + 1_000))]
        async with database.write() as tx:
            for table, rows in _rows(made):
                await insert_all(tx, table, rows)


def _rows(made: list[tuple[Version, Summary, datetime]]) -> Iterator[tuple[sa.Table, list[dict[str, Any]]]]:
    yield (
        contents,
        [
            {
                "content_id": v.content_id,
                "title": v.title,
                "language": "zh",
                "source_text": v.source_text,
                "meta": {},
                "first_at": at,
            }
            for v, _, at in made
        ],
    )
    yield versions, [
        {"version_id": v.version_id, "publication_id": v.publication_id, "content_id": v.content_id, "work_id": v.work_id,
         "site": v.site, "url": v.url, "title": v.title, "language": "zh", "declared": {}, "published_at": at, "first_at": at}
        for v, _, at in made
    ]  # fmt: skip
    yield publications, [
        {"publication_id": v.publication_id, "address": v.url, "site": v.site, "work_id": v.work_id, "declared": {},
         "revision": 1, "version_id": v.version_id, "content_id": v.content_id, "withdrawn": False, "published_at": at,
         "published_at_said": True, "first_at": at, "changed_at": at}
        for v, _, at in made
    ]  # fmt: skip
    yield revisions, [
        {"publication_id": v.publication_id, "revision": 1, "version_id": v.version_id, "event_id": f"evt_{v.version_id}",
         "change_id": f"chg_{v.version_id}", "kind": "new", "accepted_at": at, "material": False, "change": None}
        for v, _, at in made
    ]  # fmt: skip
    yield summaries, [{"version_id": v.version_id, "summary": to_json(s), "at": at} for v, s, at in made]


async def measure(kind: str, database: Database, count: int, questions: int) -> None:
    await migrate(database)
    async with database.read() as tx:
        there = (await tx.execute(sa.select(sa.func.count()).select_from(publications))).scalar_one()
        indexed = (await tx.execute(sa.select(sa.func.count()).select_from(search_entries))).scalar_one()
    if there < count:
        await fill_tables(database, there, count)
    if indexed < count:
        began = time.perf_counter()
        done = await fill(database)
        seconds = time.perf_counter() - began
        figure("search", f"{kind}: {done} publications put up", seconds, "s")
        figure("search", f"{kind}: one publication put up by the fill", 1000 * seconds / max(done, 1), "ms")
    if database.dialect == "postgresql":
        async with database.write() as tx:
            await tx.execute(sa.text("ANALYZE"))
    async with database.read() as tx:
        figure(
            "search", f"{kind}: passages", (await tx.execute(sa.select(sa.func.count()).select_from(passages))).scalar_one(), ""
        )
    await _one_more(kind, database, count)
    await _ask(kind, database, questions)


async def _one_more(kind: str, database: Database, count: int) -> None:
    """What SUMMARISE pays for each document: making it ready in a thread, and the rows in its transaction."""
    writing, thread, writer = Writing(12), list[float](), list[float]()
    for number in range(count, count + 60):
        version, summary, at = writing.document(number)
        async with database.write() as tx:
            for table, rows in _rows([(version, summary, at)]):
                await insert_all(tx, table, rows)
        began = time.perf_counter()
        made = ready(version, summary, at)
        thread.append(1000 * (time.perf_counter() - began))
        async with database.write() as tx:
            began = time.perf_counter()
            await shelve(tx, [made])
            writer.append(1000 * (time.perf_counter() - began))
    async with database.write() as tx:
        for table in (publications, revisions, summaries, versions, contents):
            column = table.c.content_id if table is contents else table.c.version_id
            await tx.execute(sa.delete(table).where(column.in_([f"{column.name[:3]}_{n}" for n in range(count, count + 60)])))
        await tx.execute(
            sa.delete(search_entries).where(search_entries.c.version_id.in_([f"ver_{n}" for n in range(count, count + 60)]))
        )
    figure("search", f"{kind}: one document made ready, in a thread, p50", percentile(thread, 0.5), "ms")
    figure("search", f"{kind}: one document's rows in SUMMARISE's transaction, p50", percentile(writer, 0.5), "ms")
    figure("search", f"{kind}: one document's rows in SUMMARISE's transaction, p95", percentile(writer, 0.95), "ms")


async def _ask(kind: str, database: Database, questions: int) -> None:
    chance, today, times, cpu = random.Random(3), date(2026, 3, 2), list[float](), list[float]()
    slowest: dict[str, float] = {}
    answered = 0
    for asked in range(questions):
        words = (
            QUESTIONS[asked % len(QUESTIONS)]
            if asked % 2 == 0
            else f"{chance.choice(WHO)}{chance.choice(WHAT)}{chance.choice(HOW)}"
        )
        wish = Wish(
            words,
            chance.choice([None, None, None, "510104"]),
            chance.choice([None, None, None, 2025]),
            page=chance.choice([1, 1, 1, 2]),
        )
        began, used = time.perf_counter(), time.process_time()
        found = await search(database, wish, today)
        times.append(1000 * (time.perf_counter() - began))
        cpu.append(1000 * (time.process_time() - used))
        slowest[words] = max(slowest.get(words, 0), times[-1])
        answered += bool(found.answers)
    figure("search", f"{kind}: a question, p50", percentile(times, 0.5), "ms")
    figure("search", f"{kind}: a question, p95", percentile(times, 0.95), "ms")
    figure("search", f"{kind}: a question, slowest ({max(slowest, key=lambda each: slowest[each])})", max(times), "ms")
    # On SQLite all of the work; on PostgreSQL the server's is not in it.
    figure("search", f"{kind}: a question, CPU of this process, p50", percentile(cpu, 0.5), "ms")
    figure("search", f"{kind}: a question, CPU of this process, p95", percentile(cpu, 0.95), "ms")
    figure("search", f"{kind}: questions with an answer", answered / questions, "")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--publications", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args()
    count, questions = (1_000, 40) if asked.quick else (asked.publications, asked.questions)
    machine("search")
    with ExitStack() as stack:
        folder = asked.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        if asked.only != "postgresql":
            asyncio.run(_measured("SQLite", f"sqlite+aiosqlite:///{folder}/search-{count}.sqlite3", count, questions))
        if asked.only != "sqlite":
            asyncio.run(_measured("PostgreSQL", stack.enter_context(postgres_server(durable=True)).url, count, questions))


async def _measured(kind: str, url: str, count: int, questions: int) -> None:
    database = Database(url)
    try:
        await measure(kind, database, count, questions)
    finally:
        await database.close()


if __name__ == "__main__":
    main()
