"""A web address in a title is no part of its words."""

from pushsvc.plain.lines import summary_line

TEXT = "本市65周岁以上老年人可以免费体检一次。请于2026年12月31日前到社区卫生服务中心预约。电话：028-12345678。"


def test_an_address_in_a_title_is_told_neither_whole_nor_cut() -> None:
    title = "关于开展免费体检的通知 https://other.example/abc?x=1"
    line = summary_line({"id": "a", "title": title, "content_text": TEXT}, False)
    said = [line["headline"], line["short"], line["text"], line["slots"]["matter"]]
    assert [words for words in said if "http" in words] == []
    assert "免费体检" in line["headline"]


def test_a_title_that_is_only_an_address_stays() -> None:
    line = summary_line({"id": "a", "title": "https://other.example/abc", "content_text": TEXT}, False)
    assert line["headline"]
