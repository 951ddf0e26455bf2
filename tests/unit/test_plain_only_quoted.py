"""A document of which nothing can be told in plain words is quoted, in the other language too, once."""

from __future__ import annotations

from pushsvc.plain import read_document, summarise

STORY = "'Everybody in the team was kind to me, and I got all the help that I needed to get back on my feet in the end.'"


def test_the_chinese_text_quotes_the_source_and_not_our_english_quotation_of_it() -> None:
    summary = summarise(read_document(None, STORY, "Maria, age 41, Leeds"), {})
    assert summary.wording("en").text.startswith("The source says: “'Everybody in the team was kind to me")
    text = summary.wording("zh").text
    assert "原文：“'Everybody in the team was kind to me" in text
    assert "The source says" not in text
