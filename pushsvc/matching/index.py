"""The matching index: which interests a question answers, and why, from memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from threading import Lock

from pushsvc.domain.matches import Match, Question
from pushsvc.domain.subscribers import Interest, Profile
from pushsvc.domain.time import Instant, to_micros
from pushsvc.matching.asking import Asked, asked, folded_text
from pushsvc.matching.eligibility import Traits, Verdict, traits_of
from pushsvc.matching.filing import Files, Shared
from pushsvc.matching.phrases import PhraseBook
from pushsvc.matching.rules import Key, Rule, Where, looked_under, rule_of, where
from pushsvc.taxonomy.lines import region_line


@dataclass(slots=True, eq=False)
class Member:
    """One interest of one subscriber. `saved_at` in microseconds since 1970."""

    subscriber_no: int
    position: int
    saved_at: int
    rule: Rule
    where: Where
    traits: Traits


_Reasons = tuple[str, ...]
#: (subscriber_no, position, eligibility not known, reasons); the first two are in no two hits, so hits sort by them.
_Hit = tuple[int, int, bool, _Reasons]


class MatchingIndex:
    """The interests of the subscribers of one shard (`subscriber_no % of == shard`). Profiles of other shards are passed over.

    Two ways lead to the interests that may answer: through the places that an event reaches, or through its topics,
    phrases and the like. Each question takes the one that has fewer interests on it, then checks each of them whole.

    Threads may share it: a question waits for a change under way, so that nobody is missed while her interests are
    taken out and put back, and a change waits for a question (0.2 s when it answers 100,000 subscribers).
    """

    def __init__(self, shard: int = 0, of: int = 1) -> None:
        self._shard, self._of = shard, of
        self._alone = Lock()
        self._members: dict[int, tuple[Member, ...]] = {}
        self._phrases = PhraseBook()
        self._by_clause = Files[Key, Member]()
        self._by_place = Files[str, Member]()
        self._by_followed = Files[str, Member]()
        # For each region the places that members are filed under and that are it or lie below it.
        self._places_in: dict[str, set[str]] = {}
        self._rules = Shared[Rule]()
        self._wheres = Shared[Where]()
        self._traits = Shared[Traits]()

    def __len__(self) -> int:
        """How many subscribers the index holds."""
        return len(self._members)

    def put(self, profile: Profile) -> None:
        """Hold this subscriber's interests as they are now, in place of what was held before."""
        if profile.subscriber_no % self._of != self._shard:
            return
        with self._alone:
            self._take_out(profile.subscriber_no)
            self._members[profile.subscriber_no] = tuple(self._hold(profile, *saved) for saved in profile.interests)

    def remove(self, subscriber_no: int) -> None:
        """Hold nothing of this subscriber; nothing happens when nothing is held."""
        with self._alone:
            self._take_out(subscriber_no)

    def answer(self, question: Question) -> Iterator[Match]:
        """The subscribers whom a version answers, ascending. Worked out at the call, so later changes do not show."""
        text = folded_text(question)
        with self._alone:
            asked_ = asked(question, self._phrases.standing_in(text))
            hits = self._hits(asked_, self._candidates(asked_))
        hits.sort()
        return _matches(hits)

    def _take_out(self, subscriber_no: int) -> None:
        for member in self._members.pop(subscriber_no, ()):
            self._let_go(member)

    def _candidates(self, asked_: Asked) -> set[Member]:
        """At least the members whose place clause holds, or at least those whose rule holds: whichever are fewer."""
        reached = set[str]().union(*(self._places_in.get(code, ()) for code, _ in asked_.regions))
        followed = set[str]().union(*(line for _, line in asked_.regions))
        keys = set(looked_under(asked_))
        if self._by_place.count(reached) + self._by_followed.count(followed) < self._by_clause.count(keys):
            return self._by_place.under(reached) | self._by_followed.under(followed)
        return self._by_clause.under(keys)

    def _hits(self, asked_: Asked, candidates: set[Member]) -> list[_Hit]:
        """The candidates that hold.

        Rules, places and traits are kept once for all who share them, so each is judged once a question, and found
        again by its identity: hashing a rule anew for every member would cost more than all the rest.
        """
        question, hits = asked_.question, list[_Hit]()
        latest = None if question.accepted_at is None else to_micros(question.accepted_at)
        places, rules, verdicts = dict[int, _Reasons](), dict[int, _Reasons | None](), dict[int, Verdict]()
        for member in candidates:
            if (place := places.get(id(member.where))) is None:
                place = places[id(member.where)] = member.where.reasons(asked_)
            if not place or (latest is not None and member.saved_at > latest):
                continue
            if (rule := id(member.rule)) not in rules:
                rules[rule] = member.rule.reasons(asked_)
            if (reasons := rules[rule]) is None:
                continue
            if (verdict := verdicts.get(id(member.traits))) is None:
                verdict = verdicts[id(member.traits)] = member.traits.verdict(question.eligibility, question.on)
            if verdict != "no":
                hits.append((member.subscriber_no, member.position, verdict == "unknown", place + reasons))
        return hits

    def _hold(self, profile: Profile, position: int, interest: Interest, saved_at: Instant) -> Member:
        """File one interest everywhere that it can be found from."""
        made = rule_of(interest)
        rule = self._rules.take(made)
        if rule is made:
            for phrase in (*rule.any_of_folded, *rule.none_of_folded):
                self._phrases.add(phrase)
        place = self._wheres.take(where(interest, profile.places))
        traits = self._traits.take(traits_of(profile, interest, saved_at.date()))
        member = Member(profile.subscriber_no, position, to_micros(saved_at), rule, place, traits)
        for key in rule.filed_under():
            self._by_clause.add(key, member)
        for code in place.codes:
            if place.follows:
                self._by_followed.add(code, member)
            elif self._by_place.add(code, member):
                for above in region_line(code):
                    self._places_in.setdefault(above, set()).add(code)
        return member

    def _let_go(self, member: Member) -> None:
        """The inverse of `_hold`."""
        rule, place = member.rule, member.where
        for code in place.codes:
            if place.follows:
                self._by_followed.discard(code, member)
            elif self._by_place.discard(code, member):
                for above in region_line(code):
                    self._places_in[above].discard(code)
        for key in rule.filed_under():
            self._by_clause.discard(key, member)
        self._traits.release(member.traits)
        self._wheres.release(place)
        if self._rules.release(rule):
            for phrase in (*rule.any_of_folded, *rule.none_of_folded):
                self._phrases.discard(phrase)


def _matches(hits: list[_Hit]) -> Iterator[Match]:
    """Ordered hits as matches: over several interests of a subscriber, `yes` wins over `unknown`."""
    for subscriber_no, of_one in groupby(hits, key=itemgetter(0)):
        interests = list(of_one)
        unknown = all(hit[2] for hit in interests)
        yield Match(subscriber_no, "unknown" if unknown else "yes", {hit[1]: hit[3] for hit in interests})
