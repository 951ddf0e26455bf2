"""A disk that is full costs the sender a 503 and nobody a message; when there is room again, no restart is needed."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.service import Service, mailbox_sink
from bench.town import SITE, Town, publication

RECOVERED_SECONDS = 20.0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 48 MiB; skipped where this user may not mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", str(disk)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    try:
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=False)


def fill(disk: Path) -> Path:
    """Takes every free byte of `disk`."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as out:
        for piece in (1 << 20, 4096, 1):
            try:
                while out.write(b"\0" * piece):
                    pass
            except OSError:
                continue
    return filler


def test_a_full_disk_is_answered_by_503_and_mended_without_a_restart(small_disk: Path, tmp_path: Path) -> None:
    town = Town(10, topics=1, districts=1)
    with mailbox_sink(tmp_path / "sink") as sink, Service(small_disk, smtp=sink.port) as service:
        service.start()
        site = service.register(SITE)
        service.import_subscribers(town.write_subscribers(tmp_path / "people.jsonl"))
        first = service.post(site, publication(0, 0, None), "before")
        service.until_done(first.json()["event_id"])
        filler = fill(small_disk)
        # The log of the database may have room for a little more: soon it has not.
        accepted, statuses = [first.json()["event_id"]], []
        for number in range(1, 200):
            answer = service.post(site, publication(number, 0, None), f"full-{number}")
            statuses.append(answer.status)
            if answer.status != 202:
                break
            accepted.append(answer.json()["event_id"])
        assert statuses[-1] == 503, (statuses, service.last_words())
        assert answer.headers["content-type"].startswith("application/problem+json")
        assert service.call("GET", "/healthz").status == 200
        filler.unlink()
        end = time.monotonic() + RECOVERED_SECONDS
        while (again := service.post(site, publication(number, 0, None), f"full-{number}")).status == 503:
            assert time.monotonic() < end, service.last_words()
            time.sleep(0.1)
        assert again.status == 202, again
        for event_id in [*accepted, again.json()["event_id"]]:
            assert service.until_done(event_id)["accepted"] == {"email": 10}
        assert len({(taken.to, taken.message_id) for taken in sink.taken()}) == 10 * (len(accepted) + 1)
