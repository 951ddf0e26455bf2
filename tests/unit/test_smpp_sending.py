"""Sending over SMPP: what leaves, and what becomes of a message that meets trouble."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from pushsvc.channels.rendering.lengths import sms_length
from pushsvc.channels.sms.operators import line, sending
from pushsvc.channels.sms.smpp.provider import Smpp
from pushsvc.channels.sms.smpp.statuses import STATUSES
from pushsvc.clock import FixedClock
from pushsvc.demo.fakes.smpp import FakeSmpp
from tests.unit.operators_town import LONG, NOW, SHORT, Diary, a_doubt, a_url, an_sms, bound_to, tls_pair


@pytest.fixture
async def fake() -> AsyncIterator[FakeSmpp]:
    server = FakeSmpp(receipts=())
    await server.start()
    yield server
    await server.stop()


async def test_a_short_message_is_one_submit_with_the_operators_id(fake: FakeSmpp) -> None:
    async with bound_to(fake, Smpp) as provider:
        result = await provider.send(an_sms())
    assert (result.verdict, result.provider_id) == ("accepted", fake.sent[0].provider_id)
    assert fake.texts == [("+8613800138000", SHORT)]
    assert fake.sent[0].source == "10690000"
    assert (fake.binds, fake.goodbyes) == (1, 1)


async def test_a_long_message_arrives_whole_and_is_billed_by_its_parts(fake: FakeSmpp) -> None:
    async with bound_to(fake, Smpp) as provider:
        result = await provider.send(an_sms(LONG))
    assert fake.texts == [("+8613800138000", LONG)]
    assert result.provider_id == fake.sent[-1].provider_id
    assert fake.bill[0] == sms_length(LONG).segments == 2


async def test_english_travels_in_the_alphabet_of_phones(fake: FakeSmpp) -> None:
    words = "Aid for [older] people {up to} €3000 @ your ~office~ " * 5
    async with bound_to(fake, Smpp) as provider:
        await provider.send(replace(an_sms(words), signature=""))
    assert fake.texts == [("+8613800138000", words)]
    assert {taken.coding for taken in fake.sent} == {0}
    assert fake.bill[0] == sms_length(words).segments


async def test_a_text_without_a_signature_gets_it_in_front(fake: FakeSmpp) -> None:
    async with bound_to(fake, Smpp) as provider:
        await provider.send(an_sms("补贴开始申请"))
    assert fake.texts == [("+8613800138000", "【市民政局】补贴开始申请")]


async def test_half_of_a_sign_is_refused_and_nothing_leaves(fake: FakeSmpp) -> None:
    async with bound_to(fake, Smpp) as provider:
        result = await provider.send(an_sms("【市民政局】\ud83d"))
    assert result.verdict == "refused"
    assert "half of a sign" in result.why
    assert fake.sent == []


async def test_the_window_is_never_overrun(fake: FakeSmpp) -> None:
    fake.window, fake.delay_seconds = 4, 0.02
    async with bound_to(fake, Smpp) as provider:
        results = await asyncio.gather(*(provider.send(an_sms(LONG, named=f"dlv_{n}")) for n in range(12)))
    assert {result.verdict for result in results} == {"accepted"}
    assert (fake.overruns, fake.unanswered_most) == (0, 4)


@pytest.mark.parametrize(
    ("fault", "verdict", "code"),
    [
        ("throttle", "slow_down", "RTHROTTLED"), ("full", "slow_down", "RMSGQFUL"), ("no_number", "suppress", "RINVDSTADR"),
        ("later", "try_later", "RSYSERR"), ("refuse", "refused", "RX_R_APPN"), ("reset", "unknown", "broken"),
        ("reset_after", "unknown", "broken"),
    ],
)  # fmt: skip
async def test_each_answer_of_the_operator_has_its_verdict(fake: FakeSmpp, fault: str, verdict: str, code: str) -> None:
    fake.faults.append(fault)  # type: ignore[arg-type]
    async with bound_to(fake, Smpp) as provider:
        result = await provider.send(an_sms())
    assert (result.verdict, result.code, result.provider) == (verdict, code, "smpp")


async def test_a_refused_first_part_refuses_the_whole_message_and_nothing_is_taken(fake: FakeSmpp) -> None:
    fake.faults.append("refuse")
    async with bound_to(fake, Smpp) as provider:
        result = await provider.send(an_sms(LONG))
    assert result.verdict == "refused"
    assert fake.sent == []


async def test_a_part_that_is_refused_for_now_follows_and_the_first_is_not_sent_again(
    fake: FakeSmpp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "_AGAIN_SECONDS", 0.05)
    fake.faults = deque([None, "throttle"])  # type: ignore[list-item]
    async with bound_to(fake, Smpp) as provider:
        result = await provider.send(an_sms(LONG))
    assert result.verdict == "accepted"
    assert fake.texts == [("+8613800138000", LONG)]
    assert fake.bill[0] == 2


async def test_a_part_refused_for_good_after_another_was_taken_leaves_the_message_unknown(fake: FakeSmpp) -> None:
    fake.faults = deque([None, "refuse"])  # type: ignore[list-item]
    diary = Diary()
    async with bound_to(fake, Smpp, diary) as provider:
        result = await provider.send(an_sms(LONG))
        assert (result.verdict, result.code) == ("unknown", "parts")
        assert "1 of 2 parts were taken" in result.why
        assert await provider.look_up(a_doubt()) == "later"
        await fake.receipt(fake.sent[0], "DELIVRD")
        # Its only part has come to its end, and the message can never be whole: now it is known that it was not told.
        assert [(said.state, said.delivery_id) for said in diary.said] == [("undelivered", "dlv_1")]


@pytest.mark.parametrize("became", ["DELIVRD", "UNDELIV"])
async def test_a_part_whose_receipt_never_came_is_asked_about_by_its_id(fake: FakeSmpp, became: str) -> None:
    fake.faults = deque([None, "refuse"])  # type: ignore[list-item]
    async with bound_to(fake, Smpp) as provider:
        assert (await provider.send(an_sms(LONG))).verdict == "unknown"
        assert await provider.look_up(a_doubt()) == "later", "it is on its way still"
        fake.sent[0].state = became
        said = await provider.look_up(a_doubt())
        # The other part was refused, so no phone ever has all of it.
        assert (said.state, said.delivery_id) == ("undelivered", "dlv_1")


async def test_a_message_sent_again_in_the_same_process_sends_only_what_the_operator_lacks(
    fake: FakeSmpp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "_AGAIN_SECONDS", 0.3)
    fake.faults = deque([None, "later", "later"])  # type: ignore[list-item]
    async with bound_to(fake, Smpp, call_seconds=0.5) as provider:
        first = await provider.send(an_sms(LONG))
        assert (first.verdict, await provider.look_up(a_doubt())) == ("unknown", "absent")
        fake.faults.clear()
        assert (await provider.send(an_sms(LONG))).verdict == "accepted"
        assert (await provider.send(an_sms(LONG))).verdict == "accepted"
    assert fake.texts == [("+8613800138000", LONG)]
    assert fake.bill[0] == 2


async def test_no_answer_in_time_is_unknown_and_a_late_one_settles_it(fake: FakeSmpp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "_SINGLE_PART_SECONDS", 0.3)
    fake.faults.append("late")
    fake.late_seconds = 1.2
    async with bound_to(fake, Smpp) as provider:
        result = await provider.send(an_sms())
        assert (result.verdict, result.code) == ("unknown", "timeout")
        assert await provider.look_up(a_doubt()) == "later"
        await asyncio.sleep(1.0)
        said = await provider.look_up(a_doubt())
        assert (said.state, said.provider_id) == ("sent", fake.sent[0].provider_id)
        assert (await provider.send(an_sms())).verdict == "accepted"
    assert fake.bill[0] == 1


async def test_a_late_refusal_says_that_the_operator_has_nothing(fake: FakeSmpp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "_SINGLE_PART_SECONDS", 0.3)
    fake.no_numbers.add("+8613800138000")
    fake.delay_seconds = 1.0
    async with bound_to(fake, Smpp) as provider:
        assert (await provider.send(an_sms())).verdict == "unknown"
        await asyncio.sleep(0.8)
        assert await provider.look_up(a_doubt()) == "absent"


async def test_a_doubt_with_an_id_is_asked_about_and_without_one_stays_a_doubt(fake: FakeSmpp) -> None:
    async with bound_to(fake, Smpp) as provider:
        accepted = await provider.send(an_sms())
    fake.sent[0].state = "UNDELIV"
    async with bound_to(fake, Smpp) as another:
        said = await another.look_up(a_doubt(provider_id=accepted.provider_id))
        assert (said.state, said.code, said.provider_id) == ("undelivered", "UNDELIV", accepted.provider_id)
        assert await another.look_up(a_doubt()) == "later"
        assert await another.look_up(a_doubt(provider_id="999")) == "later"
        fake.can_query = False
        assert await another.look_up(a_doubt(provider_id=accepted.provider_id)) == "later"


async def test_a_wrong_password_stops_the_provider_and_nothing_is_sent(fake: FakeSmpp) -> None:
    url = a_url(fake.url.replace(":secret@", ":wrong@"))
    provider = Smpp(url, FixedClock(NOW), Diary())
    result = await provider.send(an_sms())
    assert (result.verdict, result.code, result.stops) == ("not_sent", "RINVPASWD", "provider")
    assert "wrong" not in result.why
    again = await provider.send(an_sms())
    assert again.verdict == "not_sent"
    await provider.close()


async def test_nobody_listening_is_not_sent_and_the_operator_is_found_when_it_is_back() -> None:
    fake = FakeSmpp(receipts=())
    await fake.start()
    port = fake.port
    await fake.stop()
    provider = Smpp(a_url(fake.url), FixedClock(NOW), Diary())
    assert (await provider.send(an_sms())).verdict == "not_sent"
    fake = FakeSmpp(receipts=())
    await fake.start(port)
    async with asyncio.timeout(5):
        while (await provider.send(an_sms())).verdict != "accepted":
            await asyncio.sleep(0.1)
    await provider.close()
    await fake.stop()
    assert fake.bill[0] == 1


async def test_a_session_that_broke_is_opened_again_while_nobody_sends(fake: FakeSmpp) -> None:
    async with bound_to(fake, Smpp) as provider:
        assert await provider.open() is None
        fake.hang_up()
        async with asyncio.timeout(5):
            while fake.binds < 2:
                await asyncio.sleep(0.02)
        assert (await provider.send(an_sms())).verdict == "accepted"


async def test_an_operator_that_says_goodbye_gets_nothing_more_on_that_session(fake: FakeSmpp) -> None:
    fake.faults.append("goodbye")
    async with bound_to(fake, Smpp) as provider:
        assert (await provider.send(an_sms())).verdict == "accepted"
        await asyncio.sleep(0.1)
        assert (await provider.send(an_sms(named="dlv_2"))).verdict == "accepted"
    assert fake.binds == 2


async def test_a_peer_that_does_not_say_that_it_is_there_is_left(fake: FakeSmpp, monkeypatch: pytest.MonkeyPatch) -> None:
    fake.deaf = True
    async with bound_to(fake, Smpp, idle_seconds=0.2) as provider:
        provider.new = lambda: type(provider).new(provider)  # the same session, with less patience
        await provider.open()
        provider.line.bound._patience = 0.3
        async with asyncio.timeout(5):
            while fake.binds < 2:
                await asyncio.sleep(0.05)


async def test_over_tls_the_certificate_is_checked(tmp_path: Path) -> None:
    server, client = tls_pair(tmp_path)
    secure = FakeSmpp(receipts=())
    await secure.start(tls=server)
    for context, verdict in ((client, "accepted"), (None, "not_sent")):
        provider = Smpp(a_url(secure.url.replace("127.0.0.1", "localhost"), tls="1"), FixedClock(NOW), Diary(), tls=context)
        assert (await provider.send(an_sms())).verdict == verdict
        await provider.close()
    await secure.stop()


@pytest.mark.parametrize(
    "option", ["window=0", "window=many", "source_ton=9", f"source={'9' * 30}", "service=toolong", "zone=Nowhere/No"]
)
def test_an_option_that_makes_no_sense_is_named(option: str) -> None:
    with pytest.raises(ValueError, match=option.split("=")[0]):
        Smpp(a_url(f"smpp://push:secret@127.0.0.1:2775/?{option}"), FixedClock(NOW), Diary())


def test_what_stops_the_provider_is_what_a_person_must_mend() -> None:
    assert {status for status, said in STATUSES.items() if said.stops} == {
        0x0A, 0x0D, 0x0E, 0x0F, 0x15, 0x48, 0x49, 0x53, 0xC0, 0xC1, 0xC4,
    }  # fmt: skip
    assert [status for status, said in STATUSES.items() if said.verdict == "suppress"] == [0x0B]
    assert {status for status, said in STATUSES.items() if said.verdict == "slow_down"} == {0x14, 0x58}


async def test_a_message_that_is_worded_anew_is_sent_whole_and_never_joined_with_its_old_parts(
    fake: FakeSmpp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "_AGAIN_SECONDS", 0.3)
    fake.faults = deque([None, "later", "later"])  # type: ignore[list-item]
    corrected, diary = LONG.replace("申请", "领取"), Diary()
    async with bound_to(fake, Smpp, diary, call_seconds=0.5) as provider:
        assert (await provider.send(an_sms(LONG))).verdict == "unknown"
        fake.faults.clear()
        assert (await provider.send(an_sms(corrected))).verdict == "accepted"
        for taken, stat in zip(fake.sent, ("EXPIRED", "DELIVRD", "DELIVRD"), strict=True):
            await fake.receipt(taken, stat)
    assert [said.state for said in diary.said if said.delivery_id] == ["delivered"]
    assert fake.texts == [("+8613800138000", corrected)]
    assert fake.bill[0] == 3


async def test_a_provider_that_was_mended_is_asked_soon_and_not_before(fake: FakeSmpp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "_REFUSED_SENDER_SECONDS", 0.3)
    fake.bind_status = 0x0D
    async with bound_to(fake, Smpp) as provider:
        assert (await provider.send(an_sms())).stops == "provider"
        fake.bind_status = 0
        assert (await provider.send(an_sms())).stops == "provider"
        await asyncio.sleep(0.4)
        assert (await provider.send(an_sms())).verdict == "accepted"
    assert fake.binds == 1
