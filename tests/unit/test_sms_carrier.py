"""The carrier of SMS: whose turn it is, who comes next, and what is in doubt."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

import pytest

from pushsvc.channels.sms.carrier import SmsCarrier
from pushsvc.channels.sms.lines import Line
from pushsvc.channels.sms.provider import InDoubt, Sms
from pushsvc.clock import FixedClock
from pushsvc.domain.notices import Message, SendResult, Verdict
from pushsvc.domain.receipts import Callback, Heard, Said
from pushsvc.domain.standing import Standing
from pushsvc.errors import NotDurable
from tests.conftest import MONDAY_MORNING

ACCEPTED = SendResult("accepted", provider_id="p-1")


@dataclass
class Counting:
    """A provider that answers what it is told to, and counts."""

    name: str
    takes: Literal["templates", "text"] = "text"
    at_once: int = 3
    repeats: bool = False
    says: Said | Literal["absent", "later"] = "absent"
    answers: deque[SendResult] = field(default_factory=deque)
    sent: list[Sms] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    async def send(self, sms: Sms) -> SendResult:
        self.sent.append(sms)
        return self.answers.popleft() if self.answers else ACCEPTED

    async def look_up(self, doubt: InDoubt) -> Said | Literal["absent", "later"]:
        self.asked.append(doubt.delivery_id)
        return self.says

    async def poll(self) -> Sequence[Said]:
        return ()

    def read_callback(self, callback: Callback) -> Heard:
        return Heard()

    async def close(self) -> None: ...


@dataclass
class Book:
    now: Standing = field(default_factory=Standing)
    paused: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)

    async def standing(self) -> Standing:
        return self.now

    async def pause(self, provider: str, why: str) -> None:
        self.paused.append(provider)

    async def stop_template(self, provider: str, template: str, code: str, why: str) -> None:
        self.stopped.append(template)


@dataclass
class Stand:
    a: Counting = field(default_factory=lambda: Counting("aliyun"))
    b: Counting = field(default_factory=lambda: Counting("smpp"))
    book: Book = field(default_factory=Book)
    clock: FixedClock = field(default_factory=lambda: FixedClock(MONDAY_MORNING))
    intents: Intents | None = None

    def carrier(self) -> SmsCarrier:
        lines = [Line(self.a, "民政提醒", 45_000), Line(self.b, "政策到家", 30_000)]
        return SmsCarrier(lines, self.book, self.clock, intents=self.intents)

    async def send(self, message: Message) -> SendResult:
        return await (await self.carrier().connect()).send(message)

    @property
    def sent(self) -> int:
        return len(self.a.sent) + len(self.b.sent)


def a_message(number: int = 1, **changed: object) -> Message:
    return Message(f"dlv_{number}", "sms", "+8613800000000", "zh", "new", "", "【旧】3月31日前申请 http://x/s/abc", **changed)  # type: ignore[arg-type]


async def test_the_same_message_tries_the_same_provider_first_and_weights_share_the_rest() -> None:
    stand = Stand(book=Book(Standing({"aliyun": 3, "smpp": 1})))
    for number in range(400):
        await stand.send(a_message(number))
        await stand.send(a_message(number))
    twice = Counter(sms.delivery_id for sms in stand.a.sent)
    assert set(twice.values()) == {2}
    assert 0.68 < len(stand.a.sent) / stand.sent < 0.82


async def test_weight_nought_is_used_only_when_no_other_can(monkeypatch: pytest.MonkeyPatch) -> None:
    stand = Stand(book=Book(Standing({"aliyun": 0})))
    for number in range(50):
        await stand.send(a_message(number))
    assert stand.a.sent == []
    stand.book.now = Standing({"aliyun": 0}, frozenset({"smpp"}))
    await stand.send(a_message())
    assert len(stand.a.sent) == 1


@pytest.mark.parametrize("verdict", ["not_sent", "slow_down"])
async def test_what_nobody_has_taken_is_tried_by_the_next(verdict: Verdict) -> None:
    stand = Stand(book=Book(Standing({"aliyun": 1, "smpp": 0})))
    stand.a.answers.append(SendResult(verdict, "x"))
    result = await stand.send(a_message())
    assert (result.verdict, result.provider, stand.sent) == ("accepted", "smpp", 2)


@pytest.mark.parametrize("verdict", ["unknown", "refused", "suppress", "try_later", "accepted"])
async def test_what_may_have_been_taken_or_is_refused_for_good_is_not(verdict: Verdict) -> None:
    stand = Stand(book=Book(Standing({"aliyun": 1, "smpp": 0})))
    stand.a.answers.append(SendResult(verdict, "x"))
    assert (await stand.send(a_message())).verdict == verdict
    assert stand.sent == 1


async def test_what_a_gateway_says_it_could_not_take_now_is_tried_by_the_next_at_once() -> None:
    stand = Stand(a=Counting("http", repeats=True), book=Book(Standing({"http": 1, "smpp": 0})))
    stand.a.answers.append(SendResult("try_later", "down"))
    result = await stand.send(a_message())
    assert (result.verdict, result.provider, stand.sent) == ("accepted", "smpp", 2)


async def test_where_no_other_takes_it_either_the_gateway_s_own_answer_stands() -> None:
    stand = Stand(a=Counting("http", repeats=True), book=Book(Standing({"http": 1, "smpp": 0})))
    stand.a.answers.append(SendResult("try_later", "down"))
    stand.b.answers.append(SendResult("not_sent", "connect"))
    result = await stand.send(a_message())
    assert (result.verdict, result.code, result.provider) == ("try_later", "down", "http")


async def test_a_provider_that_has_stopped_us_is_paused_and_one_that_is_away_comes_last() -> None:
    stand = Stand(book=Book(Standing({"aliyun": 1, "smpp": 0})))
    carrier = stand.carrier()
    connection = await carrier.connect()
    stand.a.answers.append(SendResult("not_sent", "401", "wrong secret", stops="provider"))
    assert (await connection.send(a_message(1))).provider == "smpp"
    assert stand.book.paused == ["aliyun"]
    assert (await connection.send(a_message(2))).provider == "smpp"
    assert len(stand.a.sent) == 1


async def test_with_every_provider_paused_nothing_is_sent_and_nothing_lost() -> None:
    stand = Stand(book=Book(Standing(paused=frozenset({"aliyun", "smpp"}))))
    result = await stand.send(a_message())
    assert (result.verdict, result.code, stand.sent) == ("not_sent", "connect", 0)


async def test_each_provider_has_its_own_signature_once_in_front() -> None:
    stand = Stand(book=Book(Standing({"smpp": 0})))
    await stand.send(a_message())
    assert stand.a.sent[0].text == "【民政提醒】3月31日前申请 http://x/s/abc"


async def test_the_estimate_is_what_the_one_whose_turn_it_is_would_charge() -> None:
    stand = Stand(book=Book(Standing({"aliyun": 0})))
    estimate = await stand.carrier().estimate(a_message())
    assert estimate is not None
    assert (estimate.provider, estimate.segments, estimate.price) == ("smpp", 1, 30_000)


def in_doubt(stand: Stand, at: str = "", *, ago: timedelta = timedelta(minutes=5)) -> Message:
    return a_message(in_doubt_since=stand.clock.now() - ago, in_doubt_at=at)


async def test_a_message_in_doubt_that_a_provider_has_is_accepted_and_not_sent_again() -> None:
    stand = Stand()
    stand.b.says = Said("delivered", "own-7")
    result = await stand.send(in_doubt(stand))
    assert (result.verdict, result.provider_id, result.provider, stand.sent) == ("accepted", "own-7", "smpp", 0)


async def test_only_the_provider_that_was_sending_is_asked_where_that_is_known() -> None:
    stand = Stand()
    stand.b.says = "later"
    assert (await stand.send(in_doubt(stand, "aliyun"))).verdict == "accepted"
    assert (stand.a.asked, stand.b.asked) == (["dlv_1"], [])


async def test_where_nobody_can_say_yet_it_waits_longer_each_time_and_stays_in_doubt_after_a_day() -> None:
    stand = Stand()
    stand.a.says = "later"
    waits = []
    for ago in (timedelta(seconds=10), timedelta(hours=1), timedelta(hours=23), timedelta(hours=25)):
        result = await stand.send(in_doubt(stand, ago=ago))
        waits.append((result.verdict, result.retry_after_seconds))
    assert waits == [("hold", 30.0), ("hold", 900.0), ("hold", 3600.0), ("unknown", None)]
    assert stand.sent == 0


async def test_what_a_gateway_may_have_is_told_to_that_gateway_only() -> None:
    stand = Stand()
    stand.b.repeats = True
    for at in ("smpp", ""):
        stand.b.answers.append(SendResult("not_sent", "connect"))
        result = await stand.send(in_doubt(stand, at))
        assert (result.verdict, len(stand.a.sent)) == ("hold", 0)


@pytest.mark.parametrize("at", ["smpp", ""])
async def test_while_the_gateway_that_may_have_it_is_paused_it_waits_and_holds_up_nobody(at: str) -> None:
    stand = Stand(book=Book(Standing(paused=frozenset({"smpp"}))))
    stand.b.repeats = True
    result = await stand.send(in_doubt(stand, at))
    assert (result.verdict, result.retry_after_seconds, stand.sent) == ("hold", 75.0, 0)
    assert (await stand.send(a_message(2))).verdict == "accepted"


async def test_what_a_provider_may_have_that_no_setting_names_any_more_is_sent_by_nobody_else() -> None:
    stand = Stand()
    assert (await stand.send(in_doubt(stand, "tencent"))).verdict == "hold"
    assert (await stand.send(in_doubt(stand, "tencent", ago=timedelta(hours=25)))).verdict == "unknown"
    assert stand.sent == 0


@dataclass
class Intents:
    """What the ledger names, in order. `away`: it can be written no more; `ours`: whether the claim still stands."""

    named: list[str] = field(default_factory=list)
    ours: bool = True
    away: bool = False

    async def offer(self, delivery_id: str, claim: str, provider: str) -> bool:
        if self.away:
            raise NotDurable("away")
        self.named.append(provider)
        return self.ours


async def test_another_provider_than_the_one_that_is_written_down_is_written_down_before_it_is_offered_anything() -> None:
    stand = Stand(book=Book(Standing({"smpp": 0})), intents=Intents())
    assert stand.intents is not None
    await stand.send(a_message(1, offered_to="aliyun"))
    assert stand.intents.named == []
    stand.a.answers.append(SendResult("not_sent", "connect"))
    assert (await stand.send(a_message(2, offered_to="aliyun"))).provider == "smpp"
    assert stand.intents.named == ["smpp"]


@pytest.mark.parametrize("ledger", [Intents(ours=False), Intents(away=True)])
async def test_what_cannot_be_written_down_is_offered_to_nobody_else(ledger: Intents) -> None:
    stand = Stand(book=Book(Standing({"smpp": 0})), intents=ledger)
    stand.a.answers.append(SendResult("not_sent", "connect"))
    assert (await stand.send(a_message(1, offered_to="aliyun"))).verdict == "not_sent"
    assert (len(stand.a.sent), stand.b.sent) == (1, [])


async def test_a_doubt_that_nobody_else_took_stays_that_of_the_provider_that_was_sending() -> None:
    stand = Stand(book=Book(Standing(paused=frozenset({"aliyun"}))), intents=Intents())
    stand.b.answers.append(SendResult("not_sent", "connect"))
    assert (await stand.send(in_doubt(stand, "aliyun"))).verdict == "hold"
    assert stand.intents is not None
    assert stand.intents.named == ["smpp", "aliyun"]


async def test_a_message_that_no_template_fits_is_refused_and_not_tried_for_ever() -> None:
    stand = Stand(a=Counting("aliyun", takes="templates"), b=Counting("tencent", takes="templates"))
    result = await stand.send(a_message())
    assert (result.verdict, result.code, stand.sent) == ("refused", "no_template", 0)
    stand.b = Counting("smpp")
    stand.b.answers.append(SendResult("not_sent", "connect"))
    assert (await stand.send(a_message())).verdict == "not_sent"


async def test_what_a_provider_bills_is_priced_as_that_provider_is() -> None:
    stand = Stand(book=Book(Standing({"smpp": 0})))
    for said, cost in ((SendResult("accepted"), (1, 45_000)), (SendResult("accepted", segments=3), (3, 135_000)),
                       (SendResult("accepted", segments=3, price=0), (3, 0))):  # fmt: skip
        stand.a.answers.append(said)
        result = await stand.send(a_message())
        assert (result.segments, result.price) == cost


class BookAway(Book):
    """The database takes nothing now."""

    async def standing(self) -> Standing:
        if self.paused:
            raise NotDurable("away")
        return self.now

    async def pause(self, provider: str, why: str) -> None:
        self.paused.append(why)
        raise NotDurable("away")


async def test_a_database_that_is_away_puts_nothing_in_doubt() -> None:
    stand = Stand(book=BookAway(Standing({"smpp": 0})))
    stand.a.answers.append(SendResult("not_sent", "401", "no secret of +8613800000000", stops="provider"))
    assert (await stand.send(a_message(1))).provider == "smpp"
    assert "138" not in stand.book.paused[0]
    assert (await stand.send(a_message(2))).verdict == "not_sent"


@pytest.mark.parametrize("to", ["110", "tel:+86138", "", "15400000000"])
async def test_no_number_is_no_number(to: str) -> None:
    stand = Stand()
    message = Message("dlv_1", "sms", to, "zh", "new", "", "x")
    assert ((await stand.send(message)).verdict, stand.sent) == ("suppress", 0)


@pytest.mark.parametrize(("to", "verdict"), [("+8613800000000", "suppress"), ("+447700900123", "refused")])
async def test_a_foreign_number_that_a_provider_does_not_take_is_not_closed(to: str, verdict: Verdict) -> None:
    stand = Stand(book=Book(Standing({"aliyun": 1, "smpp": 0})))
    stand.a.answers.append(SendResult("suppress", "isv.MOBILE_NUMBER_ILLEGAL"))
    message = Message("dlv_1", "sms", to, "zh", "new", "", "x")
    assert (await stand.send(message)).verdict == verdict
