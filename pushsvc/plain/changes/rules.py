"""What a change of words alone means for a reader: a rule that came, went or was turned round; a file; another audience."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pushsvc.domain.languages import Language
from pushsvc.domain.summaries import Summary
from pushsvc.plain.changes.moves import Move
from pushsvc.plain.changes.parts import Differing, Part, bare, stands_in

RuleKind = Literal["rule_turned", "rule_new", "rule_gone", "attachment_new", "audience_new", "audience_gone"]

#: Words that turn a sentence round, each line one meaning.
_TURNING: dict[Language, tuple[re.Pattern[str], ...]] = {
    "zh": (
        re.compile(r"不得(?!不)|不予|不可(?!抗)|不能|禁止|严禁|不再|无法"),
        re.compile(r"(?<!不)(?:仅限|只限|限于|仅面向|仅适用)"),
        re.compile(r"取消|暂停|停止|中止|终止|延期|推迟"),
        re.compile(r"除外|不包括|不含"),
    ),
    "en": (
        re.compile(r"\b(?:must not|may not|can ?not|can['’]t|not eligible|not entitled|no longer|prohibited)\b", re.IGNORECASE),
        re.compile(r"\b(?:only (?:if|for|to)|limited to|restricted to)\b", re.IGNORECASE),
        re.compile(r"\b(?:cancell?ed|suspended|postponed|withdrawn|discontinued|rescheduled)\b", re.IGNORECASE),
        re.compile(r"\b(?:unless|except(?: for)?|excluding)\b", re.IGNORECASE),
    ),
}  # fmt: skip
#: Per what a sum is paid: another unit is another sum, though its number stays.
_PER = {
    "zh": re.compile(r"每(?:人|户|家|套|个?月|年|日|天|次|学期|学年)|一次性"),
    "en": re.compile(
        r"\b(?:per|a|each|every) (?:person|household|home|week|month|year|day|night)\b|\bone-off\b", re.IGNORECASE
    ),
}
#: May became must, or the other way.
_MAY = {
    "zh": re.compile(r"可以|可(?=自愿|申请|选择|凭|持|到|在|通过|享受|参加)"),
    "en": re.compile(r"\b(?:may|can)\b(?! not)", re.IGNORECASE),
}
_MUST = {
    "zh": re.compile(r"必须|应当|须(?!知)"),
    "en": re.compile(r"\b(?:must|have to|are required to)\b(?! not)", re.IGNORECASE),
}
_RULE = {"zh": re.compile(r"必须|(?<![知急])须(?!知)|方可"), "en": re.compile(r"\bmust\b", re.IGNORECASE)}
#: What offices ask of each other is no rule for the reader.
_OFFICES = re.compile(r"各(?:地|区|县|市|部门|单位|有关|相关|级|街道|镇)|本(?:局|委|办)|主管部门|督促|加强|工作(?:机制|专班)")
#: A sentence that comes or goes speaks of whom a document is for only where it says what they may get or do.
_GRANT = re.compile(
    r"对象|条件|申请|申领|领取|享受|符合|适用于|面向|补贴|补助"
    r"|\b(?:eligib|appl(?:y|ies)|qualif|claim|entitled|open to|if you are)",
    re.IGNORECASE,
)
#: Offices, and words for everybody, are no group that a document was opened to or closed for.
_OFFICE = re.compile(
    r"(?:办事处|局|委员会|部门|政府|中心|窗口|机构|office|council|department|agency)$"
    r"|居民|市民|群众|公众|大家|^(?:people|residents?|the public)$",
    re.IGNORECASE,
)
_MOST_GROUPS = 5
_ATTACHMENT = re.compile(
    r"^(?:附件|附表|附)\s*\d{0,2}\s*[:：.．、]?\s*(?:1[.．、]\s*)?(?P<zh>[《“]?[\u4e00-\u9fffA-Za-z].{1,40})$"
    r"|^(?:Attachment|Annex|Appendix|Enclosure)\s*[A-Z\d]{0,3}\s*[:.]\s*(?P<en>\S.{1,60})$"
    r"|^(?P<file>[^|]{2,60}\.(?:docx?|pdf|xlsx?|zip|wps|et))$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Rule:
    """What changed in words. `said` are the words of the source, as they stand there."""

    kind: RuleKind
    said: str
    urgent: bool = False


def rules(language: Language, differing: Differing, found: Sequence[Move]) -> Iterator[Rule]:
    """Rules that were turned round, came or went in sentences of which no fact's move is told."""
    moved = [move for move in found if move.kind != "quantity"]
    told = {move.part.start for move in moved if move.new} | {-1 - move.part.start for move in moved if not move.new}
    for old, new in differing.edited:
        if cue := _turned(old, new, language):
            yield Rule(
                "rule_turned", _around(new.text if cue > 0 else old.text, language, abs(cue) - 1), _stops(old, new, language)
            )
    for part in differing.added:
        if name := _attachment(part.text):
            yield Rule("attachment_new", name)
        elif part.start not in told and (at := _rule_at(part.text, language)) is not None:
            yield Rule("rule_new", _around(part.text, language, at), bool(_TURNING[language][2].search(part.text)))
    for part in differing.removed:
        if -1 - part.start not in told and (at := _rule_at(part.text, language)) is not None:
            yield Rule("rule_gone", _around(part.text, language, at))


def audiences(before: Summary, after: Summary, before_text: str, after_text: str, differing: Differing) -> Iterator[Rule]:
    """Groups that only one text names, in a sentence that differs. Declared ones have no words in the text."""
    was = [*(one for one, _ in differing.edited), *filter(_grants, differing.removed)]
    now = [*(one for _, one in differing.edited), *filter(_grants, differing.added)]
    if not was and not now:
        return
    gone, come = _only_named(before, was, after_text), _only_named(after, now, before_text)
    # A word spelt otherwise is no other group, unless both are known as groups.
    gone = [word for word in gone if come or not _spelt_otherwise(word, [one for _, one in differing.edited])]
    come = [word for word in come if gone or not _spelt_otherwise(word, [one for one, _ in differing.edited])]
    yield from (Rule("audience_gone", word) for word in gone[:1])
    yield from (Rule("audience_new", word) for word in come[:1])


def _grants(part: Part) -> bool:
    return bool(_GRANT.search(part.text))


def _only_named(summary: Summary, parts: Sequence[Part], other: str) -> list[str]:
    words = {each.raw for each in summary.evidence if each.of in ("audiences", "audience_words") and each.where == "text"}
    whole = bare(other)
    named = [word for word in sorted(words) if bare(word) and bare(word) not in whole and not _OFFICE.search(word)]
    return [word for word in named if any(word in part.text for part in parts)][:_MOST_GROUPS]


def _spelt_otherwise(word: str, parts: Sequence[Part]) -> bool:
    letters = bare(word)
    most = max(1, len(letters) // 4)
    return any(
        sum(one != other for one, other in zip(letters, part.bare[at : at + len(letters)], strict=False)) <= most
        for part in parts
        for at in range(len(part.bare) - len(letters) + 1)
    )


def _turned(old: Part, new: Part, language: Language) -> int:
    """Where in the new sentence the word stands that turns it (1-based), or as a negative number where in the old one."""
    if language == "en" and _misspelt(old.bare, new.bare):
        return 0
    for words in _TURNING[language]:
        was, now = words.search(old.text), words.search(new.text)
        if bool(was) is not bool(now):
            return now.start() + 1 if now else -(was.start() + 1) if was else 0
    was_per, now_per = ({found.group().lower() for found in _PER[language].finditer(part.text)} for part in (old, new))
    if now_per - was_per and was_per - now_per and re.findall(r"\d+", old.bare) == re.findall(r"\d+", new.bare):
        return min(found.start() for found in _PER[language].finditer(new.text) if found.group().lower() not in was_per) + 1
    for free, bound in ((_MAY, _MUST), (_MUST, _MAY)):
        now = bound[language].search(new.text)
        if (
            now
            and free[language].search(old.text)
            and not free[language].search(new.text)
            and not bound[language].search(old.text)
        ):
            return now.start() + 1
    return 0


def _misspelt(old: str, new: str) -> bool:
    """One or two letters of an English sentence: a slip, or its mending. In Chinese one sign may be "may" or "must"."""
    return len(old) == len(new) and sum(one != other for one, other in zip(old, new, strict=True)) <= 2


def _stops(old: Part, new: Part, language: Language) -> bool:
    stop = _TURNING[language][2]
    return bool(stop.search(new.text)) and not stop.search(old.text)


def _rule_at(text: str, language: Language) -> int | None:
    if _OFFICES.search(text):
        return None
    found = [at for words in (_RULE[language], *_TURNING[language]) if (at := words.search(text))]
    return min(each.start() for each in found) if found else None


def _around(text: str, language: Language, at: int) -> str:
    """The sentence without its end, or of a long one the clause in which the word stands."""
    said = text.strip(" 。；;.\n")
    if len(said) <= (28 if language == "zh" else 110):
        return said
    marks = "，,；;：:|" if language == "zh" else ",;:|"
    begin = max(text.rfind(mark, 0, at) for mark in marks) + 1
    ends = [place for mark in marks if (place := text.find(mark, at)) >= 0]
    return text[begin : min(ends, default=len(text))].strip(" 。；;.\n")


def _attachment(text: str) -> str | None:
    found = _ATTACHMENT.match(text)
    return next((name.strip() for name in found.groups() if name), None) if found else None


def still_told(rule: Rule, text: str) -> bool:
    """Whether the words of a rule stand in the text that they are said to come from."""
    return stands_in(bare(rule.said), bare(text))
