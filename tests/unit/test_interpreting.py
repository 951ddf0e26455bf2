"""Which document an interpretation explains: read from its title, its links, and what the site declares."""

from __future__ import annotations

import pytest

from pushsvc.domain.interpretations import Hint
from pushsvc.domain.publications import Reading
from pushsvc.plain.interpreting import folded, names_and_hints


def a_page(title: str, *, links: tuple[tuple[str, str], ...] = (), text: str = "正文" * 60) -> Reading:
    return Reading(text, title, "zh", links=links)


@pytest.mark.parametrize(
    ("interpretation", "policy"),
    [
        ("《江城市公租房管理办法》政策解读", "江城市住建局关于印发《江城市公租房管理办法》的通知"),
        ("关于《江城市公租房管理办法（试行）》的解读说明", "江城市公租房管理办法(试行)"),
        ("一图读懂《江城市长者助餐办法》", "关于印发《江城市长者助餐办法》的通知"),
        ("【政策解读】关于促进就业若干措施", "江城市人社局关于促进就业若干措施"),
        ("关于促进房地产市场平稳健康发展的若干措施解读", "关于促进房地产市场平稳健康发展的若干措施"),
    ],
)
def test_an_interpretation_names_in_its_title_what_it_explains(interpretation: str, policy: str) -> None:
    named = names_and_hints(a_page(interpretation), {})
    wanted = {hint.name for hint in named.hints if hint.relation == "interprets"}
    assert named.explains
    assert wanted & set(names_and_hints(a_page(policy), {}).names)


def test_a_link_to_the_full_text_is_a_hint_and_other_links_are_none() -> None:
    links = (("政策原文", "./t1.html"), ("首页", "/"), ("《公租房管理办法》", "https://www.jc.example/a"), ("联系我们", "/c"))
    named = names_and_hints(a_page("公租房政策问答", links=links), {})
    assert [hint.address for hint in named.hints if hint.how == "link"] == ["./t1.html", "https://www.jc.example/a"]


def test_a_policy_says_by_a_link_which_page_explains_it() -> None:
    links = (("【图解】公租房怎么申请", "/jd/1.html"), ("附件1", "/1.docx"))
    named = names_and_hints(a_page("公租房管理办法", links=links), {})
    assert not named.explains
    assert Hint("interpreted_by", "link", address="/jd/1.html") in named.hints
    assert all(hint.address != "/1.docx" for hint in named.hints)


def test_a_page_that_names_many_documents_explains_none_of_them_by_name() -> None:
    named = names_and_hints(a_page("《甲管理办法》《乙管理办法》《丙管理办法》解读"), {})
    assert not [hint for hint in named.hints if hint.how == "name"]


def test_what_the_site_declares_comes_first() -> None:
    named = names_and_hints(a_page("说明"), {"interprets": "https://www.jc.example/t1"})
    assert named.explains
    assert named.hints[0] == Hint("interprets", "declared", address="https://www.jc.example/t1")


def test_an_ordinary_notice_neither_explains_nor_hints() -> None:
    named = names_and_hints(a_page("关于2026年春节放假的通知", links=(("更多通知", "/list"),)), {})
    assert (named.explains, named.hints) == (False, ())


def test_two_writings_of_one_title_fold_to_one_name() -> None:
    assert folded("《公租房管理办法（试行）》") == folded("公租房管理办法(试行) ")
