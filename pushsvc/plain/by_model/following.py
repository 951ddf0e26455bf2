"""Whether a sentence follows one sentence of the source: its words, in its order, with everything that turns its meaning.

The verifier is made for sentences cut from the source. What a model says in words of its own can be false in ways that no
look-up of words finds ("only those with a plan may apply"), so a model may choose, shorten and order, and not retell.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise

from pushsvc.domain.languages import Language

#: How often something may be left out in the middle. With more, any sentence could be picked together from a long one.
_MOST_GAPS = 3
_LONGEST = 400
_MOST_TOKENS = 80
_TOKEN = {"zh": re.compile(r"\d+(?:\.\d+)?|[a-z]+|[^\W\d_]"), "en": re.compile(r"\d+(?:[.,]\d+)*|[a-z]+(?:['’][a-z]+)?")}
#: Words that say nothing by themselves, or only address the reader.
_LIGHT = {
    "zh": frozenset("您你请的了和与及并将由于在对其该本此个"),
    "en": frozenset((
        "a", "an", "the", "of", "to", "in", "for", "on", "at", "with", "that", "which", "is", "are", "be", "this",
        "these", "it", "its", "as", "you", "your", "their", "them", "they",
    )),
}  # fmt: skip
_CLAUSE = {"zh": re.compile(r"[，。；：！？,;!?]"), "en": re.compile(r"[;:!?]|,\s|\.\s")}
#: What turns a meaning, by class: a sentence has the same classes as the clauses that it was cut from.
_TURNS: dict[Language, tuple[re.Pattern[str], ...]] = {
    "zh": tuple(
        re.compile(words)
        for words in (
            r"不(?!动产|同|限于)|未(?!来)|无|非|勿|禁止|没|否|免|停|取消|暂停",
            r"应当?|须|必|需|(?<!申)请(?!人)|得(?!到|知)",
            r"可(?!能性|靠)|允许|准予|能够",
            r"只|仅|才|方可|唯一|限(?!额|期|价)",
            r"前|截止|截至|为止",
            r"后|起|自(?=[\d二])|开始|施行",
            r"以上|不低于|不少于|不小于|至少|起码|超过|大于|高于|多于|满",
            r"以下|以内|之内|不超过|不高于|不大于|至多|最多|最高|上限|不足|低于|少于|小于|未满",
            r"除|例外|不含|不包括",
            r"或|之一",
            r"均|都|全部|所有|每|各|一律|任何",
            r"提高|增加|上调|延长|扩大|放宽",
            r"降低|减少|下调|缩短|缩小|收紧",
        )
    ),
    "en": tuple(
        re.compile(words)
        for words in (
            r"\b(?:not|no|never|none|nor|without|cannot|neither|stop\w*|ban\w*|refus\w*|den(?:y|ied)|withdr\w+|cancel\w*)\b|n['’]t\b",
            r"\b(?:must|need\w*|has to|have to|requir\w*|shall|should|oblig\w*|mandatory)\b",
            r"\b(?:may|can|could|might|allow\w*|permit\w*|option\w*|eligible|entitled)\b",
            r"\b(?:only|sole\w*|just|exclusive\w*|limited to)\b",
            r"\b(?:before|by|until|till|prior|no later|deadline|ends?|clos\w+|due)\b",
            r"\b(?:after|since|following|from|begin\w*|starts?|open\w*|effective)\b",
            r"\b(?:at least|more than|over|above|minimum|exceed\w*|or more|or older)\b",
            r"\b(?:at most|up to|less than|under|below|maximum|within|or less|no more|half)\b",
            r"\b(?:except\w*|unless|exclud\w*|other than|apart from)\b",
            r"\b(?:or|either)\b",
            r"\b(?:all|every|each|any|both|everybody|everyone|always)\b",
            r"\b(?:increas\w*|rais\w*|extend\w*|expand\w*|grow\w*|rise|rose)\b",
            r"\b(?:decreas\w*|reduc\w*|lower\w*|cut|short\w*|fall|fell)\b",
        )
    ),
}  # fmt: skip

#: What makes a sentence hold for some only. Counted in the whole sentence of the source: no condition may be left out.
_CONDITIONS: dict[Language, re.Pattern[str]] = {
    "zh": re.compile(
        r"的(?=[，,：:])|如果|如(?=[^何下期实])|若|凡|对(?:于|(?=[^外象应口接])[^，。]{1,30}的)|除.{1,20}外|属于|其中|只有|仅限"
    ),
    "en": re.compile(
        r"\b(?:if|when|whenever|unless|where|provided|who|whose|whom|only|except|while|until|once|in case|subject to)\b"
    ),
}


def follows(text: str, sources: Iterable[str], language: Language) -> bool:
    """Whether `text` was cut from one of `sources`, sentences of the document or its title."""
    said = _tokens(text, language)
    return 0 < len(said) <= _MOST_TOKENS and any(_cut_from(text, said, source[:_LONGEST], language) for source in sources)


def _cut_from(text: str, said: Sequence[str], source: str, language: Language) -> bool:
    folded = unicodedata.normalize("NFKC", source).lower()
    places = [(found.group(), found.start()) for found in _TOKEN[language].finditer(folded)]
    words = {word for word, _ in places}
    heavy = [at for at, word in enumerate(said) if word not in _LIGHT[language]]
    if not heavy or any(said[at] not in words for at in heavy):
        return False  # the cheap look first: the alignment costs their product
    aligned = _aligned(said, [word for word, _ in places])
    if any(at not in aligned for at in heavy):
        return False
    if _gaps([aligned[at] for at in heavy], [word for word, _ in places], language) > _MOST_GAPS:
        return False
    told = unicodedata.normalize("NFKC", text).lower()
    if len(_CONDITIONS[language].findall(told)) != len(_CONDITIONS[language].findall(folded)):
        return False
    region = _clauses(folded, [places[aligned[at]][1] for at in heavy], language)
    return _turns(told, language) == _turns(region, language)


def _tokens(text: str, language: Language) -> list[str]:
    return _TOKEN[language].findall(unicodedata.normalize("NFKC", text).lower())


def _aligned(said: Sequence[str], source: Sequence[str]) -> dict[int, int]:
    """The longest common subsequence: place in `said` to place in `source`."""
    lengths = [[0] * (len(source) + 1) for _ in range(len(said) + 1)]
    for one in range(len(said) - 1, -1, -1):
        row, below = lengths[one], lengths[one + 1]
        for other in range(len(source) - 1, -1, -1):
            row[other] = below[other + 1] + 1 if said[one] == source[other] else max(below[other], row[other + 1])
    found: dict[int, int] = {}
    one = other = 0
    while one < len(said) and other < len(source):
        if said[one] == source[other]:
            found[one] = other
            one, other = one + 1, other + 1
        elif lengths[one + 1][other] >= lengths[one][other + 1]:
            one += 1
        else:
            other += 1
    return found


def _gaps(places: Sequence[int], source: Sequence[str], language: Language) -> int:
    """How often words that say something were left out between the first word that was kept and the last."""
    between = (source[one + 1 : other] for one, other in pairwise(places))
    return sum(any(word not in _LIGHT[language] for word in left_out) for left_out in between)


def _clauses(source: str, places: Sequence[int], language: Language) -> str:
    """The clauses of `source` in which words stand that were kept."""
    ends = [found.end() for found in _CLAUSE[language].finditer(source)] + [len(source)]
    pieces, start = [], 0
    for end in ends:
        if any(start <= place < end for place in places):
            pieces.append(source[start:end])
        start = end
    return " ".join(pieces)


def _turns(text: str, language: Language) -> tuple[int, ...]:
    """How often each class stands in `text`; of the denials every one counts, of the others whether there is any."""
    counts = [len(turn.findall(text)) for turn in _TURNS[language]]
    return (counts[0], *(min(count, 1) for count in counts[1:]))
