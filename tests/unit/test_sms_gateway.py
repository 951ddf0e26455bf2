"""The plain gateway, where it answers what no database can keep, or takes too long to break."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from pushsvc.channels.http_calls import Answer, HttpCalls
from pushsvc.channels.sms import gateway
from pushsvc.channels.sms.gateway import Gateway
from pushsvc.channels.sms.provider import Sms
from pushsvc.clock import FixedClock
from pushsvc.domain.notices import SendResult
from pushsvc.settings.providers import provider_urls
from tests.conftest import MONDAY_MORNING

SMS = Sms("dlv_1", "+8613800000000", "【民政提醒】3月31日前申请", "民政提醒")


class Calls(HttpCalls):
    def __init__(self, *answers: Answer | SendResult) -> None:
        super().__init__("http", "http://127.0.0.1:1")
        self.answers, self.made = list(answers), 0

    async def call(
        self, method: str, path: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer | SendResult:
        self.made += 1
        return self.answers.pop(0)


async def sent(calls: Calls) -> SendResult:
    made = Gateway(provider_urls("http://:c2VjcmV0@127.0.0.1:1/send", ("http",))[0], FixedClock(MONDAY_MORNING))
    made._calls = calls
    return await made.send(SMS)


@pytest.mark.parametrize("error", ["\0", "bad\ud800code", "x" * 100_000])
async def test_an_error_that_no_database_can_keep_becomes_one_that_it_can(error: str) -> None:
    result = await sent(Calls(Answer(422, json.dumps({"error": error, "permanent": True}).encode())))
    assert result.verdict == "refused"
    assert 0 < len(result.code) <= 40
    for words in (result.code, result.why):
        assert "\0" not in words
        words.encode()
        assert len(words) < 200


async def test_what_broke_at_once_is_said_again_and_what_broke_late_is_left_to_the_next_claim(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broke, taken = SendResult("unknown", "broke"), Answer(200, b'{"id": "gw-1"}')
    assert (await sent(Calls(broke, taken))).verdict == "accepted"
    monkeypatch.setattr(gateway, "AGAIN_WITHIN_SECONDS", 0.0)
    late = Calls(broke, taken)
    assert ((await sent(late)).verdict, late.made) == ("unknown", 1)
