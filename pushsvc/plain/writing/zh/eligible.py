"""Of what age, from where and of which sex those are who may: the core of a list of conditions, told before the rest of it."""

from __future__ import annotations

import re

from pushsvc.plain import catalogue
from pushsvc.plain.writing.cutting import SENTENCE_CHARACTERS

_AGE = re.compile(r"\d{1,3}(?:周?岁)?(?:-|—|~|至|到|以上|以下)?[^，,。；;]{0,8}?岁")
#: …的本县户籍女性, …的常住居民: whom the conditions are of.
_WHOM = re.compile(
    r"(?:户籍|户口|常住|居住|本[市区县镇村])[^，,。；;]{0,14}(?:公民|居民|村民|市民|人员|男性|女性|青年|妇女|人口|老年人|老人|儿童|者|人)[。；;]?$"
)
#: What is looked into when somebody is hired, and is no reason for most to stay away.
_OF_THE_BODY = re.compile(r"体重|视力|色盲|纹身|驼背|鸡胸|步态|嗅觉|听力|疤痕|扁平足|口吃|身体条件")
_OR_ELSE = re.compile(r"除外|不得|不予|[?？]")


def is_core(text: str) -> bool:
    """Does the sentence name people by their age and by where they are from?"""
    return bool(_WHOM.search(text) and _AGE.search(text) and not _OR_ELSE.search(text))


def of_the_body(text: str) -> bool:
    """Is it one of the things of the body that a list goes on about?"""
    return _OF_THE_BODY.search(text) is not None


def core_told(text: str) -> tuple[str, ...]:
    """对象：…。 in at most 40 characters, else with what is asked before it as 条件：…。; empty where that does not fit."""
    said = text.rstrip("。；;").replace(",", "，")
    said = re.sub(r"^(?:1[.、]|凡|面向)", "", said)
    whole = catalogue.phrase("zh", "text", "audience", said=said)
    if len(whole) <= SENTENCE_CHARACTERS:
        return (whole,)
    asked, comma, whom = said.rpartition("，")
    if not comma or "，" in asked or not _AGE.search(whom):
        return ()
    told = (catalogue.phrase("zh", "text", "condition", said=asked), catalogue.phrase("zh", "text", "audience", said=whom))
    return told if all(len(one) <= SENTENCE_CHARACTERS for one in told) else ()
