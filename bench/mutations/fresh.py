"""Kind `value`: a value of the sentence becomes one that stands nowhere in the source."""

from __future__ import annotations

import random
import re

from bench.mutations.changes import Change, one
from bench.mutations.numerals import others
from bench.mutations.source import Source, normalise
from bench.mutations.values import MONTHS, Value, values

#: How many other values a value of the sentence becomes, at most.
EACH = 3
ZH_SPANS = ("工作日", "个月", "年", "天", "小时")
EN_SPANS = ("hour", "day", "week", "month", "year")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def fresh_values(sentence: str, source: Source, rng: random.Random) -> list[Change]:
    known = {value.means for value in values(source.text)}
    found = []
    for value in values(sentence):
        ways = [(rule, new) for rule, new in _alterations(value) if new != value.text and _is_new(new, value, source, known)]
        for rule, new in rng.sample(ways, min(EACH, len(ways))):
            found.append(one("value", rule, value.start, value.end, new, foreign=True))
    for day in re.finditer("|".join(DAYS), sentence):
        new = rng.choice([other for other in DAYS if other != day[0]])
        if not source.has(new):
            found.append(one("value", "weekday", day.start(), day.end(), new, foreign=True))
    for part in re.finditer(r"([二三四五])分之([一二三四])", sentence):
        new = rng.choice(["三分之二", "五分之三", "五分之二"])
        if new not in source.text and new != part[0]:
            found.append(one("value", "fraction", part.start(), part.end(), new, foreign=True))
    return found


def _is_new(new: str, value: Value, source: Source, known: set[object]) -> bool:
    """The altered value means nothing that the source has, and is not written there either."""
    tight = re.sub(r"[\s,]", "", normalise(new))
    if tight in re.sub(r"[\s,]", "", source.normal):
        return False
    read = values(new)
    if not read or read[0].kind != value.kind:
        # A scale or a unit stands behind the span: what is written must do.
        return value.kind in ("docnumber", "link", "number", "year", "quantity", "amount", "age")
    if value.kind == "date":
        return not any(_same_day(read[0].means, other) for other in known)
    return read[0].means not in known


def _same_day(one_day: object, other: object) -> bool:
    if not (isinstance(one_day, tuple) and isinstance(other, tuple) and one_day[0] == other[0] == "date"):
        return False
    return all(mine == theirs or mine is None or theirs is None for mine, theirs in zip(one_day[1], other[1], strict=True))


def _alterations(value: Value) -> list[tuple[str, str]]:
    text = value.text
    if value.kind == "date":
        return _dates(value)
    if value.kind == "year":
        return [("year", str(int(text) + step)) for step in (-2, -1, 1, 2, 10)]
    if value.kind in ("phone", "docnumber", "link"):
        return [(value.kind, new) for new in _digits(text)]
    figure = re.search(r"\d[\d,]*(?:\.\d+)?", text) or re.match(r"[一二两三四五六七八九十]+|[A-Za-z]+", text)
    if figure is None:
        return []
    ways = [(value.kind, text[: figure.start()] + new + text[figure.end() :]) for new in others(figure[0])]
    if value.kind == "percent":
        ways = [way for way in ways if float(re.findall(r"[\d.]+", way[1])[0]) <= 100]
    if value.kind == "time":
        ways = [way for way in ways if int(re.findall(r"\d+", way[1])[0]) <= (12 if value.shape == "en" else 23)]
        ways += [("time: half of day", text.translate(str.maketrans("ap", "pa", "")))] if value.shape == "en" else []
    if value.kind == "amount":
        ways += _scales(value)
    if value.kind == "duration":
        ways += _units(value)
    return ways


def _dates(value: Value) -> list[tuple[str, str]]:
    text, ways = value.text, []
    if (year := re.search(r"\d{4}", text)) is not None:
        for step in (-1, 1, 2):
            ways.append(("date: year", text.replace(year[0], str(int(year[0]) + step))))
    if value.shape.startswith("zh"):
        for part, top in (("月", 12), ("日", 28)):
            for found in re.finditer(rf"(\d{{1,2}})(?=\s*{part})", text):
                for step in (1, 2, 10):
                    new = str((int(found[1]) + step - 1) % top + 1)
                    ways.append((f"date: {part}", text[: found.start()] + new + text[found.end() :]))
        return ways
    if (month := re.search("|".join(MONTHS), text)) is not None:
        for step in (1, 2, 5):
            ways.append(("date: month", text.replace(month[0], MONTHS[(MONTHS.index(month[0]) + step) % 12])))
    if (day := re.search(r"\b\d{1,2}\b", text)) is not None:
        for step in (1, 4, 10):
            ways.append(("date: day", text[: day.start()] + str((int(day[0]) + step - 1) % 28 + 1) + text[day.end() :]))
    return ways


def _digits(text: str) -> list[str]:
    """One digit changed, and two neighbours exchanged; the hand that copies a number."""
    places = [i for i, mark in enumerate(text) if mark.isdigit()]
    if not places:
        return []
    last, middle = places[-1], places[len(places) // 2]
    found = [text[:i] + str((int(text[i]) + 3) % 10) + text[i + 1 :] for i in (last, middle)]
    for i, j in zip(places[-4:], places[-3:], strict=False):
        if text[i] != text[j] and j == i + 1:
            found.append(text[:i] + text[j] + text[i] + text[j + 1 :])
    return found


def _scales(value: Value) -> list[tuple[str, str]]:
    text = value.text
    for mark, other in (("亿", "万"), ("万", "亿"), ("billion", "million"), ("million", "billion"), ("thousand", "million")):
        if mark in text:
            gone = [("amount: scale", text.replace(mark, "").strip())] if mark == "万" else []
            return [("amount: scale", text.replace(mark, other)), *gone]
    if value.shape == "zh":
        return [("amount: scale", text + "万")]
    return [("amount: scale", f"{text} million")] if "." not in text else [("amount: currency", text.replace("£", "$"))]


def _units(value: Value) -> list[tuple[str, str]]:
    text = value.text
    if value.shape == "zh":
        unit = next((unit for unit in ZH_SPANS if text.endswith(unit)), None)
        if unit is None:
            return []
        return [("duration: unit", text.removesuffix(unit).rstrip("个") + other) for other in ZH_SPANS if other != unit]
    found = re.search(r"(hour|day|week|month|year)(s?)$", text)
    return [] if found is None else [
        ("duration: unit", text[: found.start()] + other + found[2]) for other in EN_SPANS if other != found[1]
    ]  # fmt: skip
