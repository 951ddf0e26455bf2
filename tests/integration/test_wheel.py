"""What a user installs: the wheel has everything in it, and sends a mail far from the repository."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

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
