"""One sentence of a source made into sentences short enough to read, at its own clause boundaries."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pushsvc.domain.languages import Language
from pushsvc.plain import catalogue
from pushsvc.plain.writing import cutting

_CONDITION = re.compile(r"(?:的|者|人|后|时|人员|家庭|企业|期间|情况下)$")
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
    text = cutting.plainer(cutting.without_asides(cutting.without_numbering(sentence)), language)
    text = re.sub(r"\s+", " " if language == "en" else "", text).strip() if language == "en" else _tight(text)
    if not text:
        return Made((), False)
    if cutting.fits(_ended(text, language), language):
        return Made((_ended(text, language),), True)
    return _chinese(text) if language == "zh" else _english(text)


def _tight(text: str) -> str:
    """Blanks between Chinese characters go; those between Latin words stay."""
    return re.sub(r"(?<![A-Za-z0-9])\s+|\s+(?![A-Za-z0-9])", "", text.strip())


def _chinese(text: str) -> Made:
    packs: list[str] = []
    for clause in cutting.clauses(_STOP.sub("", text), "zh"):
        limit = cutting.SENTENCE_CHARACTERS - len(catalogue.phrase("zh", "text", "condition", said=""))
        if packs and len(packs[-1]) + len(clause) <= limit:
            packs[-1] += clause
        else:
            packs.append(clause)
    pieces = [_as_sentence(pack, last=index == len(packs) - 1) for index, pack in enumerate(packs)]
    fitting = [piece for piece in pieces if len(piece) <= cutting.SENTENCE_CHARACTERS]
    if len(fitting) < len(pieces) or len(pieces) > _MOST_PIECES:
        with_figures = [piece for piece in fitting if _HAS_FIGURE.search(piece)]
        return Made(tuple((with_figures or fitting)[:2]), False)
    return Made(tuple(fitting), True)


def _as_sentence(pack: str, *, last: bool) -> str:
    said = _STOP.sub("", pack)
    if not last and _CONDITION.search(said):
        said = re.sub(r"的$", "", _LEAD.sub("", said))
        return catalogue.phrase("zh", "text", "condition", said=said)
    said = re.sub(r"^(?:并且?|且|但|而|及|和|以及)(?=[^。]{4,})", "", said)
    return said + "。"


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
    return Made((_ended(_LEAD_EN.sub("", head), "en"),), len(packed) == len(parts)) if len(head.split()) >= 4 else Made((), False)


def _open_ended(head: str) -> str:
    return head.rstrip(" .,;:") + " …"


def _ended(text: str, language: Language) -> str:
    if language == "zh":
        stripped = _STOP.sub("", text)
        return stripped if re.search(r"[！？!?”]$", stripped) else stripped + "。"
    stripped = text.rstrip(" ;,:")
    stripped = stripped[:1].upper() + stripped[1:]
    return stripped if re.search(r"[.!?”\"…]$", stripped) else stripped + "."
