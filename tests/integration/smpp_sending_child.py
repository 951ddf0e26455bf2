"""Sends messages over SMPP and writes a journal, until it is killed: for test_smpp_killed.

    python -m tests.integration.smpp_sending_child URL JOURNAL COUNT

A line of the journal is durable before the next thing happens: `out N` before a message leaves, then what came of it:
`accepted N ID`, or `unknown N`. At a start what is out without an outcome is asked about before anything is sent.
"""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from pushsvc.channels.sms.provider import InDoubt, Sms
from pushsvc.channels.sms.smpp.provider import Smpp
from pushsvc.clock import SystemClock
from pushsvc.domain.receipts import Heard, Said
from pushsvc.settings.providers import provider_urls

TEXT = "【市民政局】适老化改造补贴申请从今天开始，4月30日前到街道便民中心办。"


class Journal:
    def __init__(self, path: Path) -> None:
        lines = [line.split() for line in path.read_text().splitlines()] if path.exists() else []
        # The last line may be cut off.
        self.done = {int(line[1]) for line in lines if line[0] in ("accepted", "unknown") and len(line) > 1}
        self.out = {int(line[1]) for line in lines if line[0] == "out" and len(line) > 1} - self.done
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def note(self, line: str) -> None:
        os.write(self._file, f"{line}\n".encode())


def message(number: int) -> Sms:
    """Every third has two parts."""
    text = TEXT * 3 if number % 3 == 0 else TEXT
    return Sms(f"dlv_{number}", f"+86138{number:08d}", text, "市民政局")


async def send_all(url: str, path: Path, count: int) -> None:
    journal = Journal(path)

    async def heard(heard: Heard) -> None:
        """Receipts are looked at by the operator's side."""

    provider = Smpp(provider_urls(url, ("smpp",))[0], SystemClock(), heard)
    again = []
    for number in sorted(journal.out):
        sms = message(number)
        said = await provider.look_up(InDoubt(sms.delivery_id, sms.to, datetime.now(UTC)))
        if said == "absent":
            again.append(number)
        else:
            journal.note(f"accepted {number} {said.provider_id}" if isinstance(said, Said) else f"unknown {number}")
    numbers = iter([*again, *(number for number in range(count) if number not in journal.done | journal.out)])

    async def connection() -> None:
        for number in numbers:
            journal.note(f"out {number}")
            while True:
                result = await provider.send(message(number))
                if result.verdict in ("accepted", "unknown"):
                    journal.note(f"{result.verdict} {number} {result.provider_id or ''}".rstrip())
                    break
                await asyncio.sleep(0.05)  # nothing of it left

    await asyncio.gather(*(connection() for _ in range(provider.at_once)))
    await provider.close()


if __name__ == "__main__":
    uvloop.run(send_all(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
