"""What a user installs: the wheel has everything in it, and sends a mail far from the repository."""

from __future__ import annotations

import asyncio
import json
import urllib.request
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.services.postgres import free_port
from tests.services.smtp import SmtpServer
from tests.services.wheels import REPOSITORY, Installed, install


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return install(tmp_path_factory.mktemp("wheel"))


def files_under(folder: Path, prefix: str) -> set[str]:
    return {
        f"{prefix}/{path.relative_to(folder)}"
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_every_file_of_the_package_and_every_template_is_in_the_wheel(installed: Installed) -> None:
    shipped = {name for name in zipfile.ZipFile(installed.wheel).namelist() if ".dist-info/" not in name}
    ours = files_under(REPOSITORY / "pushsvc", "pushsvc") | files_under(REPOSITORY / "templates", "pushsvc/_templates")
    assert ours - shipped == set()
    assert shipped - ours == set()


def test_it_is_the_wheel_that_runs_and_not_the_repository(installed: Installed) -> None:
    place = installed.run(installed.python, "-c", "import pushsvc; print(pushsvc.__file__)")
    assert "site-packages" in place
    assert str(REPOSITORY) not in place


def test_it_reads_its_own_templates_and_lists(installed: Installed) -> None:
    said = installed.run(
        installed.python, "-c",
        "from pushsvc.resources import templates_root\n"
        "from pushsvc.taxonomy.entries import rows\n"
        "print(templates_root())\n"
        "print(len(rows('regions.csv')), len(rows('topics.csv')), len(rows('industries.csv')), len(rows('audiences.csv')))\n",
    )  # fmt: skip
    root, counts = said.splitlines()
    assert root.endswith("site-packages/pushsvc/_templates")
    assert all(int(count) > 10 for count in counts.split())


def test_it_makes_its_own_schema(installed: Installed) -> None:
    said = installed.run(
        installed.python, "-c",
        "import asyncio\n"
        "from pushsvc.storage.database import Database\n"
        "from pushsvc.storage.migrations import is_current, migrate\n"
        "async def main():\n"
        "    database = Database('sqlite+aiosqlite:///var/pushsvc.sqlite3')\n"
        "    print(await migrate(database), await is_current(database))\n"
        "    await database.close()\n"
        "asyncio.run(main())\n",
    )  # fmt: skip
    assert said.startswith("['0001'")
    assert said.endswith("True\n")


SITE = (
    "code,name,organisation,region,domains,feeds\n5101000012,成都市人民政府,成都市人民政府办公厅,510100,www.chengdu.example,\n"
)
CITIZEN = {
    "id": "c-1",
    "kind": "citizen",
    "language": "zh",
    "endpoints": [
        {
            "channel": "email",
            "address": "li.wei@example.cn",
            "consent": {"at": "2026-01-05T09:00:00+08:00", "source": "窗口登记"},
        }
    ],
    "places": ["510104"],
    "interests": [{"any_of": ["适老化改造"]}],
}
EVENT = {
    "event": "published",
    "url": "https://www.chengdu.example/2026/0301/1.html",
    "title": "关于开展困难老年人家庭适老化改造补贴申请的通知",
    "content_text": "关于开展困难老年人家庭适老化改造补贴申请的通知\n"
    "锦江区各街道办事处：\n现将2026年困难老年人家庭适老化改造补贴申请有关事项通知如下。\n"
    "一、补贴对象为年满60周岁的困难老年人家庭，每户最高补贴3000元。\n"
    "二、申请人应于2099年6月30日前向户籍所在地街道办事处提出申请。\n"
    "三、咨询电话：028-86261234。\n成都市民政局\n2026年3月1日\n",
    "regions": ["510104"],
}


async def test_an_installed_wheel_sends_a_mail(installed: Installed, smtp_server: SmtpServer) -> None:
    settings = {
        "PUSHSVC_HOME": str(installed.folder / "var"),
        "PUSHSVC_PORT": str(free_port()),
        "PUSHSVC_SMTP_URL": smtp_server.url,
        "PUSHSVC_EMAIL_FROM": "pushsvc@example.cn",
    }
    (installed.folder / "sites.csv").write_text(SITE)
    (installed.folder / "people.jsonl").write_text(json.dumps(CITIZEN, ensure_ascii=False) + "\n")
    (installed.folder / "event.json").write_text(json.dumps(EVENT, ensure_ascii=False))
    async with running(installed, settings):
        await asyncio.to_thread(installed.run, installed.pushsvc, "sites", "import", "sites.csv", **settings)
        await asyncio.to_thread(installed.run, installed.pushsvc, "subscribers", "import", "people.jsonl", **settings)
        send = (installed.pushsvc, "event", "send", "event.json", "--site", "5101000012", "--wait")
        said = await asyncio.to_thread(installed.run, *send, **settings)
        (mail,) = await smtp_server.wait_for(1)
    assert mail.to == ("li.wei@example.cn",)
    assert "适老化改造" in mail.subject
    assert "3000元" in mail.part("plain")
    assert EVENT["url"] in mail.part("plain")
    assert EVENT["url"] in mail.part("html")
    assert "accepted" in said


@asynccontextmanager
async def running(installed: Installed, settings: dict[str, str]) -> AsyncIterator[None]:
    """`pushsvc dev --empty` of the wheel, ready."""
    log = (installed.folder / "dev.log").open("wb")
    service = await asyncio.create_subprocess_exec(
        installed.pushsvc, "dev", "--empty", cwd=installed.folder, env=installed.environment(**settings), stdout=log, stderr=log
    )
    try:
        ready = f"http://127.0.0.1:{settings['PUSHSVC_PORT']}/readyz"
        async with asyncio.timeout(30):
            while not await asyncio.to_thread(answers, ready):
                assert service.returncode is None, (installed.folder / "dev.log").read_text()
                await asyncio.sleep(0.1)
        yield
    finally:
        log.close()
        if service.returncode is None:
            service.terminate()
        async with asyncio.timeout(15):
            await service.wait()


def answers(url: str) -> bool:
    try:
        return bool(urllib.request.urlopen(url, timeout=2).status == 200)
    except OSError:
        return False
