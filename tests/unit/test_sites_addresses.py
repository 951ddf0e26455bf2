"""Every road to a page leads to one address, and no hostile URL gets past the door."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushsvc.errors import BadInput
from pushsvc.sites.addresses import canonical, parse


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("HTTP://WWW.SC.gov.example:80/a.html#top", "https://www.sc.gov.example/a.html"),
        ("https://www.sc.gov.example:443", "https://www.sc.gov.example/"),
        ("https://www.sc.gov.example:8443/zt/", "https://www.sc.gov.example:8443/zt/"),
        ("https://www.sc.gov.example./a/./b/../c", "https://www.sc.gov.example/a/c"),
        ("https://www.sc.gov.example/a/%2e%2e/b", "https://www.sc.gov.example/b"),
        ("https://www.sc.gov.example/../../b/..", "https://www.sc.gov.example/"),
        ("https://www.sc.gov.example/%7euser/%b3%c9", "https://www.sc.gov.example/~user/%B3%C9"),
        ("https://www.sc.gov.example/政策?名=值", "https://www.sc.gov.example/%E6%94%BF%E7%AD%96?%E5%90%8D=%E5%80%BC"),
        ("https://www.sc.gov.example/a?b=2&utm_source=x&a=1&UTM_medium=y", "https://www.sc.gov.example/a?b=2&a=1"),
        ("https://www.sc.gov.example/a?utm_source=x", "https://www.sc.gov.example/a"),
        ("https://政府.example/a", "https://xn--mxtq1m.example/a"),
        ("https://[2001:DB8::0:1]:8443/a", "https://[2001:db8::1]:8443/a"),
    ],
)
def test_one_page_has_one_address(written: str, address: str) -> None:
    assert canonical(written) == address


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("ftp://www.sc.gov.example/a", "must begin with https://"),
        ("javascript:alert(1)", "must begin with https://"),
        ("www.sc.gov.example/a", "must begin with https://"),
        ("", "must begin with https://"),
        ("https:///a", "has no host"),
        ("https://user:pass@www.sc.gov.example/a", "user name"),
        ("https://www.sc.gov.example\\@evil.example/", "U+005C"),
        ("https://www.sc.gov.example/a b", "U+0020"),
        ("https://www.sc.gov.example/a\r\nHost: x", "U+000D"),
        ("https://www.sc.gov.example/a\u202egnp", "U+202E"),
        ("https://www.sc.gov.example:99999/", "no URL"),
        ("https://www.sc.gov.example:x/", "no URL"),
        ("https://[::1/", "no URL"),
        ("https://-a.example/", "no domain name"),
        ("https://a..example/", "no domain name"),
        ("https://" + "a" * 64 + ".example/", "no domain name"),
        ("https://www.sc.gov.example/chengdu/..%2fbeijing", "step up"),
        ("https://www.sc.gov.example/a%5cb", "backslash"),
        ("https://www.sc.gov.example/a%00b", "zero byte"),
        ("https://www.sc.gov.example/" + "a" * 2000, "2000 characters"),
        ("https://www.sc.gov.example/" + "政" * 400, "2000 characters once"),
    ],
)
def test_a_url_that_could_mean_two_things_is_refused_with_the_rule(written: str, rule: str) -> None:
    with pytest.raises(BadInput) as refused:
        canonical(written)
    assert rule in refused.value.problems[0].message
    assert refused.value.problems[0].field == "url"


def test_the_url_to_fetch_keeps_its_scheme_and_parameters() -> None:
    assert parse("http://www.sc.gov.example/a?utm_source=x").url == "http://www.sc.gov.example/a?utm_source=x"


@given(st.text(max_size=60))
def test_any_tail_gives_a_stable_address_or_a_clear_error(tail: str) -> None:
    once = None
    with suppress(BadInput):
        once = canonical("https://www.sc.gov.example/" + tail)
    if once is not None:
        again = canonical(once)  # what we wrote ourselves is never refused
        assert again == once
        assert once.isascii()
