"""Each field of an event keeps its rule, and each broken rule is named with its field."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pushsvc.errors import BadInput
from pushsvc.sites import cloudevents
from pushsvc.sites.bodies import Malformed, TooLarge, read_json
from pushsvc.sites.event_fields import EventFields
from pushsvc.sites.events import CheckedEvent, check_event
from pushsvc.sites.registry import Site
from tests.unit.intake_builders import CHENGDU, PAGE

SITE = Site(CHENGDU, "成都市人民政府", "成都市人民政府办公厅", "510100", ("510100",))


def checked(**said: Any) -> CheckedEvent:
    return check_event({"url": PAGE, **said}, SITE)


def problems(**said: Any) -> dict[str, str]:
    with pytest.raises(BadInput) as refused:
        checked(**said)
    return {problem.field: problem.message for problem in refused.value.problems}


def test_a_url_alone_is_an_event_whose_page_is_to_be_fetched() -> None:
    event = checked()
    assert (event.event, event.site, event.address, event.body) == ("published", CHENGDU, PAGE, None)
    assert event.declared == {}
    assert event.published_at is None


def test_the_whole_event_of_the_contract_is_accepted() -> None:
    event = checked(
        event="updated", site=CHENGDU, published_at="2026-03-01T09:00:00+08:00", title=" 高龄 津贴 ",
        content_html="<p>正文</p>",
        language="zh", type="notice", doc_number="成民发〔2026〕1号", regions=["510104", "510100", "510104"],
        topics=["养老"], audiences=["older people"], industries=["c39", "C3911"],
        eligibility={"age": {"min": 60}, "headcount": {"max": 300.5}}, interprets="https://www.gov.example/x",
        supersedes=None, urgency="normal", test=True,
        attachments=[{"name": "表", "type": "application/pdf", "content_base64": "QUJD"}],
    )  # fmt: skip
    assert event.declared["title"] == "高龄 津贴"
    assert event.declared["regions"] == ["510100", "510104"]
    assert event.declared["audiences"] == ["老年人"]
    assert event.declared["industries"] == ["C39", "C3911"]
    assert event.declared["eligibility"] == {"age": {"min": 60}, "headcount": {"max": 300.5}}
    assert event.declared["supersedes"] is None
    assert event.published_at == datetime(2026, 3, 1, 1, 0, tzinfo=UTC)
    assert event.test
    assert event.body is not None
    assert event.body.content.decode() == "<p>正文</p>"
    assert [(each.name, each.type, each.body) for each in event.attachments] == [("表", "application/pdf", b"ABC")]
    assert event.notes == ()


def test_an_attachment_by_its_address_is_linked_and_the_note_says_so() -> None:
    event = checked(attachments=[{"name": "表", "url": "https://www.gov.example/a.pdf"}])
    assert [(each.url, each.body) for each in event.attachments] == [("https://www.gov.example/a.pdf", None)]
    assert "not read" in event.notes[0]


def test_unsaid_null_and_empty_differ_as_they_should() -> None:
    assert "topics" not in checked().declared
    said = checked(topics=None, regions=[], eligibility={}, title="").declared
    assert said == {"topics": None, "regions": None, "eligibility": None, "title": None}


def test_an_emergency_travels_as_urgent_and_says_so() -> None:
    event = checked(urgency="emergency")
    assert event.declared["urgency"] == "emergency"
    assert "travels as urgent" in event.notes[0]
    assert "approvals" in event.notes[0]


def test_a_withdrawal_needs_no_content() -> None:
    event = checked(event="withdrawn", content_text="旧文")
    assert event.body is None
    assert "withdrawal needs none" in event.notes[0]


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-03-01T09:00:00", datetime(2026, 3, 1, 1, 0, tzinfo=UTC)),
        ("2026-03-01 09:00", datetime(2026, 3, 1, 1, 0, tzinfo=UTC)),
        ("2026-03-01", datetime(2026, 2, 28, 16, 0, tzinfo=UTC)),
        ("2026-03-01T01:00:00Z", datetime(2026, 3, 1, 1, 0, tzinfo=UTC)),
    ],
)
def test_a_time_without_a_zone_is_shanghai_time(written: str, moment: datetime) -> None:
    assert checked(published_at=written).published_at == moment


def test_the_nation_is_written_one_way_and_only_for_those_who_reach_it() -> None:
    ministry = Site("bm01000001", "", "", "CN", ("CN",))
    assert check_event({"url": PAGE, "regions": ["000000", "CN-SC"]}, ministry).declared["regions"] == ["510000", "CN"]
    assert "out of the reach of 5101000012" in problems(regions=["510104", "000000"])["regions[1]"]


@pytest.mark.parametrize(
    ("said", "field", "rule"),
    [
        ({"url": "ftp://x.example/"}, "url", "must begin with https://"),
        ({"url": 7}, "url", "must be text"),
        ({"event": "deleted"}, "event", '"deleted" is not one of published, updated or withdrawn'),
        ({"site": "1101000001"}, "site", "is not 5101000012"),
        ({"published_at": "next week"}, "published_at", "2026-03-01T09:00:00+08:00"),
        ({"published_at": 1772326800}, "published_at", "must be text"),
        ({"published_at": "0001-01-01T00:00:00+08:00"}, "published_at", "is no time"),
        ({"published_at": "9999-12-31T23:59:59-12:00"}, "published_at", "is no time"),
        ({"title": "a\x00b"}, "title", "control characters"),
        ({"title": "长" * 501}, "title", "more than 500 characters"),
        ({"content_text": "  \n"}, "content_text", "is empty"),
        ({"content_html": "a\x00"}, "content_html", "U+0000 at character 2"),
        ({"content_html": "a", "content_text": "b"}, "content_text", "exclude each other"),
        ({"language": "fr"}, "language", "zh or en"),
        ({"type": "law"}, "type", "notice, policy"),
        ({"regions": "510100"}, "regions", "must be a list"),
        ({"regions": ["510100", "99"]}, "regions[1]", "neither six digits"),
        ({"regions": [510100]}, "regions[0]", "must be text"),
        ({"regions": ["510100"] * 501}, "regions", "more than 500 values"),
        ({"topics": ["T9999"]}, "topics[0]", "no code"),
        ({"audiences": ["火星人"]}, "audiences[0]", "not in the list"),
        ({"industries": ["39"]}, "industries[0]", "section letter"),
        ({"eligibility": {"age": {"min": 80, "max": 60}}}, "eligibility.age", "min 80 is above max 60"),
        ({"eligibility": {"age": {}}}, "eligibility.age", "needs min, max or both"),
        ({"eligibility": {"age": {"min": "60"}}}, "eligibility.age.min", "must be a number"),
        ({"eligibility": {"age": {"min": True}}}, "eligibility.age.min", "must be a number"),
        ({"eligibility": {"age": {"min": 1e300}}}, "eligibility.age.min", "too large"),
        ({"eligibility": {"age": {"from": 60}}}, "eligibility.age.from", "not known"),
        ({"eligibility": {"Age!": {"min": 1}}}, "eligibility.Age!", "no attribute name"),
        ({"eligibility": [60]}, "eligibility", "must be an object"),
        ({"interprets": "file:///etc/passwd"}, "interprets", "must begin with https://"),
        ({"urgency": "high"}, "urgency", "normal, urgent or emergency"),
        ({"attachments": [{"name": "a"}]}, "attachments[0]", "either content_base64 or url"),
        ({"attachments": [{"name": "a", "content_base64": "***"}]}, "attachments[0].content_base64", "not base64"),
        ({"attachments": [{"name": "a", "url": "javascript:1"}]}, "attachments[0].url", "https://"),
        ({"test": "yes"}, "test", "true or false"),
        ({"titel": "x"}, "titel", 'did you mean "title"?'),
        ({"colour": "x"}, "colour", "leave it out"),
    ],
)
def test_a_bad_field_is_named_with_its_rule(said: dict[str, Any], field: str, rule: str) -> None:
    found = problems(**said)
    assert field in found
    assert rule in found[field]


def test_every_bad_field_is_named_at_once() -> None:
    assert set(problems(event="x", regions=["1"], test=1)) == {"event", "regions[0]", "test"}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"[]", "one JSON object"),
        (b'"x"', "one JSON object"),
        ('{"title": "政策"}'.encode("gbk"), "not UTF-8"),
        (b'{"a": 1, "a": 2}', '"a" stands twice'),
        (b'{"a": NaN}', "no JSON number"),
        (b'{"a": ' + b"9" * 5000 + b"}", "more digits"),
        (b'{"a": "\\ud800"}', "surrogate"),
        (b'{"a": ' + b"[" * 30 + b"]" * 30 + b"}", "nested"),
        (b"[" * 200_000, "nested"),
    ],
)
def test_a_body_that_two_readers_could_read_in_two_ways_is_malformed(body: bytes, reason: str) -> None:
    with pytest.raises(Malformed, match=reason):
        read_json(body)


def test_a_body_over_five_mebibytes_is_too_large() -> None:
    with pytest.raises(TooLarge, match="5 MiB"):
        read_json(b" " * (5 * 1024 * 1024 + 1))


ENVELOPE = '{"specversion":"1.0","id":"ce-1","source":"/cms","type":"%s","siteidcode":"5101000012","data":%s}'


def test_a_structured_cloudevent_carries_the_event_its_site_and_its_word() -> None:
    envelope = cloudevents.read_structured((ENVELOPE % ("cn.gov.page.withdrawn", f'{{"url":"{PAGE}"}}')).encode())
    assert envelope.document == {"url": PAGE, "site": CHENGDU, "event": "withdrawn"}
    assert envelope.cloudevent_id == "ce-1"


def test_a_binary_cloudevent_decides_nothing_by_headers_that_nobody_signed() -> None:
    headers = {"ce-specversion": "1.0", "ce-id": "1", "ce-source": "/", "ce-type": "page.withdrawn"}
    with pytest.raises(BadInput, match="ce-type"):
        cloudevents.read_binary(headers, f'{{"url":"{PAGE}"}}'.encode())
    assert cloudevents.read_binary(headers, f'{{"url":"{PAGE}","event":"withdrawn"}}'.encode()).cloudevent_id == "1"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ('{"specversion":"1.0"}', "id"),
        ('{"specversion":"0.3","id":"1","source":"/","type":"x","data":{}}', "specversion"),
        ('{"specversion":"1.0","id":"1","source":"/","type":"x","data":"text"}', "data"),
        ('{"specversion":"1.0","id":"1","source":"/","type":"x","data_base64":"*"}', "data_base64"),
        ('{"specversion":"1.0","id":"1","source":"/","type":"x","datacontenttype":"text/xml","data":{}}', "datacontenttype"),
        (ENVELOPE % ("x", '{"site":"1101000001"}'), "siteidcode"),
        (ENVELOPE % ("x.withdrawn", '{"event":"published"}'), "type"),
    ],
)
def test_a_bad_envelope_names_its_attribute(body: str, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        cloudevents.read_structured(body.encode())
    assert field in [problem.field for problem in refused.value.problems]


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from([*EventFields.model_fields, "other"]), ANY_JSON, max_size=4))
def test_whatever_a_field_holds_the_event_is_checked_or_refused_by_name(said: dict[str, Any]) -> None:
    try:
        event = check_event({"url": PAGE, **said}, SITE)
    except BadInput as error:
        named = {problem.field.split(".")[0].split("[")[0] for problem in error.problems}
        unknown = named - {*said, "", "url"}
    else:
        unknown = set() if event.address == PAGE else {event.address}
    assert unknown == set()
