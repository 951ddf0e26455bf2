"""One sentence of a source made into sentences short enough to read, at its own clause boundaries."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pushsvc.domain.languages import Language
from pushsvc.plain import catalogue
from pushsvc.plain.writing import cutting
from pushsvc.plain.writing.glossary import plainer

_CONDITION = re.compile(r"的$")
_AUDIENCE = re.compile(r"(?:的[^的，,]{1,8}|者)$")
_PREDICATE = re.compile(r"请|鼓励|支持|带齐|可|应|须|不得|给予|享受|有权|需|由|能|是|为|按|发放|补贴\d|不予|免")
#: Words for what a reader may do, gets, or is spared.
_GAINS = re.compile(r"给予|补贴|补助|无需|免|可(?:以)?(?:在|按|申请|享受|直接|凭|到|通过)|享受|提高[至到]|不得|应当")
_CLOCK = r"(?:\d{1,2}(?:[:：]\d{2}|[时点](?:\d{1,2}分)?))?"
_PERIOD = re.compile(
    rf"^(?:自|从|在|于)?(?P<said>(?:\d{{4}}年|每年)[^,，]{{2,12}}(?:至|到|-|—)[^,，]{{2,16}}日{_CLOCK})(?:止|期间|内)?$"
)
_FROM_TO = (
    rf"(?:\d{{4}}年|每年)?\d{{1,2}}月\d{{1,2}}日{_CLOCK}起?(?:至|到|-|—)"
    rf"(?:\d{{4}}年)?(?:\d{{1,2}}月)?\d{{1,2}}日{_CLOCK}"
)
#: A clause with a period in its middle is two sentences for a reader: when, and what is the case then.
_TIMED = re.compile(
    rf"^(?P<whose>[^,，\d]{{0,24}}?)(?:自|从|将于|将在|定于|拟于|计划在|于|在)(?P<period>{_FROM_TO})(?:止|期间)?(?P<then>[^,，\d内前后]{{4,}}.*)$"
)
_TIMED_AHEAD = re.compile(
    rf"^(?P<whose>[^,，\d]{{2,24}}?)(?:自|从|将于|将在|定于|于|在)(?P<period>{_FROM_TO})(?:止|期间|内)?[,，]$"
)
#: A clause that goes on from the one before it cannot begin a sentence.
_GOES_ON = re.compile(r"^(?:且|并|或|而|则|也|及|和|又|仍|均|都|即|以及|还|才|就)")
#: A clause that says when, where or under which rule leans on the next one: no sentence ends with it.
_LEANS = re.compile(
    r"(?:[内时后前起日止中下上间]|期间|规定|要求|明确|精神|基础上|情况下|条件下|的同时|其中|一是|二是|凡|如|若|[《“（(][^》”）)]*)$|^(?:如"
    r"|若|对|对于|自|从|在|经|除|为|因|按|按照|根据|通过|凭|由于|其中)[^,，]{0,14}$"
)
_STOP = re.compile(r"[。；;，,、：:\s]+$")
_LEAD = re.compile(r"^(?:并且?|且|但|而|及|和|以及|对于|对)(?=[^。]{4,})")
_LEAD_EN = re.compile(r"^(?:and|but|or|so|then|which|that)\s+", re.IGNORECASE)
_HAS_FIGURE = re.compile(r"\d|[一二三四五六七八九十]+(?:元|年|个月|日)")
#: More sentences than this made from one are no summary.
_MOST_PIECES = 4


@dataclass(frozen=True)
class Made:
    """What was made of one sentence. `whole` says that nothing but asides was left out."""

    pieces: tuple[str, ...]
    whole: bool


def make_plain(sentence: str, language: Language) -> Made:
    """The short sentences of one sentence; none when it cannot be shortened at its own boundaries."""
    text = plainer(cutting.without_asides(cutting.without_opening(cutting.without_numbering(sentence))), language)
    text = re.sub(r"\s+([,.;:!?])", r"\1", " ".join(text.split())) if language == "en" else _tight(text)
    if not text:
        return Made((), False)
    if language == "zh" and _PERIOD.match(_STOP.sub("", text)):
        return Made((_as_sentence(text, last=False),), True)
    if language == "zh" and _CONDITION.search(_STOP.sub("", text)):
        # "男性不满50周岁的": whose case it is, and not what is the case.
        return Made((), False)
    if cutting.fits(_ended(text, language), language):
        return Made((_ended(text, language),), True)
    return _chinese(text) if language == "zh" else _english(text)


def _tight(text: str) -> str:
    """Blanks between Chinese characters go; those between Latin words stay."""
    return re.sub(r"(?<![A-Za-z0-9])\s+|\s+(?![A-Za-z0-9])", "", text.strip())


def _chinese(text: str) -> Made:
    parts = _when_then(cutting.clauses(_STOP.sub("", text), "zh"))
    packs = _packed(parts) if len(parts) <= 24 else None
    if packs is not None and len(packs) <= _MOST_PIECES:
        return Made(tuple(_as_sentence(pack, last=index == len(packs) - 1) for index, pack in enumerate(packs)), True)
    return Made(_best_part(parts), False)


def _when_then(clauses: list[str]) -> list[str]:
    """The clauses, a period in the middle of what is too long for one sentence taken out: when, then what is the case."""
    parts: list[str] = []
    whose = ""
    for place, clause in enumerate(clauses):
        whole, whose = whose + clause, ""
        following = clauses[place + 1] if place + 1 < len(clauses) else ""
        ahead = _TIMED_AHEAD.match(whole) if len(whole + following) >= cutting.SENTENCE_CHARACTERS else None
        timed = _TIMED.match(whole) if len(_STOP.sub("", whole)) >= cutting.SENTENCE_CHARACTERS else None
        if ahead and following:
            whose = ahead["whose"]
            parts.append(f"{ahead['period']}，")
        elif timed:
            parts += [f"{timed['period']}，", timed["whose"] + timed["then"]]
        else:
            parts.append(whole)
    return parts


def _packed(parts: list[str]) -> list[str] | None:
    """The clauses in as few sentences as hold them, none of them ending with a clause that leans on the next; or None."""
    most = cutting.SENTENCE_CHARACTERS - 1
    best: list[list[str] | None] = [[]] + [None] * len(parts)
    for end in range(1, len(parts) + 1):
        if end < len(parts) and (_leans(parts[end - 1]) or _GOES_ON.match(parts[end])):
            continue
        for start in range(end):
            pack, before = "".join(parts[start:end]), best[start]
            if before is None or len(_STOP.sub("", pack)) > most:
                continue
            if best[end] is None or len(before) + 1 < len(best[end] or ()):
                best[end] = [*before, pack]
    return best[-1]


def _leans(clause: str) -> bool:
    bare = _STOP.sub("", clause)
    return bool(_LEANS.search(bare)) and not _PERIOD.match(bare)


def _best_part(parts: list[str]) -> tuple[str, ...]:
    """Of a sentence too long to be told whole, the run of clauses that stands by itself and tells a reader most."""
    best: tuple[int, str] = (0, "")
    for start in range(min(len(parts), 24)):
        for end in range(start + 1, min(len(parts), start + 6) + 1):
            run = "".join(parts[start:end])
            said = _STOP.sub("", run)
            if len(said) >= cutting.SENTENCE_CHARACTERS:
                break
            if len(said) < 12 or _CONDITION.search(said) or (end < len(parts) and _leans(parts[end - 1])):
                continue
            told = (
                2 * bool(_HAS_FIGURE.search(said))
                + 2 * bool(_GAINS.search(said))
                + (not _GOES_ON.match(said))
                + (end - start > 1)
            )
            if told > best[0] and (_HAS_FIGURE.search(said) or _GAINS.search(said)):
                best = (told, run)
    if not best[1]:
        return ()
    return (_as_sentence(re.sub(r"^(?:且|并且?|而|则|但)", "", best[1]), last=True),)


def _as_sentence(pack: str, *, last: bool) -> str:
    said = _STOP.sub("", pack)
    if last:
        return said + "。"
    period = _PERIOD.match(said)
    key = "period" if period else "condition" if _CONDITION.search(said) else "audience" if _is_audience(said) else ""
    if not key:
        return said + "。"
    said = period["said"] if period else re.sub(r"的$", "", _LEAD.sub("", said))
    labelled = catalogue.phrase("zh", "text", key, said=said)
    return labelled if len(labelled) <= cutting.SENTENCE_CHARACTERS else said + "。"


def _is_audience(said: str) -> bool:
    """A noun phrase that names people, with no predicate of its own."""
    return bool(_AUDIENCE.search(said)) and not _PREDICATE.search(said)


def _english(text: str) -> Made:
    parts = cutting.clauses(text, "en")
    packed: list[str] = []
    for part in parts:
        candidate = " ".join([*packed, part])
        if packed and len(candidate.split()) > cutting.SENTENCE_WORDS:
            break
        packed.append(part)
    head = " ".join(packed)
    if len(head.split()) > cutting.SENTENCE_WORDS:
        head = cutting.cut_english(head, cutting.SENTENCE_WORDS - 1)
        return Made((_open_ended(head),), False) if len(head.split()) >= 6 else Made((), False)
    return (
        Made((_ended(_LEAD_EN.sub("", head), "en"),), len(packed) == len(parts)) if len(head.split()) >= 4 else Made((), False)
    )


def _open_ended(head: str) -> str:
    return head.rstrip(" .,;:") + " …"


def _ended(text: str, language: Language) -> str:
    if language == "zh":
        stripped = _STOP.sub("", text)
        return stripped if re.search(r"[！？!?”]$", stripped) else stripped + "。"
    stripped = text.rstrip(" ;,:")
    stripped = stripped[:1].upper() + stripped[1:]
    return stripped if re.search(r"[.!?”\"…]$", stripped) else stripped + "."
