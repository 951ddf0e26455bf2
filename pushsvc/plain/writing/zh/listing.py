"""Rows of figures in one statement: each rate with what it is of, each sum with its name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pushsvc.plain.writing.zh.clauses import Clause
from pushsvc.plain.writing.zh.framing import FIGURE
from pushsvc.plain.writing.zh.made import Made
from pushsvc.plain.writing.zh.saying import STOP, one_sentence
from pushsvc.plain.writing.zh.standing import stands_alone
from pushsvc.plain.writing.zh.statements import Statement

LISTED = re.compile(
    r"[^，。]*?(?:支付|发放|领取|享受|计发|发给|交纳|缴纳|给予)(?P<name>[^，。的]{2,12})[，,](?:发放|支付)?标准[为是]?(?:如下)?[:：](?P<said>[^。]*(?:\d元|[%％]|\d个月)[^。]*)。?$"
)
_MOST_RATES = 2


def rates(statement: Statement, name: str, said: str) -> Iterator[Made]:
    """按月支付伤残津贴，标准为：一级…90%，二级…85%，…: each rate with the name of what it is of."""
    packs: list[str] = []
    for item in re.split("[，,；;]", STOP.sub("", said)):
        if packs and one_sentence(name, f"{packs[-1]}，{item}"):
            packs[-1] += f"，{item}"
        else:
            packs.append(item)
    told = tuple(one_sentence(name, pack) for pack in packs)
    if all(told) and len(told) <= _MOST_RATES:
        yield Made(statement, 0, told)


def enumerated(statement: Statement, part: Clause) -> Iterator[Made]:
    """A long row of figures in as many sentences as hold it: 租金标准：甲处32.5元/月、乙处18元/月。"""
    items = re.split(r"、(?=[^、]*\d)(?!\d{1,2}[日号月时])", part.bare)
    if len(items) < 2 or not all(FIGURE.search(item) for item in items):
        return
    found = re.match(r"(?P<label>[^:：\d]{2,10}[:：])", items[0])
    label = found["label"][:-1] if found else statement.label
    items[0] = items[0][len(found["label"]) :] if found else items[0]
    pack: list[str] = []
    for place, item in enumerate([*items, ""]):
        if pack and (not item or not one_sentence(label, "、".join([*pack, item]))):
            for name in dict.fromkeys((label, "")):
                yield from if_stands_alone(statement, place, (), one_sentence(name, "、".join(pack)))
            pack = []
        pack.append(item)


def if_stands_alone(statement: Statement, order: int, frame: tuple[str, ...], sentence: str) -> Iterator[Made]:
    if sentence and stands_alone(sentence, before="".join(frame)):
        yield Made(statement, order, (*frame, sentence))
