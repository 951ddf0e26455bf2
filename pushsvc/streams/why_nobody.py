"""Why a test event would reach nobody: which clause leaves everybody out, and whom it would reach with other words.

Everybody's interests are read once from the tables, in pages, because the process that asks holds no index.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import sqlalchemy as sa

from pushsvc.domain.matches import Question
from pushsvc.domain.subscribers import Interest, Profile
from pushsvc.domain.time import Instant
from pushsvc.ledger.reaches import keep_why
from pushsvc.matching.asking import Asked, asked, folded_text
from pushsvc.matching.eligibility import traits_of
from pushsvc.matching.phrases import PhraseBook
from pushsvc.matching.rules import rule_of, where
from pushsvc.profiles.reading import all_profiles
from pushsvc.publications import loading
from pushsvc.sites import registry
from pushsvc.storage.database import Database
from pushsvc.storage.tables.sites import events
from pushsvc.streams.match import question_of
from pushsvc.taxonomy.lines import region_line

#: Topics that people in the place do follow: so many are named.
MOST_TOPICS = 5


@dataclass
class _Counts:
    """People by step; `wider` by region, `topics` by topic."""

    steps: Counter[str] = field(default_factory=Counter)
    wider: Counter[str] = field(default_factory=Counter)
    topics: Counter[str] = field(default_factory=Counter)


async def why_nobody(database: Database, event_id: str) -> bool:
    """Find out and keep it in `reaches`: how many people are left after each clause (`place`, `subject`, `words`), how many
    a wider region would reach (`wider:510100`), and what those in the place follow (`topic:…`). False: nothing to ask."""
    async with database.read() as tx:
        event = (await tx.execute(sa.select(events.c.version_id, events.c.site).where(events.c.event_id == event_id))).first()
        if event is None or event.version_id is None:
            return False
        versions = await loading.versions(tx, [event.version_id])
        summaries = await loading.summaries(tx, [event.version_id])
        site = await registry.find_site(tx, event.site)
    if site is None or event.version_id not in versions or event.version_id not in summaries:
        return False
    question = question_of(versions[event.version_id], summaries[event.version_id], None)
    counts = _Counts()
    async for page in all_profiles(database):
        await asyncio.to_thread(_count, counts, page, question, _wider(question, site.reach))
    steps = {"place": counts.steps["place"], "subject": counts.steps["subject"], "words": counts.steps["words"]}
    steps |= {f"wider:{code}": people for code, people in counts.wider.items()}
    steps |= {f"topic:{topic}": people for topic, people in counts.topics.most_common(MOST_TOPICS)}
    async with database.write() as tx:
        await keep_why(tx, event_id, steps)
    return True


def _wider(question: Question, reach: Sequence[str]) -> tuple[str, ...]:
    """The regions above the event's own that the site may address, nearest first."""
    above = dict.fromkeys(code for region in question.regions for code in region_line(region)[1:])
    return tuple(code for code in above if not set(reach).isdisjoint(region_line(code)))


def _count(counts: _Counts, page: Sequence[Profile], question: Question, wider: Sequence[str]) -> None:
    phrases = _standing(page, question)
    ready = asked(question, phrases)
    elsewhere = {code: asked(replace(question, regions=(code,)), phrases) for code in wider}
    for profile in page:
        counts.steps.update({step for interest in profile.interests for step in _steps(profile, interest, ready)})
        counts.wider.update(
            code for code in wider if any("all" in _steps(profile, interest, elsewhere[code]) for interest in profile.interests)
        )
        here = (interest for _, interest, _ in profile.interests if where(interest, profile.places).reasons(ready))
        counts.topics.update({topic for interest in here for topic in interest.topics})


def _steps(profile: Profile, saved: tuple[int, Interest, Instant], ready: Asked) -> frozenset[str]:
    """How far an interest goes along with the question."""
    _, interest, at = saved
    if not where(interest, profile.places).reasons(ready):
        return frozenset()
    if rule_of(replace(interest, any_of=(), none_of=())).reasons(ready) is None:
        return frozenset({"place"})
    if rule_of(interest).reasons(ready) is None:
        return frozenset({"place", "subject"})
    fits = traits_of(profile, interest, at.date()).verdict(ready.question.eligibility, ready.question.on) != "no"
    return frozenset({"place", "subject", "words", "all"} if fits else {"place", "subject", "words"})


def _standing(page: Sequence[Profile], question: Question) -> frozenset[str]:
    book = PhraseBook()
    for profile in page:
        for _, interest, _ in profile.interests:
            rule = rule_of(interest)
            for phrase in (*rule.any_of_folded, *rule.none_of_folded):
                book.add(phrase)
    return book.standing_in(folded_text(question))


def left_out_by(why: Mapping[str, int]) -> str:
    """The first clause that leaves nobody: `place`, `subject`, `words`, or `eligibility`; empty while it is not known."""
    return next((step for step in ("place", "subject", "words") if why.get(step, 0) == 0), "eligibility") if why else ""
