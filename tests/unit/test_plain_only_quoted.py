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


def test_in_danger_the_other_language_gets_the_source_s_own_words_of_what_to_do() -> None:
    text = "关于转移避险的紧急通知\n各镇街：\n请沿河低洼地带居民于7月12日18时前转移到就近的安置点。\n某区防汛办\n2026年7月12日"
    document = read_document(None, text, None)
    told = summarise(document, {"type": "emergency"}).wordings
    assert told["en"].short == told["zh"].short
    assert "转移" in told["en"].short
    assert summarise(document, {"type": "notice"}).wordings["en"].short != told["zh"].short
