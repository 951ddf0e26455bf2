"""The glossary changes words and nothing else."""

from __future__ import annotations

import re

import pytest

from pushsvc.domain.languages import Language
from pushsvc.plain.writing import glossary

LANGUAGES: tuple[Language, ...] = ("zh", "en")
EVERY = [(language, entry) for language in LANGUAGES for entry in glossary.entries(language)]


@pytest.mark.parametrize(("language", "entry"), EVERY, ids=[entry.office for _, entry in EVERY])
def test_every_entry_does_to_its_example_what_it_says(language: Language, entry: glossary.Entry) -> None:
    before, after = entry.example
    assert glossary.plainer(before, language) == after


@pytest.mark.parametrize(("language", "entry"), EVERY, ids=[entry.office for _, entry in EVERY])
def test_no_entry_touches_a_number(language: Language, entry: glossary.Entry) -> None:
    assert not re.search(r"\d", entry.office + entry.plain)


def test_no_office_word_has_two_plain_words() -> None:
    offices = [(language, entry.office) for language, entry in EVERY]
    assert len(offices) == len(set(offices))


def test_a_word_inside_another_word_stays() -> None:
    said = "人均可支配收入。平均可达100元。不仅限本市。"
    assert glossary.plainer(said, "zh") == said
