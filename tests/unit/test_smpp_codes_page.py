"""docs/reference/sms-codes.md shows the tables of SMPP and CMPP as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from pushsvc.channels.sms.cmpp.statuses import CONNECTED, SUBMITTED
from pushsvc.channels.sms.operators.sending import Refusal
from pushsvc.channels.sms.smpp.statuses import STATUSES

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "sms-codes.md").read_text("utf-8")
ROWS = [
    *((f"0x{status:02X} `{said.code}`", said) for status, said in STATUSES.items()),
    *((f"`{result}`", said) for result, said in SUBMITTED.items()),
    *((f"`{said.code}`", said) for said in CONNECTED.values()),
]


@pytest.mark.parametrize(("name", "said"), ROWS, ids=[name for name, _ in ROWS])
def test_the_page_says_what_each_status_comes_to(name: str, said: Refusal) -> None:
    verdict = f"{said.verdict}; stops the provider" if said.stops else said.verdict
    assert f"| {name} | {verdict} | {said.why} |" in PAGE
