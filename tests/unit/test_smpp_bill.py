"""What we say that a message costs is what an operator bills."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace

import pytest

from pushsvc.channels.rendering.lengths import sms_length
from pushsvc.channels.sms.cmpp.provider import Cmpp
from pushsvc.channels.sms.longtext import MOST_PARTS
from pushsvc.channels.sms.smpp.provider import Smpp
from pushsvc.demo.fakes.cmpp import FakeCmpp
from pushsvc.demo.fakes.smpp import FakeSmpp
from tests.unit.operators_town import an_sms, bound_to

_SIGNS = "补贴申请，。【】abc 123€[]{}^~|\\éÄ😀👨‍👩‍👧𠮷🀄½…—“”"
TEXTS = 1000


@pytest.mark.parametrize(("server", "provider"), [(FakeSmpp, Smpp), (FakeCmpp, Cmpp)], ids=["smpp", "cmpp"])
async def test_a_thousand_random_texts_arrive_whole_at_the_price_that_was_estimated(
    server: type[FakeSmpp | FakeCmpp], provider: type[Smpp | Cmpp]
) -> None:
    chance = random.Random(17)
    texts = ["【市民政局】" + "".join(chance.choice(_SIGNS) for _ in range(chance.randrange(1, 260))) for _ in range(TEXTS)]
    estimated = [sms_length(text).segments for text in texts]
    assert max(estimated) <= MOST_PARTS
    fake = server(receipts=(), window=50)
    await fake.start()
    async with bound_to(fake, provider) as one:
        messages = [replace(an_sms(text, named=f"dlv_{n}"), to=f"+86138{n:08d}") for n, text in enumerate(texts)]
        results = await asyncio.gather(*(one.send(sms) for sms in messages))
    await fake.stop()
    assert {result.verdict for result in results} == {"accepted"}
    assert sorted(fake.texts) == [(sms.to, sms.text) for sms in messages]
    assert fake.bill == (sum(estimated), sum(estimated) * fake.price)
