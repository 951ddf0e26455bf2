"""Versions made of real documents by one edit: an edited value is told alone, and an edit of words tells nothing."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Fact, Summary
from pushsvc.plain import changed, read_text, summarise
from pushsvc.plain.verifying import sentences_of

CORPUS = Path(__file__).parents[2].parent / "shared" / "corpus"
pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus lies beside the checkout")
KINDS = ("deadline", "amount", "phone", "age_range", "effective_date", "expiry", "percentage")
LONGEST, DOCUMENTS = 8_000, 40
#: Of the versions of each kind this share must be judged right; the rest are edits that make a document contradict itself.
RIGHT = 0.97


@cache
def documents() -> list[tuple[str, Reading, Summary]]:
    found = []
    for line in (CORPUS / "manifest.jsonl").read_text().splitlines():
        about = json.loads(line)
        text = (CORPUS / about["text"]).read_text()
        if len(text) <= LONGEST:
            reading = read_text(text, about["title"])
            if day := about.get("published_at"):
                reading = replace(reading, published_at=datetime.fromisoformat(day[:10]).replace(tzinfo=UTC))
            found.append((about["id"], reading))
    chosen = random.Random(9).sample(found, min(DOCUMENTS, len(found)))
    return [(name, reading, summarise(reading, {})) for name, reading in chosen]


def judged(reading: Reading, before: Summary, text: str) -> tuple[bool, dict[str, str], bool]:
    after = summarise(replace(reading, source_text=text), {})
    return changed(before, after, before_text=reading.source_text, after_text=text)


def another_value(fact: Fact) -> str | None:
    """The printed value with its last number, or its day, moved a little."""
    if fact.kind in ("deadline", "effective_date", "expiry") and not str(fact.value).startswith("P"):
        found = list(re.finditer(r"\d{1,2}(?=日)|(?<![\d:])\d{1,2}(?= (?:[A-Z][a-z]{2})|, \d{4})", fact.raw))
        if not found:
            return None
        day = int(found[-1][0])
        number = str(day + 3 if day < 24 else day - 2)
    else:
        found = list(re.finditer(r"[1-9]\d*", fact.raw))
        if not found:
            return None
        value = int(found[-1][0])
        number = str(value + 1 if value % 10 != 9 else value - 1)
    return fact.raw[: found[-1].start()] + number + fact.raw[found[-1].end() :]


def test_one_edited_value_is_told_alone_in_both_languages() -> None:
    chance, right, wrong = random.Random(4), 0, []
    for name, reading, before in documents():
        able = [fact for fact in before.facts if fact.kind in KINDS and fact.role not in (None, "old_value", "other", "media")]
        for fact in chance.sample(able, min(2, len(able))):
            if not (value := another_value(fact)):
                continue
            text = reading.source_text[: fact.start] + value + reading.source_text[fact.end :]
            material, told, _ = judged(reading, before, text)
            if material and all(len(sentences_of(told[each], each)) == 1 for each in ("zh", "en")):
                right += 1
            else:
                wrong.append((name, fact.raw, value, told))
    assert right >= 40
    assert right >= RIGHT * (right + len(wrong)), wrong


def a_paragraph_moved(text: str, language: str, chance: random.Random) -> str:
    lines = text.split("\n")
    line = lines.pop(chance.randrange(len(lines)))
    lines.insert(chance.randrange(len(lines) + 1), line)
    return "\n".join(lines)


def a_counter(text: str, language: str, chance: random.Random) -> str:
    return (f"浏览次数：{chance.randrange(9999)}\n" if language == "zh" else f"Page views: {chance.randrange(9999)}\n") + text


def other_chrome(text: str, language: str, chance: random.Random) -> str:
    return text + ("\n打印本页 关闭窗口\n责任编辑：王明" if language == "zh" else "\nShare this page\nIs this page useful?")


def other_punctuation(text: str, language: str, chance: random.Random) -> str:
    return text.replace("，", ",", 3).replace("：", ":", 3).replace("\n", "\n\n", 2).replace("’", "'")


def other_words(text: str, language: str, chance: random.Random) -> str:
    pairs = (
        ("以及", "及"),
        ("按照", "依照"),
        ("有关", "相关"),
        ("本市", "我市"),
        ("In order to", "To"),
        ("information", "details"),
    )
    found = [pair for pair in pairs if pair[0] in text]
    return text.replace(*chance.choice(found), 1) if found else text


def other_numbering(text: str, language: str, chance: random.Random) -> str:
    return re.sub(r"^一、", "1. ", text, flags=re.MULTILINE)


def a_letter_swapped(text: str, language: str, chance: random.Random) -> str:
    words = [found.start() + 2 for found in re.finditer(r"(?<![\w@./])[a-z]{6,}(?![\w@./])", text)]
    if language == "zh" or not words:
        return text
    at = chance.choice(words)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


@pytest.mark.parametrize(
    "edit",
    [a_paragraph_moved, a_counter, other_chrome, other_punctuation, other_words, other_numbering, a_letter_swapped],
)
def test_an_edit_of_words_alone_is_not_material(edit: Callable[[str, str, random.Random], str]) -> None:
    chance, wrong, tried = random.Random(5), [], 0
    for name, reading, before in documents():
        text = edit(reading.source_text, reading.language, chance)
        if text == reading.source_text:
            continue
        tried += 1
        material, told, _ = judged(reading, before, text)
        if material:
            wrong.append((name, told))
    assert len(wrong) <= (1 - RIGHT) * tried, wrong


def older_programs(summary: Summary, chance: random.Random) -> Iterator[Summary]:
    """What a program that read less, and proved fewer roles, would have stored of the same text."""
    kept = tuple(fact for fact in summary.facts if chance.random() < 0.5)
    yield replace(summary, facts=kept)
    yield replace(summary, facts=tuple(replace(fact, role=None, condition=None) for fact in summary.facts))
    yield replace(summary, facts=(), evidence=(), audiences=(), audience_words=())


def test_a_summary_that_an_older_program_wrote_of_the_same_words_shows_no_change() -> None:
    chance = random.Random(6)
    seen = Counter(
        judged(
            reading, older, a_counter(other_chrome(reading.source_text, reading.language, chance), reading.language, chance)
        )[0]
        for _, reading, summary in documents()[:30]
        for older in older_programs(summary, chance)
    )
    assert seen == {False: 90}
