"""Does a sentence say the opposite of the source sentence that it comes from?"""

from __future__ import annotations

import re

from pushsvc.plain.verifying.values import normal

_CUT = re.compile(r"[。！？!?；;\n]|(?<=[a-z)])\.(?=\s)")
#: A source sentence is close when it holds this share of the sentence's pairs of characters (or words).
_CLOSE = 0.5
_OPPOSITES: tuple[tuple[str, str, str], ...] = (
    (
        "提高|上调|上浮|增加|调高|increase[sd]?|raise[sd]?|higher",
        "降低|下调|下浮|减少|调低|decrease[sd]?|reduce[sd]?|lower(?:ed)?|cut",
        "direction",
    ),
    (
        "不得|不准|禁止|不可以|不能|严禁|must not|may not|cannot|prohibited",
        "必须|应当|可以|可(?=申|享|按|提|办)|must(?! not)|may(?! not)|should(?! not)|can(?!not)",
        "permission",
    ),
    (
        "不超过|最高|至多|上限|以下|以内|不高于|not exceed|up to|at most|no more than|maximum",
        "不低于|至少|不少于|以上|下限|最低|at least|no less than|minimum|more than",
        "bound",
    ),
    (
        "不迟于|不晚于|之前|以前|日前|月底前|no later than|on or before|by the",
        "不早于|之后|以后|日后|起开始|no earlier than|on or after",
        "order",
    ),
    (
        "不予|不再|不享受|不支持|不受理|取消|停止|暂停|will not|does not|do not|not be",
        "予以|给予|享受|支持|受理|恢复|开放|will(?! not)|shall(?! not)",
        "negation",
    ),
)
_PATTERNS = tuple((re.compile(one, re.IGNORECASE), re.compile(other, re.IGNORECASE), name) for one, other, name in _OPPOSITES)
_NEGATED = re.compile(r"(?:不|未|无需|无须|免于|非)([\u4e00-\u9fff]{2})")


class Sources:
    """The sentences of a source with their pairs, for finding the one that a sentence comes from."""

    def __init__(self, source_text: str) -> None:
        self._sentences = [piece.strip() for piece in _CUT.split(normal(source_text)) if piece.strip()]
        self._pairs = [_pairs(piece) for piece in self._sentences]

    def closest(self, sentence: str) -> str | None:
        """The close source sentence that shares most with `sentence`, or None."""
        wanted = _pairs(sentence)
        if len(wanted) < 4:
            return None
        best = max(range(len(self._pairs)), key=lambda index: len(wanted & self._pairs[index]), default=None)
        if best is None or len(wanted & self._pairs[best]) < len(wanted) * _CLOSE:
            return None
        return self._sentences[best]


def opposite(sentence: str, sources: Sources) -> str | None:
    """What is turned round in `sentence`, in words for the person who reads the report; None when nothing is."""
    said = normal(sentence)
    source = sources.closest(said)
    if source is None or _squeeze(said) in _squeeze(source):
        return None
    for one, other, name in _PATTERNS:
        for here, there in ((one, other), (other, one)):
            if here.search(said) and not here.search(source) and there.search(source) and not there.search(said):
                return f'{name}: "{_first(here, said)}" where the source says "{_first(there, source)}"'
    for negated in _NEGATED.finditer(source):
        word = negated[1]
        always_denied = source.count(word) == source.count(negated.group())
        affirmed = word in said and not re.search(rf"(?:不|未|无需|无须|免于|非).{{0,2}}{word}", said)
        if always_denied and affirmed:
            return f'negation: "{word}" where the source says "{negated.group()}"'
    return None


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found.group() if found else ""


def _squeeze(text: str) -> str:
    return re.sub(r"[\s\W_]+", "", text)


def _pairs(text: str) -> frozenset[str]:
    """Pairs of Chinese characters, and Latin words."""
    squeezed = _squeeze(text)
    chinese = {squeezed[index : index + 2] for index in range(len(squeezed) - 1) if squeezed[index] >= "\u3400"}
    return frozenset(chinese | {word.lower() for word in re.findall(r"[A-Za-z]{3,}|\d+", text)})
