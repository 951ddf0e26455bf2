"""A sentence in the source's own words: wherever it leaves them, the other words must be ours to use."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

from pushsvc.plain.verifying.literal import quoted_share
from pushsvc.plain.verifying.rows import Row, size
from pushsvc.plain.verifying.saying import contrary, contrary_signs
from pushsvc.plain.verifying.signs import STOP, is_separator, is_value
from pushsvc.plain.verifying.source import SignedSource
from pushsvc.plain.verifying.told import Told
from pushsvc.plain.verifying.words import classes, families, glossary, posts, words

_DENIES = frozenset({"mustnot", "neednot", "not"})
#: What stands between two rows in the source is left out as a whole when it is longer.
_LONGEST_LEFT_OUT = 30
_NEW = 2
#: So much of the source is replaced by another word, not left out.
_REPLACED = 5
#: In so few signs our fixed words are the frame of a value: 补助每平方米37元.
_FRAME = 8
#: Only a sentence of which so much stands in the source in long pieces has no words of its own.
_QUOTED = 0.65
#: Signs of a clause that are looked at beside a row.
_EDGE = 8


def altered(told: Told, source: SignedSource) -> str | None:
    """What a sentence of the source's own words says in other words, for the reader; None when it may."""
    if not told.strict:
        return None
    said, near = told.bare, told.near_bare
    if not any(row.is_tied for row in told.rows):
        return _untied(told, source)
    for before, gap, after in _gaps(told.rows):
        here = said[gap.start : gap.end] if gap else ""
        there = _between(before, after, near)
        reason = _differs(here, there, before, gap, after, told, source)
        if reason:
            return reason
    return None


def _untied(told: Told, source: SignedSource) -> str | None:
    """A clause behind a frame of ours of which no two words stand together in the source."""
    known = families()
    for sign in told.bare:
        tells = sign in known and known[sign][0] in ("order", "direction", "per", "period", "quantity")
        if tells and not any(known.get(other) == known[sign] for other in told.near_bare):
            return contrary_signs(sign, "")
    for word, at in told.words:
        missing = word not in told.near_bare if told.framed else not source.holds(word)
        if word not in known and missing:
            return f'the source does not say "{"".join(map(source.shown, told.signs[at : at + len(word)]))}" here'
    return None


def _gaps(found: tuple[Row, ...]) -> list[tuple[Row | None, Row | None, Row | None]]:
    """Each place where a sentence leaves the source: the row before, the gap (or none), the row behind."""
    gaps: list[tuple[Row | None, Row | None, Row | None]] = []
    tied = [number for number, row in enumerate(found) if row.is_tied]
    if not tied:
        return []
    if tied[0] > 0:
        gaps.append((None, found[0], found[tied[0]]))
    else:
        gaps.append((None, None, found[0]))
    for one, other in pairwise(tied):
        gaps.append((found[one], found[one + 1] if other > one + 1 else None, found[other]))
    last = found[tied[-1]]
    gaps.append((last, found[-1] if not found[-1].is_tied else None, None))
    return gaps


def _between(before: Row | None, after: Row | None, near: str) -> tuple[str, bool]:
    """What the source has between two rows, and whether they stand there in this order with only that between them."""
    if before and after:
        end = before.there + before.end - before.start
        text = near[end : after.there]
        if end <= after.there and STOP not in text and len(text) <= _LONGEST_LEFT_OUT:
            return text, True
        return "", False
    return "", False


def _differs(
    here: str,
    between: tuple[str, bool],
    before: Row | None,
    gap: Row | None,
    after: Row | None,
    told: Told,
    source: SignedSource,
) -> str | None:
    there, joined = between
    near = told.near_bare
    left = _clause_behind(before.there + before.end - before.start, told) if before else ""
    right = _clause_before(after.there, told) if after else ""
    if not here:
        return _at_edge(before, after, told, source) or _left_out(before, gap, after, told)
    beside = there if joined else left + right
    return (
        _other_value(here, there if joined else left or right, joined, source)
        or _other_operator(here, beside, near)
        or _left_out(before, gap, after, told)
        or _new_words(here, there if joined else right[-2:] if not before else left[:2], beside, before or after, told, source)
    )


def _clause_behind(at: int, told: Told) -> str:
    end = next((place for place in range(at, at + _EDGE) if place in told.near_ends), at + _EDGE)
    return told.near_bare[at:end]


def _clause_before(at: int, told: Told) -> str:
    start = next((place for place in range(at, at - _EDGE, -1) if place in told.near_ends), at - _EDGE)
    return told.near_bare[max(0, start) : at]


def _at_edge(before: Row | None, after: Row | None, told: Told, source: SignedSource) -> str | None:
    """Two rows of different places that the sentence joins: what the source has at the seam must not be its rival."""
    if not before or not after:
        return None
    kinds, printed, known = source.alphabet.kinds, source.alphabet.printed, families()
    end = before.there + before.end - before.start
    seams = (
        (told.bare[after.start - 1], told.near_bare[max(0, after.there - 1) : after.there]),
        (told.bare[before.end], told.near_bare[end : end + 1]),
    )
    for said, there in seams:
        if not there or said == there:
            continue
        if is_value(said) and is_value(there) and kinds[said] == kinds[there]:
            return f"{printed[said]}: the source says {printed[there]} here"
        if said in known and there in known and known[said][0] == known[there][0] and known[said][1] != known[there][1]:
            return contrary_signs(said, there)
    return None


def _other_value(here: str, there: str, joined: bool, source: SignedSource) -> str | None:
    kinds, printed = source.alphabet.kinds, source.alphabet.printed
    for sign in here:
        if is_value(sign) and sign not in there:
            rival = next((other for other in there if is_value(other) and kinds[other] == kinds[sign]), None)
            if rival:
                return f"{printed[sign]}: the source says {printed[rival]} here"
            if joined and kinds[sign] != "year":
                return f"{printed[sign]}: the source does not say it here"
    said, meant = [sign for sign in here if is_value(sign)], [sign for sign in there if is_value(sign)]
    if said != meant and sorted(said) == sorted(meant):
        return f"{printed[said[0]]}: the source has these values in another order"
    return None


def _other_operator(here: str, beside: str, near: str) -> str | None:
    known = families()
    denies = any(sign in known and known[sign][1] in _DENIES for sign in here)
    if len(here) > 1 and here in near and not denies and not all(sign in known for sign in here):
        return None
    for sign in here:
        if sign not in known:
            continue
        family, side = known[sign]
        nearest = next((other for other in reversed(beside) if other in known and known[other][0] == family), "")
        if family == "mode" and nearest and here[-1] == sign and {side, known[nearest][1]} == {"must", "may"}:
            return contrary(family, side, known[nearest][1])
        if sign in beside:
            continue
        sides = {known[other][1] for other in beside if other in known and known[other][0] == family}
        if side in sides or (side in _DENIES and sides & (_DENIES - ({"mustnot"} if side == "neednot" else set()))):
            continue
        if sides:
            return contrary(family, side, min(sides))
        of_value = family == "order" and any(map(is_value, here))  # what a day is, is asked of the day
        if side not in ("must", "may") and family != "choice" and not of_value:
            return contrary_signs(sign, "")
    return None


def _left_out(before: Row | None, gap: Row | None, after: Row | None, told: Told) -> str | None:
    """A negation, a cap or an "only" of the source that stands at the edge of a row and not in the sentence."""
    known, post, near = families(), posts(), told.near_bare
    here = told.bare[gap.start : gap.end] if gap else ""
    if after:
        there = near[max(0, after.there - 1) : after.there]
        said = here + (told.bare[max(0, after.start - 2) : after.start] if not gap else "")
        governs_value = is_value(told.bare[after.start])
        if there in known and there and there not in post and _matters(there, governs_value) and not _says_it(there, said):
            return contrary_signs("", there)
    if before:
        end = before.there + before.end - before.start
        there = near[end : end + 1]
        if there in known and there not in post and known[there][0] == "bound" and near[end + 1 : end + 2] == here[:1] != "":
            return contrary_signs("", there)
        said = here + told.bare[before.end : before.end + 2]
        if (
            there in post
            and there
            and known[there][0] == "bound"
            and is_value(told.bare[before.end - 1])
            and not _says_it(there, said)
        ):
            return contrary_signs("", there)
    return None


def _matters(sign: str, governs_value: bool) -> bool:
    family, side = families()[sign]
    return (family == "mode" and side in _DENIES) or (family == "bound" and governs_value) or sign == classes()["only"]


def _says_it(sign: str, said: str) -> bool:
    known = families()
    side = known.get(sign, ("", ""))[1]
    sides = {known[other][1] for other in said if other in known}
    return sign in said or side in sides or (side in _DENIES and bool(sides & _DENIES))


def _new_words(here: str, there: str, beside: str, row: Row | None, told: Told, source: SignedSource) -> str | None:
    ours = source.free | source.licensed if told.framed or len(told.bare) <= _FRAME else source.free | _says_little()
    for word in _content(here, ours):
        replaces = bool(there) and size(there) <= _REPLACED
        if word in beside or (word in _unit_of(row, told) and not replaces):
            continue
        is_new = (size(word) >= _NEW or replaces) and not _by_glossary(word, told, source)
        if is_new and quoted_share(told.sentence, source.letters) >= _QUOTED:
            return f'the source does not say "{"".join(map(source.shown, word))}" here'
    return None


@cache
def _says_little() -> frozenset[str]:
    """一 and 申请, 提交 or 办理: every writer puts them in."""
    return frozenset({"一", words("zh").signs["申请"]})


def _by_glossary(word: str, told: Told, source: SignedSource) -> bool:
    """Did the reviewed glossary put the word in the place of one of the office's?"""
    return any(
        word in said and said in told.sentence and office in source.raw for office, said in (*glossary("zh"), *glossary("en"))
    )


def _content(here: str, ours: frozenset[str]) -> list[str]:
    """The words of a gap that are neither operators nor values nor ours to use."""
    known = families()
    found, run = [], ""
    for sign in [*here, STOP]:
        if sign in known or is_value(sign) or is_separator(sign) or sign in ours:
            if run:
                found.append(run)
            run = ""
        else:
            run += sign
    return found


def _unit_of(row: Row | None, told: Told) -> str:
    if row is None:
        return told.near_bare
    near = told.near_bare
    start, end = near.rfind(STOP, 0, row.there) + 1, near.find(STOP, row.there)
    return near[start : end if end >= 0 else len(near)]
