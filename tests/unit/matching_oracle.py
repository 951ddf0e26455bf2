"""CONTRACT's matching rules once more, slow and plain, sharing no code with the index: every interest, clause by clause."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from opencc import OpenCC

from pushsvc.domain.matches import Match, Question
from pushsvc.domain.subscribers import Interest, Profile

_T2S = OpenCC("t2s")
_SEEN: dict[str, str] = {}


def simplified(character: str) -> str:
    """One character by OpenCC itself."""
    if character not in _SEEN:
        _SEEN[character] = _T2S.convert(character)
    return _SEEN[character]


def plain(text: str) -> str:
    same_width = unicodedata.normalize("NFKC", text)
    return " ".join(re.split(r"\s+", "".join(simplified(c) for c in same_width.casefold())))


def lies_in(region: str, wider: str) -> bool:
    region, wider = (("CN" if code == "000000" else code) for code in (region, wider))
    if region == wider:
        return True
    if region.isdigit():
        if wider == "CN":
            return True
        return wider.isdigit() and region.startswith(re.sub(r"(00){1,2}$", "", wider)) and wider.endswith("00")
    return "-" in region and region.split("-")[0] == wider


def topic_is(topic: str, wanted: str) -> bool:
    coded = re.fullmatch(r"T\d+", topic) and re.fullmatch(r"T\d+", wanted)
    return topic == wanted or bool(coded and topic.startswith(wanted))


def industries_meet(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def is_said(phrase: str, part: str) -> bool:
    phrase, part = plain(phrase).strip(), plain(part)
    letter = "abcdefghijklmnopqrstuvwxyz0123456789"
    for at in range(len(part)):
        if part.startswith(phrase, at):
            after = at + len(phrase)
            cut_before = at > 0 and phrase[0] in letter and part[at - 1] in letter
            cut_after = after < len(part) and phrase[-1] in letter and part[after] in letter
            if not cut_before and not cut_after:
                return True
    return False


def age_of(profile: Profile, interest: Interest, question: Question) -> tuple[float, float] | None:
    own = dict(interest.attributes or {})
    known = own or dict(profile.attributes)
    since = profile.age_as_of
    if "age" in known:
        low, high = known["age"] if isinstance(known["age"], tuple) else (known["age"], known["age"])
        if since is None or question.on is None:
            return low, high
        grown = 0
        day = since if not own else next(saved.date() for _, each, saved in profile.interests if each is interest)
        while (day.year + grown + 1, day.month, day.day) <= (question.on.year, question.on.month, question.on.day):
            grown += 1
        return low + grown, high + grown
    born = own.get("birth_year") if own else profile.birth_year
    if born is None or question.on is None:
        return None
    assert not isinstance(born, tuple)
    return question.on.year - born - 1, question.on.year - born


def verdict(profile: Profile, interest: Interest, question: Question) -> str:
    answers = set()
    for name, limit in question.eligibility.items():
        if limit.min is None and limit.max is None:
            continue
        known = interest.attributes or {"birth_year": profile.birth_year, **profile.attributes}
        value = age_of(profile, interest, question) if name == "age" else known.get(name)
        if value is None:
            answers.add("unknown")
            continue
        low, high = value if isinstance(value, tuple) else (value, value)
        inside = (limit.max is None or low <= limit.max) and (limit.min is None or high >= limit.min)
        answers.add("yes" if inside else "no")
    return next((word for word in ("no", "unknown") if word in answers), "yes")


def reasons(profile: Profile, interest: Interest, question: Question) -> tuple[str, ...] | None:
    clauses: list[list[str]] = []
    event_regions = list(dict.fromkeys("CN" if code == "000000" else code for code in question.regions))
    if interest.regions:
        followed = list(dict.fromkeys("CN" if code == "000000" else code for code in interest.regions))
        clauses.append([f"follows:{r}" for r in followed if any(lies_in(e, r) for e in event_regions)])
    else:
        places = interest.places or profile.places or ("CN",)
        clauses.append([f"region:{e}" for e in event_regions if any(lies_in(p, e) for p in places)])
    if interest.topics:
        clauses.append([f"topic:{t}" for t in question.topics if any(topic_is(t, w) for w in interest.topics)])
    if interest.industries:
        clauses.append(
            [f"industry:{i}" for i in question.industries if any(industries_meet(i, w) for w in interest.industries)]
        )
    if interest.audiences:
        clauses.append([f"audience:{a}" for a in question.audiences if a in interest.audiences])
    if interest.sites:
        clauses.append([f"site:{question.site}"] if question.site in interest.sites else [])
    if interest.types:
        clauses.append([f"type:{question.type}"] if question.type in interest.types else [])
    if interest.any_of:
        clauses.append([f"any_of:{p}" for p in interest.any_of if is_said(p, question.title) or is_said(p, question.text)])
    if any(is_said(p, question.title) or is_said(p, question.text) for p in interest.none_of):
        return None
    return tuple(reason for clause in clauses for reason in clause) if all(clauses) else None


def matches(profiles: Iterable[Profile], question: Question) -> list[Match]:
    found = []
    for profile in sorted(profiles, key=lambda profile: profile.subscriber_no):
        held, words = {}, set()
        for position, interest, saved_at in profile.interests:
            if question.accepted_at is not None and saved_at > question.accepted_at:
                continue
            why, word = reasons(profile, interest, question), verdict(profile, interest, question)
            if why is not None and word != "no":
                held[position] = why
                words.add(word)
        if held:
            found.append(Match(profile.subscriber_no, "yes" if "yes" in words else "unknown", held))
    return found
