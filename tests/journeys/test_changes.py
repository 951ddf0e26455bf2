"""Corrections and withdrawals reach those who had the old version, and only those."""

from __future__ import annotations

from tests.journeys.house import Town
from tests.journeys.publications import a_subsidy

OLD, NEW = "3月31日", "4月10日"


def until(day: str) -> dict[str, str]:
    return a_subsidy(until=f"2026年{day}")


async def kinds(town: Town, name: str) -> list[str]:
    return [mail.kind for mail in await town.mailbox(name)]


async def test_a_correction_reaches_only_who_had_the_old_version_and_says_what_moved(either_town: Town) -> None:
    town = either_town
    await town.a_citizen("mei")
    await town.tells(**until(OLD))
    await town.a_citizen("late")
    funnel = await town.tells(event="updated", **until(NEW))
    assert (funnel["outcome"], funnel["matched"], funnel["changed"], funnel["planned"]) == ("changed", 2, 1, 2)
    assert funnel["suppressed"] == {"told_before": 1}
    _, correction = await town.mailbox("mei")
    assert correction.kind == "correction"
    assert OLD in correction.text
    assert NEW in correction.text
    assert await kinds(town, "late") == ["new"]


async def test_going_from_a_to_b_and_back_to_a_corrects_each_time(either_town: Town) -> None:
    town = either_town
    await town.a_citizen("mei")
    for number, day in enumerate((OLD, NEW, OLD, NEW)):
        funnel = await town.tells(event="updated", **until(day))
        assert (funnel["outcome"], funnel["changed"]) == ("changed" if number else "new", min(number, 1))
    assert await kinds(town, "mei") == ["new", "correction", "correction", "correction"]
    corrections = (await town.mailbox("mei"))[1:]
    assert [f"截止时间：2026年{NEW}" in mail.text for mail in corrections] == [True, False, True]


async def test_a_change_that_moves_nothing_tells_nobody(either_town: Town) -> None:
    town = either_town
    await town.a_citizen("mei")
    await town.tells(**a_subsidy())
    funnel = await town.tells(event="updated", **a_subsidy(more="欢迎广大居民前来申请。"))
    assert (funnel["outcome"], funnel["state"], funnel["changed"], funnel["planned"]) == ("changed", "no_audience", 0, 0)
    assert await kinds(town, "mei") == ["new"]


async def test_wider_regions_tell_only_those_who_now_match_for_the_first_time(either_town: Town) -> None:
    town = either_town
    await town.a_site("5101000001")
    for name, district in (("mei", "510104"), ("wang", "510105")):
        await town.a_citizen(name, in_=district)
    await town.tells(site="5101000001", regions=["510104"], **a_subsidy())
    funnel = await town.tells(site="5101000001", event="updated", regions=["510104", "510105"], **a_subsidy())
    assert (funnel["matched"], funnel["changed"], funnel["suppressed"]) == (2, 0, {"told_before": 1})
    assert await kinds(town, "mei") == ["new"]
    assert await kinds(town, "wang") == ["new"]


async def test_another_eligibility_corrects_who_was_told_also_when_it_fits_them_no_more(town: Town) -> None:
    await town.a_citizen("mei", attributes={"age": 65})
    await town.a_citizen("old", attributes={"age": 85})
    await town.tells(eligibility={"age": {"min": 60}}, **a_subsidy())
    funnel = await town.tells(event="updated", eligibility={"age": {"min": 80}}, **a_subsidy())
    assert (funnel["matched"], funnel["changed"]) == (1, 2)
    assert await kinds(town, "mei") == ["new", "correction"]
    assert await kinds(town, "old") == ["new", "correction"]


async def test_a_correction_of_what_has_not_left_replaces_it(either_town: Town) -> None:
    town = either_town
    await town.a_citizen("mei")
    await town.pauses("email")
    first = await town.publish(**until(OLD))
    await town.settle()
    assert (await town.funnel(first))["held"] == 1
    second = await town.publish(event="updated", **until(NEW))
    await town.settle()
    await town.resumes("email")
    await town.settle()
    assert ((await town.funnel(first))["cancelled"], (await town.funnel(second))["accepted"]) == (1, {"email": 1})
    (mail,) = await town.mailbox("mei")
    assert (mail.kind, OLD in mail.text, NEW in mail.text) == ("new", False, True)


async def test_a_withdrawal_before_sending_cancels_and_says_nothing(either_town: Town) -> None:
    town = either_town
    await town.a_citizen("mei")
    await town.pauses("email")
    event = await town.publish(**a_subsidy())
    await town.settle()
    withdrawal = await town.withdraw()
    await town.settle()
    await town.resumes("email")
    await town.settle()
    assert ((await town.funnel(event))["cancelled"], (await town.funnel(event))["held"]) == (1, 0)
    assert ((await town.funnel(withdrawal))["state"], (await town.funnel(withdrawal))["changed"]) == ("no_audience", 0)
    assert await town.mailbox() == []


async def test_a_withdrawal_after_sending_is_told_with_the_address_of_the_source(either_town: Town) -> None:
    town = either_town
    await town.a_citizen("mei")
    await town.tells(**a_subsidy())
    await town.a_citizen("late")
    withdrawal = await town.withdraw()
    await town.settle()
    funnel = await town.funnel(withdrawal)
    assert (funnel["outcome"], funnel["state"], funnel["matched"], funnel["changed"]) == ("withdrawn", "done", 0, 1)
    assert await kinds(town, "mei") == ["new", "withdrawal"]
    assert "https://www.5101040001.example/1" in (await town.mailbox("mei"))[1].text
    assert await kinds(town, "late") == []


async def test_withdrawn_and_published_again_is_told_to_who_heard_of_both(either_town: Town) -> None:
    town = either_town
    await town.a_citizen("mei")
    await town.tells(**a_subsidy())
    await town.withdraw()
    await town.settle()
    funnel = await town.tells(**a_subsidy())
    assert (funnel["outcome"], funnel["changed"]) == ("changed", 1)
    await town.withdraw()
    await town.settle()
    assert await kinds(town, "mei") == ["new", "withdrawal", "correction", "withdrawal"]


async def test_withdrawn_and_published_again_before_anything_left_is_told_once_as_new(either_town: Town) -> None:
    town = either_town
    await town.a_citizen("mei")
    await town.pauses("email")
    events = [await town.publish(**a_subsidy()), await town.withdraw(), await town.publish(**a_subsidy())]
    await town.settle()
    await town.resumes("email")
    await town.settle()
    assert await kinds(town, "mei") == ["new"]
    assert [(await town.funnel(event))["accepted"] for event in events] == [{}, {}, {"email": 1}]


async def test_only_the_publication_that_somebody_was_told_from_corrects_them(town: Town) -> None:
    await town.a_site("5101050001", reach=["510100"])
    await town.a_citizen("mei")
    await town.tells(**until(OLD))
    await town.tells("/copy", site="5101050001", regions=["510104"], **until(OLD))
    funnel = await town.tells("/copy", site="5101050001", event="updated", **until(NEW))
    assert (funnel["changed"], funnel["suppressed"]) == (0, {"told_before": 1})
    assert await kinds(town, "mei") == ["new"]


async def test_what_a_digest_told_is_corrected_at_once_when_the_deadline_moved(town: Town) -> None:
    await town.a_citizen("mei", frequency="daily")
    await town.publish(**until(OLD))
    await town.advance(to="2026-03-03 08:30")
    assert await kinds(town, "mei") == ["digest"]
    funnel = await town.tells(event="updated", **until(NEW))
    assert funnel["accepted"] == {"email": 1}
    assert await kinds(town, "mei") == ["digest", "correction"]


async def test_what_a_digest_told_is_corrected_in_the_next_digest_when_only_the_amount_moved(town: Town) -> None:
    await town.a_citizen("mei", frequency="daily")
    await town.publish(**a_subsidy(most="3000元"))
    await town.advance(to="2026-03-03 09:30")
    event = await town.publish(event="updated", **a_subsidy(most="5000元"))
    await town.settle()
    assert (await town.funnel(event))["held"] == 1
    await town.advance(to="2026-03-04 08:30")
    first, second = await town.mailbox("mei")
    assert (first.kind, second.kind) == ("digest", "digest")
    assert "5000元" in second.text
    assert "更正" in second.text


async def test_a_digest_that_has_not_left_carries_the_newest_version_only(town: Town) -> None:
    await town.a_citizen("mei", frequency="daily")
    first = await town.publish(**until(OLD))
    await town.settle()
    second = await town.publish(event="updated", **until(NEW))
    await town.advance(to="2026-03-03 08:30")
    (digest,) = await town.mailbox("mei")
    assert (OLD in digest.text, NEW in digest.text) == (False, True)
    assert ((await town.funnel(first))["cancelled"], (await town.funnel(second))["accepted"]) == (1, {"email": 1})


async def test_a_withdrawn_notice_leaves_the_digest_and_the_others_stay(town: Town) -> None:
    await town.a_citizen("mei", frequency="daily")
    await town.publish("/1", **until(OLD))
    await town.publish("/2", title="锦江区空调更新补贴通知", text="锦江区居民更新空调的，每户补贴500元。" * 2, language="zh")
    await town.settle()
    await town.withdraw("/1")
    await town.advance(to="2026-03-03 08:30")
    (digest,) = await town.mailbox("mei")
    assert "空调" in digest.text
    assert "适老化" not in digest.text


async def test_who_was_told_by_the_first_version_alone_is_still_corrected_by_the_third(town: Town) -> None:
    await town.a_citizen("mei")
    await town.tells(**until(OLD))
    await town.pauses("email")
    second = await town.publish(event="updated", **until(NEW))
    await town.settle()
    third = await town.publish(event="updated", **until("4月20日"))
    await town.settle()
    await town.resumes("email")
    await town.settle()
    assert (await town.funnel(second))["cancelled"] == 1
    assert (await town.funnel(third))["accepted"] == {"email": 1}
    assert "4月20日" in (await town.mailbox("mei"))[-1].text
    assert await kinds(town, "mei") == ["new", "correction"]


async def test_a_correction_that_goes_back_before_it_left_makes_no_message(town: Town) -> None:
    await town.a_citizen("mei")
    await town.tells(**until(OLD))
    await town.pauses("email")
    events = []
    for day in (NEW, OLD):
        events.append(await town.publish(event="updated", **until(day)))
        await town.settle()
    await town.resumes("email")
    await town.settle()
    assert await kinds(town, "mei") == ["new"]
    assert (await town.funnel(events[0]))["cancelled"] == 1
    assert (await town.funnel(events[1]))["state"] == "done"
