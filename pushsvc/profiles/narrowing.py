"""Making one interest narrower, because something came by it that its owner did not want. Pure: what could be proposed.

Each proposal asks for less than the interest does, never for more: a clause is made smaller but never emptied (an empty one
asks for everything), or one more condition is added.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from pushsvc.domain.subscribers import Interest
from pushsvc.taxonomy import regions, topics
from pushsvc.taxonomy.checking import checked_values
from pushsvc.taxonomy.finding import the_place
from pushsvc.taxonomy.folding import fold_phrase
from pushsvc.taxonomy.lines import topic_line

How = Literal["topic", "audience", "industry", "type", "site", "word", "place", "without"]
MOST_WORDS = 4
_SHORTEST, _LONGEST = 2, 10
#: What stands in every second title, so that a word cut out between two of them says what this one is about.
_JOINTS = re.compile(
    r"关于|有关|通知|公告|通告|公示|办法|意见|方案|印发|转发|发布|开展|做好|申领|申请|申报|发放|领取|举办|召开|进一步|实施|组织|工作|"
    r"[的和与及对在为将等了]|第?[0-9０-９一二三四五六七八九十]+[年月日届批期号次]?|[^\w]|_"
)
_LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z'-]{3,24}")
_TOO_COMMON = frozenset({
    "about", "after", "announcement", "application", "apply", "before", "city", "council", "county", "everyone", "from",
    "government", "into", "local", "more", "notice", "people", "public", "published", "scheme", "service", "small", "that",
    "their", "this", "with", "your",
})  # fmt: skip


@dataclass(frozen=True)
class Proposal:
    """`value` is what is left out (a code or a word), or for `place` the places that remain, as codes."""

    how: How
    value: str
    interest: Interest

    @property
    def key(self) -> str:
        return f"{self.how}:{self.value}"


def proposals(interest: Interest, reasons: Iterable[str], title: str, places: Sequence[str]) -> tuple[Proposal, ...]:
    """How `interest` could ask for less, after it answered a document called `title` for these `reasons` ("topic:养老").

    `places` are the subscriber's own. The result may be empty: then only a rest or an end is left.
    """
    why = [(kind, value) for kind, _, value in (reason.partition(":") for reason in reasons)]
    found = [*_smaller(interest, why), *_own_place(interest, why, places)]
    found += [without(interest, word) for word in title_words(title, interest)]
    return tuple({each.key: each for each in found}.values())


def without(interest: Interest, word: str) -> Proposal:
    """The same, but nothing with this word. Raises BadInput for what is no word to look for."""
    left_out = checked_values("none_of", [*interest.none_of, " ".join(word.split())], "none_of")
    return Proposal("without", left_out[-1], replace(interest, none_of=left_out))


def contradicts(interest: Interest, word: str) -> bool:
    """Whether to leave out `word` would leave out every document that a wanted word stands in."""
    folded = fold_phrase(word)
    return any(folded in fold_phrase(wanted) for wanted in interest.any_of)


def title_words(title: str, interest: Interest) -> tuple[str, ...]:
    """The few words of a title that tell it from others; none that the interest asks for itself or leaves out already, and no
    place: whoever leaves out the name of where they live leaves out nearly everything.
    """
    pieces = [piece for piece in _JOINTS.split(title) if piece and not piece.isascii()]
    pieces += [word for word in _LATIN_WORD.findall(title) if word.lower() not in _TOO_COMMON]
    told = {fold_phrase(word) for word in interest.none_of}
    fitting = dict.fromkeys(
        piece
        for piece in pieces
        if (piece.isascii() or _SHORTEST <= len(piece) <= _LONGEST)
        and not contradicts(interest, piece)
        and the_place(piece) is None
        and fold_phrase(piece) not in told
    )
    return tuple(fitting)[:MOST_WORDS]


def _smaller(interest: Interest, why: Sequence[tuple[str, str]]) -> Iterator[Proposal]:
    """A clause with several values without the one that answered."""
    for kind, value in why:
        if kind == "topic":
            yield from _without_topic(interest, value)
        for how, clause, named in _CLAUSES:
            values = getattr(interest, clause)
            if kind == named and value in values and len(values) > 1:
                left: Any = {clause: tuple(one for one in values if one != value)}
                yield Proposal(how, value, replace(interest, **left))


def _without_topic(interest: Interest, value: str) -> Iterator[Proposal]:
    """A topic that was asked for by the one above it: that one's other topics stand in its place."""
    wanted = [topic for topic in interest.topics if topic in topic_line(value)]
    left = [topic for topic in interest.topics if topic not in wanted]
    for above in wanted:
        if above != value:
            below = (entry.code for entry in topics().all() if above in topic_line(entry.code)[1:])
            left += [code for code in below if value not in topic_line(code) and code not in topic_line(value)]
    if wanted and left:
        yield Proposal("topic", value, replace(interest, topics=tuple(dict.fromkeys(left))))


def _own_place(interest: Interest, why: Sequence[tuple[str, str]], places: Sequence[str]) -> Iterator[Proposal]:
    """Only what is for the places themselves, not what is for the city, the province or the nation above them."""
    own = interest.places or tuple(places)
    above = {value for kind, value in why if kind == "region"}
    if interest.regions or not own or not above or above & set(own):
        return
    if all(regions().known(place) for place in own):
        yield Proposal("place", " ".join(own), replace(interest, places=None, regions=tuple(own)))


_CLAUSES: tuple[tuple[How, str, str], ...] = (
    ("audience", "audiences", "audience"),
    ("industry", "industries", "industry"),
    ("type", "types", "type"),
    ("site", "sites", "site"),
    ("word", "any_of", "any_of"),
)
