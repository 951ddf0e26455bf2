"""Does a sentence say the opposite of the source sentence that it comes from?"""

from __future__ import annotations

import re
from collections import Counter

from pushsvc.plain.verifying.values import normal

_CUT = re.compile(r"[。！？!?；;\n]|(?<=[a-z)])\.(?=\s)")
#: A source sentence is close when it holds this share of the sentence's pairs of characters (or words).
_CLOSE = 0.5
#: Sentences of a source that are looked at, and of those that hold one pair.
_MOST_SENTENCES, _MOST_HOLDING = 20_000, 400
_OPPOSITES: tuple[tuple[str, str, str], ...] = (
    ("每个?月|/月|monthly|(?:a|per|each|every) month", "每年|/年|yearly|annual|(?:a|per|each|every) year", "period"),
    (
        "提高|上调|上浮|增加|调高|increase[sd]?|raise[sd]?|higher",
        "降低|下调|下浮|减少|调低|decrease[sd]?|reduce[sd]?|lower(?:ed)?|cut",
        "direction",
    ),
    (
        r"不得|不准|禁止|不可以|不能|严禁|\b(?:must|may|should) not\b|\bcan ?not\b|\bprohibited\b",
        r"必须|应当|可以|可(?=申|享|按|提|办)|\b(?:must|may|should|can)\b(?! not)",
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
#: A figure that is a cap, and the words by which a sentence may say that it is one.
_CAPPED = re.compile(
    r"(?:最高|最多|至多|不超过|上限为?|up to|at most|no more than)[^,，。；;\d]{0,6}(?P<figure>\d[\d,.]*\d|\d)", re.IGNORECASE
)
_SAYS_CAP = re.compile(
    r"最高|最多|至多|不超过|上限|以内|以下|封顶|限额|up to|at most|no more than|maximum|limit|not exceed", re.IGNORECASE
)
_NEGATED = re.compile(r"(?:不再|不|未|无需|无须|免于|非)([\u4e00-\u9fff]{2})")


class Sources:
    """The sentences of a source and which of them hold a pair, for finding the one that a sentence comes from."""

    def __init__(self, source_text: str) -> None:
        self._normal = normal(source_text)
        self._whole = _squeeze(self._normal)
        self._sentences: list[str] = []
        self._holding: dict[str, list[int]] = {}

    def _index(self) -> None:
        """Built when the first sentence is looked for that does not stand in the source word for word."""
        self._sentences = [piece.strip() for piece in _CUT.split(self._normal) if piece.strip()][:_MOST_SENTENCES]
        for index, sentence in enumerate(self._sentences):
            for pair in _pairs(sentence):
                self._holding.setdefault(pair, []).append(index)

    def closest(self, sentence: str) -> str | None:
        """The source sentence that shares most with `sentence`; None without a close one, or where it stands as it is."""
        wanted = _pairs(sentence)
        if len(wanted) < 4 or _squeeze(sentence) in self._whole:
            return None
        if not self._sentences:
            self._index()
        shared = Counter(index for pair in wanted for index in self._holding.get(pair, ())[:_MOST_HOLDING])
        if not shared:
            return None
        best, count = max(shared.items(), key=lambda item: (item[1], -item[0]))
        return _closest_clause(self._sentences[best], wanted) if count >= len(wanted) * _CLOSE else None


def _closest_clause(sentence: str, wanted: frozenset[str]) -> str:
    """The one clause that a short sentence comes from, or the whole sentence when it comes from several."""
    clauses = [clause for clause in re.split(r"[,，]", sentence) if clause.strip()]
    best = max(clauses, key=lambda clause: len(wanted & _pairs(clause)), default=sentence)
    return best if len(wanted & _pairs(best)) >= len(wanted) * _CLOSE else sentence


def opposite(sentence: str, sources: Sources) -> str | None:
    """What is turned round in `sentence`, in words for the person who reads the report; None when nothing is."""
    said = normal(sentence)
    source = sources.closest(said)
    if source is None:
        return None
    for one, other, name in _PATTERNS:
        for here, there in ((one, other), (other, one)):
            if here.search(said) and not here.search(source) and there.search(source) and not there.search(said):
                return f'{name}: "{_first(here, said)}" where the source says "{_first(there, source)}"'
    for capped in () if _SAYS_CAP.search(said) else _CAPPED.finditer(source):
        if re.search(rf"(?<![\d.,]){re.escape(capped['figure'])}(?![\d]|[.,]\d)", said):
            return f'bound: the source says "{capped.group()}", so it is no fixed figure'
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
