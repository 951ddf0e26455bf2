"""What a reader sees: every answer, in their language, on every channel, and no number that the document does not have."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from html import unescape
from typing import Any, get_args

import pytest

from pushsvc import resources
from pushsvc.channels.rendering import Renderer, Story, Told, tell_reason, tell_reasons
from pushsvc.channels.rendering.lengths import shorten, sms_length
from pushsvc.channels.rendering.wechat import LIMITS
from pushsvc.channels.rendering.words import catalogue
from pushsvc.domain.interpretations import Related, Relatives
from pushsvc.domain.notices import Message, NoticeKind
from pushsvc.domain.publications import PUBLICATION_TYPES
from pushsvc.domain.summaries import Contact, Fact, Summary, Wording
from tests.unit.post_office import SOURCE, URL, PlainLinks, a_summary

ENGLISH = Summary(
    "Home heating grant", "en",
    {"en": Wording(
        "Heating grant of up to £500 for older households", "Households can get up to £500. Apply online by 31 March.",
        "Heating grant up to £500, apply by 31 March", "Apply online by 31 March.",
        {"issuer": "Cardiff Council", "deadline": "31 March", "amount": "up to £500"},
    )},
    contacts=(Contact("phone", "029 2087 2087"),), audience_words=("older households",), unknown=("contact",),
)  # fmt: skip
ID = "dlv_" + "ab" * 16


def told(kind: NoticeKind = "new", summary: Summary | None = None, **more: Any) -> Told:
    said: dict[str, Any] = {
        "eligibility": "yes", "reasons": {"0": ("region:510100", "topic:养老", "any_of:适老化改造")},
        "site_name": "成都市民政局",
    }  # fmt: skip
    return Told(f"ntc_{kind}", kind, "pub_a", summary or a_summary(), URL, **(said | more))


def write(*tellings: Told, channel: str = "email", kind: str | None = None, language: str = "zh") -> Message:
    story = Story(channel, kind or tellings[0].kind, language, tellings, "key")  # type: ignore[arg-type]
    return Renderer().segment(story).fill(ID, "reader@mail.example", PlainLinks())


def seen(html: str) -> str:
    """What is on the screen: no tags, no style."""
    return unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)))


@pytest.mark.parametrize(("language", "words"), [("zh", "看官方解读"), ("en", "Read the official explanation")])
def test_an_email_points_to_the_official_interpretation_in_fixed_words(language: str, words: str) -> None:
    guide = Related("pub_b", "2026年办法解读之99问", "https://www.jc.gov.example/jd")
    message = write(told(relatives=Relatives(explained_by=(guide,))), language=language)
    assert words in message.text
    assert guide.url in message.text
    assert f'href="{guide.url}"' in message.html
    assert "99" not in seen(message.html)  # the guide's own title may hold figures that the document does not have


@pytest.mark.parametrize("slot", ["3000元", "最高3000元", "每户最高3000元"])
def test_a_cap_is_said_to_be_one_once(slot: str) -> None:
    wording = replace(a_summary().wording("zh"), slots={"amount": slot})
    facts = (Fact("amount", 3000, "3000元", 0, 5, "subsidy_max"), Fact("amount", 500, "500元", 9, 13, "fee"))
    message = write(told(summary=replace(a_summary(), wordings={"zh": wording}, facts=facts)))
    assert f"金额：{slot if '最高' in slot else '最高3000元'}\n" in message.text


def test_a_withdrawal_points_to_no_interpretation() -> None:
    guide = Related("pub_b", "办法解读", "https://www.jc.gov.example/jd")
    assert guide.url not in write(told("withdrawal", relatives=Relatives(explained_by=(guide,)))).html


@pytest.mark.parametrize("part", ["text", "html"])
def test_an_email_answers_what_a_reader_asks(part: str) -> None:
    message = write(told(eligibility="unknown", summary=a_summary(unknown=("deadline",))))
    shown = message.text if part == "text" else seen(message.html)
    for answer in (
        "居家适老化改造，最高补贴3000元",  # what
        "60周岁以上老年人家庭",  # who it is for
        "最高3000元",  # how much
        "4月30日",  # by when
        "请在4月30日前到社区申请。",  # what to do
        "028-86123456",  # whom to call
        "原文没有写明：截止时间。",
        "我们不知道您的情况是否符合",
        "您关注的地方在成都市",
        "您关注“养老”",
        "您关注的词：“适老化改造”",
        "成都市民政局",
        "退订",
    ):
        assert answer in shown, answer
    for link in (URL, f"https://push.example/m/{ID}", f"https://push.example/u/{ID}"):
        assert link in (message.text if part == "text" else message.html)


@pytest.mark.parametrize("kind", get_args(NoticeKind))
@pytest.mark.parametrize("channel", ["email", "sms", "wechat"])
def test_every_digit_of_every_message_stands_in_the_source(channel: str, kind: NoticeKind) -> None:
    message = write(told(kind, change={"zh": "截止时间改为4月30日。"}, eligibility="unknown"), channel=channel)
    for shown in (message.subject, message.text, seen(message.html), *message.slots.values()):
        plain = re.sub(r"https?://\S+", "", shown)
        for number in re.findall(r"[0-9]+", plain):
            assert number in SOURCE, (number, plain)


def test_no_markup_outside_of_tags_carries_a_digit() -> None:
    message = write(told(summary=a_summary(title="引号\"和'")))
    style = message.html.partition("<style>")[2].partition("</style>")[0]
    assert not re.search(r"[0-9]", style)
    assert "&#" not in message.html


def test_a_correction_says_what_changed_and_a_withdrawal_says_do_not_act_on_it() -> None:
    correction = write(told("correction", change={"zh": "截止时间从3月31日改为4月30日。"}))
    assert correction.subject.startswith("更正：")
    assert "改了什么：截止时间从3月31日改为4月30日。" in correction.text
    withdrawal = write(told("withdrawal"))
    assert withdrawal.subject.startswith("已撤回：")
    assert "请不要再按它办理" in withdrawal.text
    assert "您要做的" not in withdrawal.text
    assert "4月30日" not in withdrawal.text
    assert URL in withdrawal.text
    assert "快到截止时间" in write(told("reminder")).text


def test_a_digest_tells_each_of_its_notices() -> None:
    other = a_summary(wordings={"zh": Wording("停水通知", "明天停水。", "停水通知")})
    message = write(told(), told("reminder", other), kind="digest")
    assert message.subject == "为您汇总：居家适老化改造，最高补贴3000元，还有别的"
    assert "居家适老化改造" in message.text
    assert "停水通知" in message.text
    assert message.text.count(URL) == 2
    assert message.html.count("<h1") == 2


def test_a_reader_of_the_other_language_gets_the_documents_own_words_and_is_told_so() -> None:
    message = write(told(summary=ENGLISH), language="zh")
    assert "原文是英文" in message.text
    assert "Households can get up to £500." in message.text
    assert "截止时间：31 March" in message.text
    assert 'lang="en"' in message.html


def test_an_english_email_reads_as_english() -> None:
    message = write(told(summary=ENGLISH, eligibility="unknown", site_name=""), language="en")
    for words in ("What to do: Apply online by 31 March.", "By when: 31 March", "Why you got this:", "one step, at once"):
        assert words in message.text
    assert not re.search(r"[\u4e00-\u9fff]", message.text.replace("成都市", "").replace("适老化改造", ""))


def test_hostile_words_of_a_document_stay_words() -> None:
    evil = a_summary(wordings={"zh": Wording("<script>alert(1)</script>{{ 7*7 }}", "<b>粗</b>\r\nBcc: x@y", "x")})
    message = write(told(summary=evil))
    assert "<script>" not in message.html
    assert "{{ 7*7 }}" in message.text
    assert "\n" not in message.subject
    assert "\r" not in message.subject


def test_an_email_says_how_to_leave_in_its_headers() -> None:
    headers = write(told()).headers
    assert headers["List-Unsubscribe"] == f"<https://push.example/u/{ID}>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_phone_number_can_be_dialled_and_an_address_is_not() -> None:
    html = write(told(summary=a_summary(contacts=(Contact("phone", "028-86123456"), Contact("email", "mz@cd.example"))))).html
    assert 'href="tel:02886123456"' in html
    assert "mz@cd.example" in html
    assert html.count("tel:") == 1


def test_an_email_needs_no_image_and_nothing_from_elsewhere() -> None:
    html = write(told()).html
    assert "<img" not in html
    assert "<script" not in html
    assert "<link" not in html
    assert "url(" not in html


def test_equal_stories_are_written_once() -> None:
    renderer = Renderer()
    story = Story("email", "new", "zh", (told(),), "same")
    assert renderer.segment(story) is renderer.segment(replace(story))


def test_an_sms_carries_signature_short_and_link_and_counts_as_few() -> None:
    message = write(told(), channel="sms")
    assert message.text == f"【政策到家】适老化改造补贴最高3000元，4月30日前申请 https://push.example/s/{ID[-10:]}"
    assert sms_length(message.text).segments == 1
    english = write(told(summary=ENGLISH), channel="sms", language="en")
    assert sms_length(english.text).encoding == "gsm7"
    assert sms_length(english.text).segments == 1


def test_a_digest_by_sms_says_that_there_is_more() -> None:
    message = write(told(), told("new", a_summary()), channel="sms", kind="digest")
    assert "4月30日前申请，还有别的 https://" in message.text


def test_the_signature_has_at_most_six_signs() -> None:
    assert all(len(catalogue(language)["signature"]) <= 6 for language in ("zh", "en"))


def test_an_sms_of_a_long_short_keeps_its_numbers_whole() -> None:
    long = "补" * 60 + "，最高补贴3000元，" + "请" * 80 + "12345678901"
    summary = a_summary(wordings={"zh": Wording("标题", "文", long)})
    message = write(told(summary=summary), channel="sms")
    assert sms_length(message.text.replace("https://push.example/s/" + ID[-10:], "x" * 40)).segments <= 2
    assert all(number in ("3000", "12345678901") for number in re.findall(r"[0-9]+", message.text.partition(" http")[0]))


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments"),
    [
        ("a" * 160, "gsm7", 160, 1),
        ("a" * 161, "gsm7", 161, 2),
        ("a" * 306, "gsm7", 306, 2),
        ("a" * 307, "gsm7", 307, 3),
        ("€" * 80, "gsm7", 160, 1),
        ("€" * 81, "gsm7", 162, 2),
        ("政" * 70, "ucs2", 70, 1),
        ("政" * 71, "ucs2", 71, 2),
        ("政" * 134, "ucs2", 134, 2),
        ("政" * 135, "ucs2", 135, 3),
        ("a" * 69 + "’", "ucs2", 70, 1),
        ("😀" * 35, "ucs2", 70, 1),
        ("😀" * 67, "ucs2", 134, 3),
    ],
)
def test_an_sms_is_as_long_as_the_carrier_says(text: str, encoding: str, units: int, segments: int) -> None:
    length = sms_length(text)
    assert (length.encoding, length.units, length.segments) == (encoding, units, segments)


@pytest.mark.parametrize(
    ("text", "most", "expected"),
    [
        ("短句", 20, "短句"),
        ("每户最高补贴3000元，请在4月30日前到社区申请", 12, "每户最高补贴3000元…"),
        ("补贴123456789元", 8, "补贴…"),
        ("最高补贴3.5万元请申请", 8, "最高补贴…"),
        ("Apply online by Wednesday", 17, "Apply online by…"),
        ("20260301", 5, ""),
    ],
)
def test_words_are_shortened_where_they_may_end(text: str, most: int, expected: str) -> None:
    assert shorten(text, most) == expected
    assert len(shorten(text, most)) <= most


def test_wechat_fields_keep_their_limits_and_never_half_a_number() -> None:
    summary = a_summary(wordings={"zh": Wording("题" * 40, "文", "短", "请" * 18 + "13800000000", {"matter": "事" * 30})})
    slots = dict(write(told(summary=summary), channel="wechat").slots)
    assert slots.pop("url") == f"https://push.example/m/{ID}"
    fields = {name: value for name, value in slots.items() if name[-1].isdigit()}
    assert fields
    for field, value in fields.items():
        assert 0 < len(value) <= LIMITS[field.rstrip("0123456789")]
        assert not re.search(r"1[0-9]", value)


@pytest.mark.parametrize(
    ("reason", "zh", "en"),
    [
        ("region:CN", "这是面向全国的消息", "it is for the whole country"),
        ("region:510000", "您关注的地方在四川省", "your place is in Sichuan"),
        ("follows:510000", "您关注四川省", "you follow Sichuan"),
        ("industry:C39", "您关注的行业：计算机、通信和其他电子设备制造业", None),
        ("type:recruitment", "您关注招聘类消息", "you follow this kind: jobs"),
        ("site:5101000012", "您关注“成都市民政局”发布的消息", "you follow “成都市民政局”"),
        ("region:999999", "", ""),
        ("attribute:age", "", ""),
        ("type:unheard", "", ""),
    ],
)
def test_a_reason_is_told_in_words(reason: str, zh: str, en: str | None) -> None:
    sites = {"5101000012": "成都市民政局"}
    assert tell_reason(reason, "zh", sites) == zh
    if en is not None:
        assert tell_reason(reason, "en", sites).startswith(en)


def test_a_reason_of_two_interests_is_told_once() -> None:
    assert len(tell_reasons({"0": ("topic:养老",), "1": ("topic:养老", "region:CN")}, "zh")) == 2


def test_both_catalogues_have_the_same_keys_and_no_digit() -> None:
    zh, en = catalogue("zh"), catalogue("en")
    assert zh.keys() == en.keys()
    assert not [key for said in (zh, en) for key, word in said.items() if re.search(r"[0-9]", word)]
    assert all(f"type.{name}" in zh for name in PUBLICATION_TYPES)


def test_every_place_in_a_word_is_one_that_its_twin_has() -> None:
    zh, en = catalogue("zh"), catalogue("en")
    for key in zh:
        assert set(re.findall(r"\{(\w+)\}", zh[key])) == set(re.findall(r"\{(\w+)\}", en[key])), key


def test_the_fields_of_the_wechat_template_are_of_known_types() -> None:
    fields = tomllib.loads(resources.text("wechat/fields.toml"))
    assert all(field.rstrip("0123456789") in LIMITS for field in fields)


def test_an_amount_of_somebody_elses_is_no_answer_to_how_much() -> None:
    facts = (Fact("amount", 100, "1亿元", 0, 3, "budget"), Fact("amount", 3000, "3000元", 0, 5, "subsidy_max"))
    wordings = {"zh": Wording("题", "文", "短")}
    text = write(told(summary=a_summary(wordings=wordings, facts=facts))).text
    assert "金额：3000元" in text
    assert "1亿元" not in text


def test_who_it_is_for_is_named_by_group_where_the_document_has_no_words_for_it() -> None:
    assert "适用对象：老年人" in write(told(summary=a_summary(audience_words=(), audiences=("老年人",)))).text


def test_something_unknown_that_has_no_word_is_left_out() -> None:
    assert "原文没有写明" not in write(told(summary=a_summary(unknown=("weather",)))).text


@pytest.mark.parametrize(
    ("action", "note"),
    [
        ("请于12时前转移到高处", "请于12时前转移到高处"),
        ("请沿河低洼地带的居民于3月2日12:00前转移到指定的安置点", "点开看原文和办法"),
    ],
)
def test_a_wechat_note_says_what_to_do_whole_or_where_to_read_it(action: str, note: str) -> None:
    words = ENGLISH.wordings["en"]
    summary = replace(ENGLISH, language="zh", wordings={"zh": replace(words, action=action, short="紧急通知" * 7)})
    assert write(told(summary=summary), channel="wechat").slots["note"] == note
