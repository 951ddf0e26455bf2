"""A process that is killed in the middle of sending over SMPP tells nobody twice, and says of whom it does not know."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

from pushsvc.demo.fakes.smpp import FakeSmpp
from tests.integration.smpp_sending_child import message

ROOT = Path(__file__).parents[2]
MESSAGES, KILLS, WINDOW = 400, 10, 8


async def test_ten_kills_in_the_middle_of_sending_lose_nothing_and_tell_nobody_twice(tmp_path: Path) -> None:
    chance = random.Random(3)
    fake = FakeSmpp(window=WINDOW, delay_seconds=0.02, receipts=("DELIVRD",))
    await fake.start()
    journal = tmp_path / "journal"
    kills = 0
    try:
        while True:
            child = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.integration.smpp_sending_child", fake.url, str(journal), str(MESSAGES),
                cwd=ROOT, stdout=subprocess.DEVNULL,
            )  # fmt: skip
            had = len(fake.sent)
            if kills < KILLS:
                while len(fake.sent) < had + chance.randrange(5, 40) and child.returncode is None:
                    await asyncio.sleep(0.005)
            if kills < KILLS and child.returncode is None:
                child.kill()
                kills += 1
            if await asyncio.wait_for(child.wait(), 60) == 0:
                break
    finally:
        await fake.stop()
    told = {to for to, _ in fake.texts}
    submits = Counter((taken.to, taken.place[2] if taken.place else 1) for taken in fake.sent)
    ends: dict[int, str] = {}
    for line in journal.read_text().splitlines():
        what, number = line.split()[:2]
        if what != "out":
            assert int(number) not in ends, f"message {number} has two ends"
            ends[int(number)] = what
    assert kills == KILLS
    assert set(ends) == set(range(MESSAGES)), "lost"
    assert max(submits.values()) == 1, "twice"
    assert all(message(number).to in told for number, end in ends.items() if end == "accepted")
    assert list(ends.values()).count("unknown") <= KILLS * WINDOW
    assert fake.overruns == 0
