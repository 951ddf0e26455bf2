"""A pattern in its quick form finds what it finds as it was written."""

from __future__ import annotations

import re

import pytest

from pushsvc.plain.quick_patterns import Anywhere, quickly

TEXTS = (
    "申请人可申请补贴，对应标准应当公布；请在3月前提交，奖励发放。",
    "既可以到窗口办理，既有房",
    "请",
    "You must apply by 3 May; the mustard may not. Maybe You may",
    "The last line\nmay Apply.",
    "",
)
PATTERNS = (
    r"(?<!申)请(?!人)|[补奖](?:贴|励)|(?<![相对])应当?",
    r"\b(?:must|may|[Yy]ou may)\b|^The|\.$",
    r"(?:^|[，；])(?:既|请?在)|对于?(?=应)|提(?:交|供)?",
    r"(?:申请)?人|补+贴|\.|(?!既有)既",
    r"(?<=有)房|\|",
)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("flags", [0, re.MULTILINE])
def test_the_quick_form_has_the_same_matches(pattern: str, flags: int, text: str) -> None:
    written, quick = re.compile(pattern, flags), quickly(pattern, flags)
    assert [found.span() for found in quick.finditer(text)] == [found.span() for found in written.finditer(text)]
    assert quick.sub("#", text) == written.sub("#", text)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("pattern", [*PATTERNS, r"^[^，]*人|\d月|[^可]申请|(?:^|，)既(?!有)|请"])
def test_anywhere_is_where_the_pattern_is_found(pattern: str, text: str) -> None:
    assert Anywhere(pattern).search(text) == bool(re.search(pattern, text))
    assert Anywhere(pattern.lower(), ignore_case=True).search(text) == bool(re.search(pattern, text, re.IGNORECASE))


@pytest.mark.parametrize("pattern", [r"\d人", r"(?P<who>人)", r"[^，]人", r"人*", r"(?:人|户){1,2}", r"人|"])
def test_what_has_no_quick_form_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"begins|plain|class"):
        quickly(pattern)
