"""A rule is the part of an interest that many people may share word for word: all but whose it is, where, and for whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pushsvc.domain.subscribers import Interest
from pushsvc.matching.asking import Asked
from pushsvc.taxonomy.folding import fold_phrase
from pushsvc.taxonomy.lines import NATION, industry_line, region_line

#: Where an interest is filed: a clause and one of its values; `None` for what has no such clause.
Key = tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Rule:
    """The clauses of an interest but place, ready to be held against a question."""

    topics: tuple[str, ...]
    audiences: tuple[str, ...]
    industries: tuple[str, ...]
    sites: tuple[str, ...]
    types: tuple[str, ...]
    any_of: tuple[str, ...]
    """The phrases as the person wrote them, and beside them folded."""
    any_of_folded: tuple[str, ...]
    none_of_folded: tuple[str, ...]

    def reasons(self, asked: Asked) -> tuple[str, ...] | None:
        """One reason for each value that holds its clause, or None when a clause does not hold."""
        question, reasons = asked.question, list[str]()
        if self.topics:
            reasons += [f"topic:{topic}" for topic, line in asked.topics if not line.isdisjoint(self.topics)]
            if not reasons:
                return None
        for clause, wanted, said in (
            ("industry", self.industries, self._industries_met(asked) if self.industries else ()),
            ("audience", self.audiences, question.audiences),
            ("site", self.sites, (question.site,)),
            ("type", self.types, (question.type,)),
        ):
            if wanted:
                holding = [f"{clause}:{value}" for value in said if value in wanted or clause == "industry"]
                if not holding:
                    return None
                reasons += holding
        if self.any_of:
            written = zip(self.any_of, self.any_of_folded, strict=True)
            standing = [f"any_of:{phrase}" for phrase, folded in written if folded in asked.phrases]
            if not standing:
                return None
            reasons += standing
        return tuple(reasons) if asked.phrases.isdisjoint(self.none_of_folded) else None

    def _industries_met(self, asked: Asked) -> tuple[str, ...]:
        """The event's industries that are a wanted one, or above or below one."""
        return tuple(
            code
            for code, line in asked.industries
            if any(wanted in line or code in industry_line(wanted) for wanted in self.industries)
        )

    def filed_under(self) -> Iterator[Key]:
        """Where to file the rule: under every value of the one clause that the fewest events satisfy."""
        if self.sites:
            yield from (("site", site) for site in self.sites)
        elif self.any_of:
            yield from (("any_of", phrase) for phrase in self.any_of_folded)
        elif self.industries:
            for code in self.industries:
                yield ("industry", code)
                yield from (("industry below", above) for above in industry_line(code)[1:])
        elif self.audiences:
            yield from (("audience", audience) for audience in self.audiences)
        elif self.topics:
            yield from (("topic", topic) for topic in self.topics)
        elif self.types:
            yield from (("type", type_) for type_ in self.types)
        else:
            yield None


def looked_under(asked: Asked) -> Iterator[Key]:
    """Where the rules that may hold for a question are filed; one that does hold is always under one of these."""
    question = asked.question
    yield None
    yield ("site", question.site or "")
    yield ("type", question.type or "")
    yield from (("audience", audience) for audience in question.audiences)
    yield from (("topic", above) for _, line in asked.topics for above in line)
    for code, line in asked.industries:
        yield ("industry below", code)
        yield from (("industry", above) for above in line)
    yield from (("any_of", phrase) for phrase in asked.phrases)


@dataclass(frozen=True, slots=True)
class Where:
    """The place clause of an interest: regions that it follows, else places that an event must reach."""

    follows: bool
    codes: tuple[str, ...]

    def reasons(self, asked: Asked) -> tuple[str, ...]:
        """What holds the clause; empty when nothing does."""
        if self.follows:
            lines = [line for _, line in asked.regions]
            return tuple(f"follows:{code}" for code in self.codes if any(code in line for line in lines))
        above = {each for code in self.codes for each in region_line(code)}
        return tuple(f"region:{code}" for code, _ in asked.regions if code in above)


def where(interest: Interest, places: tuple[str, ...]) -> Where:
    """The interest's place clause; its own places stand in place of the subscriber's, and the nation is the last resort."""
    if interest.regions:
        return Where(True, _normal(interest.regions))
    return Where(False, _normal(interest.places or places or (NATION,)))


def _normal(codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(NATION if code == "000000" else code for code in codes))


def rule_of(interest: Interest) -> Rule:
    """The rule of an interest, its phrases folded."""
    any_of = tuple(fold_phrase(phrase) for phrase in interest.any_of)
    return Rule(
        interest.topics, interest.audiences, interest.industries, interest.sites, interest.types, interest.any_of,
        # Most phrases are folded as they are: then both tuples are one.
        interest.any_of if any_of == interest.any_of else any_of,
        tuple(fold_phrase(phrase) for phrase in interest.none_of),
    )  # fmt: skip
