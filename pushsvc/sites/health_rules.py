"""When is a site healthy? The national rules on silence (rules/site_health.yaml), as a pure function of what is known of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Literal

from pushsvc.domain.time import Instant
from pushsvc.sites.rules import rules

HealthState = Literal["ok", "due", "late", "failing"]
#: Rules that stand in no file: the site has not published here yet; its feeds cannot be read.
NEVER, FEED = "never", "feed"


@dataclass(frozen=True)
class SilenceRule:
    """After `due` without anything new something is due, after `late` the site is late. `types` is empty for all else."""

    name: str
    types: frozenset[str]
    within: timedelta
    due: timedelta
    late: timedelta


@dataclass(frozen=True)
class SiteFacts:
    """What is known of a site. `last_of_type`: when each type of publication last came, "" for those of no known type.

    `last_at` is the last sign of life: an event, or the newest date in a feed. `feed_faults` are the states of its feeds with
    the number of visits that failed in a row.
    """

    registered_at: Instant
    last_at: Instant | None
    last_of_type: Mapping[str, Instant] = field(default_factory=dict)
    feed_faults: Sequence[tuple[str, int]] = ()


@dataclass(frozen=True)
class Judgement:
    """`rule` is the one that decided, `since` when the state began. `silent`: nothing at all came for longer than its strictest
    rule allows, whatever else is wrong: then its followers should know."""

    state: HealthState
    rule: str
    since: Instant
    silent: bool = False


@cache
def silence_rules() -> tuple[SilenceRule, ...]:
    """The rules of the file, the strictest first."""
    read = [
        SilenceRule(
            each["rule"], frozenset(each["types"]), timedelta(days=each["within_days"]), timedelta(days=each["due_days"]),
            timedelta(days=each["late_days"]),
        )
        for each in rules("site_health")["rules"]
    ]  # fmt: skip
    return tuple(sorted(read, key=lambda rule: rule.late))


def longest_look() -> timedelta:
    """What lies further back than this decides nothing."""
    return max(rule.within for rule in silence_rules())


def judge(facts: SiteFacts, now: Instant) -> Judgement:
    """How a site stands at `now`.

    failing: its feeds cannot be read, so that nobody knows. late, due: by the strictest rule that holds for it. A site that has
    never published here is due since it was registered: somebody should see to it, and nobody follows it yet.
    """
    by_silence = _by_silence(facts, now)
    limit = int(rules("site_health")["failing_visits"])
    broken = [state for state, failures in facts.feed_faults if state in ("refused", "gone") or failures >= limit]
    if broken:
        return Judgement("failing", FEED, now, by_silence.silent)
    return by_silence


def _by_silence(facts: SiteFacts, now: Instant) -> Judgement:
    if facts.last_at is None:
        return Judgement("due", NEVER, facts.registered_at)
    holding = [rule for rule in silence_rules() if (last := _last(rule, facts)) and now - last <= rule.within]
    if not holding:
        # Everything is older than any rule looks back: the home page's rule is everybody's.
        rule = next(each for each in silence_rules() if not each.types)
        return Judgement("late", rule.name, facts.last_at + rule.late, silent=now - facts.last_at > rule.late)
    silent = now - facts.last_at > holding[0].late
    for rule in holding:
        last = _last(rule, facts) or facts.last_at
        if now - last > rule.late:
            return Judgement("late", rule.name, last + rule.late, silent)
    for rule in holding:
        last = _last(rule, facts) or facts.last_at
        if now - last > rule.due:
            return Judgement("due", rule.name, last + rule.due)
    return Judgement("ok", holding[0].name, facts.last_at)


def _last(rule: SilenceRule, facts: SiteFacts) -> Instant | None:
    """When what the rule is about last came. Of no known type counts for the home page, if nothing else is known."""
    if rule.types:
        return max((at for name, at in facts.last_of_type.items() if name in rule.types), default=None)
    known = any(facts.last_of_type.get(name) for each in silence_rules() for name in each.types)
    return None if known else facts.last_at
