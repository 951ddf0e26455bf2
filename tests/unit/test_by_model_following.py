"""A model may choose, shorten and order what a document says, and not retell it."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.mutations import mutants
from pushsvc.plain import reading_of, summarise
from pushsvc.plain.by_model import Question, question
from pushsvc.plain.by_model.answer import Sentence
from pushsvc.plain.by_model.checking import Checker
from pushsvc.plain.by_model.following import follows
from pushsvc.plain.by_model.signs import steered

SHARED = Path(__file__).parents[2].parent / "shared"
GOLD = Path(__file__).parents[1] / "golden" / "gold"
CORPUS = SHARED / "corpus"
SOURCE = "本区户籍60周岁以上老年人家庭可以申请居家适老化改造补贴，每户最高补贴3000元，但已经享受同类补贴的，不得再次申请。"
ENGLISH = "If you rent your home in Wales, you may apply for the grant before 31 March 2026, but you cannot apply twice."


@pytest.mark.parametrize("text", [SOURCE, "本区户籍60周岁以上老年人家庭可以申请补贴，已经享受同类补贴的，不得再次申请。"])
def test_a_shorter_sentence_with_the_same_meaning_follows(text: str) -> None:
    assert follows(text, [SOURCE], "zh")


@pytest.mark.parametrize(
    "text",
    [
        "本区户籍60周岁以上老年人家庭可以申请居家适老化改造补贴。",  # without the condition
        "本区户籍60周岁以上老年人家庭应当申请居家适老化改造补贴，已经享受同类补贴的，不得再次申请。",
        "本区户籍60周岁以上老年人家庭可以申请居家适老化改造补贴，已经享受同类补贴的，再次申请。",
        "每户最高补贴3000元，本区户籍60周岁以上老年人家庭可以申请，已经享受同类补贴的，不得再次申请。",  # another order
        "本区户籍老年人家庭每户3000元，享受补贴的，不得申请。",  # picked together
        "老人都能领补贴。",
        "",
        "，。",
    ],
)
def test_a_sentence_that_says_something_else_does_not_follow(text: str) -> None:
    assert not follows(text, [SOURCE], "zh")


@pytest.mark.parametrize(
    ("text", "does"),
    [
        (ENGLISH, True),
        ("If you rent your home in Wales, you may apply for the grant before 31 March 2026.", True),
        ("You may apply for the grant before 31 March 2026.", False),
        ("If you rent your home in Wales, you must apply for the grant before 31 March 2026.", False),
        ("If you rent your home in Wales, you may apply for the grant after 31 March 2026.", False),
        ("If you rent your home in Wales, you may apply twice.", False),
    ],
)
def test_the_same_in_english(text: str, does: bool) -> None:
    assert follows(text, [ENGLISH], "en") is does


def test_a_sentence_may_not_be_put_together_from_two() -> None:
    assert not follows("老年人可以申请；补贴每月200元。", ["老年人可以申请。", "补贴每月200元。"], "zh")


def test_a_hostile_sentence_and_a_hostile_source_cost_little() -> None:
    begun = time.perf_counter()
    for _ in range(20):
        assert not follows("一二" * 300, ["二一" * 5000] * 30, "zh")
        assert not follows("ab " * 40 + "zz", ["ab " * 5000 + "zz"] * 30, "en")
    assert time.perf_counter() - begun < 5


# On the documents of the corpus

on_the_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpus is not beside this checkout")


def lines() -> dict[str, dict[str, Any]]:
    unseen = {path.stem for path in (GOLD.parent / "unseen").glob("*.json")}  # nobody who writes rules looks at these
    found = map(json.loads, (CORPUS / "manifest.jsonl").read_text("utf-8").splitlines())
    return {line["id"]: line for line in found if line["id"] not in unseen}


def a_checker(line: dict[str, Any]) -> tuple[Checker, Question, str]:
    text = (CORPUS / line["text"]).read_text("utf-8")
    reading = reading_of({"title": line["title"], "content_text": text, "published_at": line.get("published_at")})
    asked = question(reading, summary := summarise(reading, {}))
    return Checker(reading, summary, asked), asked, reading.language


def refused(checker: Checker, text: str, *cites: str) -> str | None:
    return steered(text) or checker.sentence(Sentence.model_construct(text=text, cites=cites))


@on_the_corpus
def test_of_the_false_sentences_that_people_wrote_none_is_told_whatever_it_cites() -> None:
    corpus, told, judged = lines(), [], 0
    for path in sorted(GOLD.glob("*.json")):
        gold = json.loads(path.read_text("utf-8"))
        if gold["id"] not in corpus or not gold.get("false_sentences"):
            continue
        checker, asked, _ = a_checker(corpus[gold["id"]])
        for false in gold["false_sentences"]:
            judged += 1
            if not refused(checker, false["sentence"], *asked.sentences, *asked.facts):
                told.append((gold["id"], false["sentence"]))
    assert judged > 100
    assert told == []


def own_sentences(asked: Question, language: str) -> Iterator[tuple[str, str]]:
    """Sentences of the document that are short enough for a summary, under their ids."""
    for name, span in asked.sentences.items():
        length = len(span.text) if language == "zh" else len(span.text.split())
        if span.text.endswith(("。", ".")) and 4 <= length <= (40 if language == "zh" else 25):
            yield name, span.text


@on_the_corpus
def test_of_a_thousand_altered_sentences_one_may_pass_and_nearly_all_unaltered_ones_do() -> None:
    passed, made, kept, own = [], 0, 0, 0
    for line in list(lines().values())[::6]:
        checker, asked, language = a_checker(line)
        for name, text in list(own_sentences(asked, language))[:6]:
            own += 1
            kept += not refused(checker, text, name)
            for mutant in mutants(text, asked.source, language, random.Random(7)):
                made += 1
                if not refused(checker, mutant.text, name):
                    passed.append((line["id"], mutant.kind, mutant.text))
    assert made > 500
    assert len(passed) <= made / 1000, passed
    assert kept / own > 0.95
