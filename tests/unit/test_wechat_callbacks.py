"""What WeChat calls us for, sealed by wechatpy and read by us, and the reverse; forged, old, hostile calls."""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
import xmltodict  # type: ignore[import-untyped]
from wechatpy.crypto import WeChatCrypto  # type: ignore[import-untyped]
from wechatpy.utils import check_signature  # type: ignore[import-untyped]

from pushsvc.channels.wechat.account import Account
from pushsvc.channels.wechat.callbacks import WINDOW_SECONDS, WeChatCallbacks
from pushsvc.channels.wechat.pushes import MOST_BYTES
from pushsvc.channels.wechat.sealing import NotOurs, seal, signature, unseal
from pushsvc.clock import FixedClock
from pushsvc.domain.receipts import Callback, Event, Forged, Heard, Incoming, Said, Unreadable
from pushsvc.settings.providers import provider_urls

APP, TOKEN, AES = "wx5823bf96d3bd56c7", "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
OPENID = "otFpruAK8D-E6EfStSYonYSBZ8_4"
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def an_account(**options: str) -> Account:
    query = urlencode({"token": TOKEN, "aes": AES} | options)
    return Account.of(provider_urls(f"wechat://{APP}:secret@api.weixin.qq.com/?{query}", ("wechat",))[0])


READER = WeChatCallbacks(an_account(), FixedClock(NOW))


def an_xml(**fields: str | int) -> str:
    known: dict[str, str | int] = {"ToUserName": "gh_123456789abc", "FromUserName": OPENID, "CreateTime": 1610969440}
    inner = "".join(
        f"<{name}>{value}</{name}>"
        if isinstance(value, int) or value.startswith("<")
        else f"<{name}><![CDATA[{value}]]></{name}>"
        for name, value in (known | fields).items()
    )
    return f"<xml>{inner}</xml>"


def sealed_by_wechatpy(
    text: str, *, app: str = APP, token: str = TOKEN, at: datetime = NOW, nonce: str = "n0nce"
) -> tuple[Mapping[str, str], bytes]:
    stamp = str(int(at.timestamp()))
    body = WeChatCrypto(token, AES, app).encrypt_message(text, nonce, stamp)
    query = {
        "signature": signature(token, stamp, nonce), "timestamp": stamp, "nonce": nonce, "openid": OPENID,
        "encrypt_type": "aes", "msg_signature": xmltodict.parse(body)["xml"]["MsgSignature"],
    }  # fmt: skip
    return query, body.encode()


def read(text: str, **changed: str) -> Heard:
    query, body = sealed_by_wechatpy(text)
    return READER.read(Callback("POST", {**query, **changed}, {}, body))


def test_the_first_call_is_answered_with_its_echo() -> None:
    stamp = str(int(NOW.timestamp()))
    query = {"signature": signature(TOKEN, stamp, "n"), "timestamp": stamp, "nonce": "n", "echostr": "5837397576"}
    assert READER.read(Callback("GET", query, {}, b"")).answer == "5837397576"
    with pytest.raises(Unreadable, match="echostr"):
        READER.read(Callback("GET", query | {"echostr": "x" * 300}, {}, b""))
    with pytest.raises(Forged, match="signature"):
        READER.read(Callback("GET", query | {"nonce": "m"}, {}, b""))


def test_wechatpy_knows_our_signature_and_opens_what_we_seal() -> None:
    stamp = str(int(time.time()))
    check_signature(TOKEN, signature(TOKEN, stamp, "n"), stamp, "n")
    sealed = seal("中文<xml/>".encode(), an_account().aes_key, APP, random.Random(1).randbytes)
    told = {"Encrypt": sealed}
    opened = WeChatCrypto(TOKEN, AES, APP).decrypt_message(told, signature(TOKEN, stamp, "n", sealed), stamp, "n")
    assert (opened if isinstance(opened, str) else opened.decode()) == "中文<xml/>"


def test_we_open_what_wechatpy_seals_whatever_its_length() -> None:
    for length in range(100):
        text = "补x" * length
        query, body = sealed_by_wechatpy(text)
        assert query["encrypt_type"] == "aes"
        sealed = xmltodict.parse(body)["xml"]["Encrypt"]
        assert unseal(sealed, an_account().aes_key, APP).decode() == text


def test_what_is_sealed_for_another_account_or_with_another_key_or_cut_does_not_open() -> None:
    key = an_account().aes_key
    sealed = seal(b"hello", key, APP, random.Random(2).randbytes)
    for broken in (sealed[:-4], sealed[:-1] + "!", "", "AAAA", sealed + sealed):
        with pytest.raises(NotOurs):
            unseal(broken, key, APP)
    with pytest.raises(NotOurs, match="another account"):
        unseal(sealed, key, APP + "x")
    with pytest.raises(NotOurs):
        unseal(sealed, hashlib.sha256(b"another").digest(), APP)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"Event": "subscribe"}, Event("subscribed", OPENID, f"{OPENID} 1610969440 subscribe ")),
        (
            {"Event": "subscribe", "EventKey": "qrscene_abc"},
            Event("subscribed", OPENID, f"{OPENID} 1610969440 subscribe qrscene_abc", scene="abc"),
        ),
        ({"Event": "SCAN", "EventKey": "abc"}, Event("scanned", OPENID, f"{OPENID} 1610969440 SCAN abc", scene="abc")),
        ({"Event": "unsubscribe"}, Event("left", OPENID, f"{OPENID} 1610969440 unsubscribe ")),
    ],
)
def test_what_people_do_is_heard(fields: dict[str, str], said: Event) -> None:
    heard = read(an_xml(MsgType="event", **fields))
    assert (heard.events, heard.answer) == ((said,), "success")


def test_each_agreement_to_a_template_is_heard_and_a_cancelled_one_is_not() -> None:
    items = "".join(
        f"<List><TemplateId><![CDATA[{template}]]></TemplateId>"
        f"<SubscribeStatusString><![CDATA[{what}]]></SubscribeStatusString><PopupScene>2</PopupScene></List>"
        for template, what in (("t1", "accept"), ("t2", "reject"), ("t1", "accept"), ("t3", "accept"))
    )
    heard = read(an_xml(MsgType="event", Event="subscribe_msg_popup_event", SubscribeMsgPopupEvent=items))
    assert [(event.kind, event.template, event.many) for event in heard.events] == [("agreed", "t1", 2), ("agreed", "t3", 1)]
    heard = read(an_xml(MsgType="event", Event="subscribe_msg_change_event", SubscribeMsgChangeEvent=items))
    assert [(event.kind, event.template) for event in heard.events] == [("refused", "t2")]


@pytest.mark.parametrize(
    ("status", "state"),
    [("success", "delivered"), ("failed:user block", "undelivered"), ("failed: system failed", "undelivered")],
)
def test_what_became_of_a_template_message_is_heard(status: str, state: str) -> None:
    heard = read(an_xml(MsgType="event", Event="TEMPLATESENDJOBFINISH", MsgID=200163836, Status=status))
    assert heard.said == (Said(state, "200163836", code=status),)  # type: ignore[arg-type]


def test_a_receipt_of_message_0_names_none() -> None:
    assert read(an_xml(MsgType="event", Event="TEMPLATESENDJOBFINISH", MsgID=0, Status="success")).said == ()


def test_what_became_of_a_subscription_message_is_heard() -> None:
    item = "<List><TemplateId>t</TemplateId><MsgID>19</MsgID><ErrorCode>{}</ErrorCode><ErrorStatus>{}</ErrorStatus></List>"
    for code, status, state in ((0, "success", "delivered"), (3, "user refuse", "undelivered")):
        heard = read(an_xml(MsgType="event", Event="subscribe_msg_sent_event", SubscribeMsgSentEvent=item.format(code, status)))
        assert heard.said == (Said(state, "19", code=status),)  # type: ignore[arg-type]


def test_a_text_is_an_incoming_message_and_other_messages_say_nothing() -> None:
    heard = read(an_xml(MsgType="text", Content="退订\u202e", MsgId=23))
    assert heard.incoming == (Incoming(OPENID, "退订", "23"),)
    for nothing in (an_xml(MsgType="image"), an_xml(MsgType="event", Event="VIEW"), "<xml><InfoType>x</InfoType></xml>"):
        assert read(nothing) == Heard(answer="success")


@pytest.mark.parametrize("changed", ["signature", "timestamp", "nonce", "msg_signature"])
def test_a_call_with_anything_changed_is_forged(changed: str) -> None:
    for value in ("", "0" * 40, "é"):
        with pytest.raises(Forged):
            read(an_xml(MsgType="text", Content="x"), **{changed: value})


def test_a_body_of_another_call_is_forged() -> None:
    query, _ = sealed_by_wechatpy(an_xml(MsgType="event", Event="SCAN"))
    _, body = sealed_by_wechatpy(an_xml(MsgType="event", Event="unsubscribe"))
    with pytest.raises(Forged, match="msg_signature"):
        READER.read(Callback("POST", query, {}, body))


def test_an_unsealed_body_is_forged_though_the_address_is_signed() -> None:
    query, _ = sealed_by_wechatpy("<xml/>")
    with pytest.raises(Forged, match="安全模式"):
        READER.read(Callback("POST", query, {}, an_xml(MsgType="event", Event="unsubscribe").encode()))


@pytest.mark.parametrize("away", [WINDOW_SECONDS + 1, -WINDOW_SECONDS - 1])
def test_a_copy_of_an_old_call_is_forged(away: int) -> None:
    query, body = sealed_by_wechatpy(an_xml(MsgType="event", Event="unsubscribe"), at=NOW - timedelta(seconds=away))
    with pytest.raises(Forged, match="ago"):
        READER.read(Callback("POST", query, {}, body))


def test_a_message_of_another_account_with_our_token_is_forged() -> None:
    query, body = sealed_by_wechatpy(an_xml(MsgType="event", Event="unsubscribe"), app="wx0000000000000000")
    with pytest.raises(Forged, match="another account"):
        READER.read(Callback("POST", query, {}, body))


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{}", b"<xml>", b"<html/>", b"\xff\xfe\x00", b"<!DOCTYPE xml><xml><Encrypt>x</Encrypt></xml>",
        b'<!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><Encrypt>&a;</Encrypt></xml>',
        b'<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><xml><Encrypt>&b;</Encrypt></xml>',
        b"<xml>" + b"<a>" * 5_000 + b"</xml>", b"<xml><Encrypt>" + b"A" * MOST_BYTES + b"</Encrypt></xml>",
    ],
    ids=range(10),
)  # fmt: skip
def test_hostile_bodies_are_unreadable_outside_and_inside_the_seal(body: bytes) -> None:
    query, _ = sealed_by_wechatpy("<xml/>")
    with pytest.raises((Unreadable, Forged)):
        READER.read(Callback("POST", query, {}, body))
    stamp, sealed = query["timestamp"], seal(body, an_account().aes_key, APP, random.Random(3).randbytes)
    signed = {**query, "msg_signature": signature(TOKEN, stamp, query["nonce"], sealed)}
    with pytest.raises(Unreadable):
        READER.read(Callback("POST", signed, {}, f"<xml><Encrypt>{sealed}</Encrypt></xml>".encode()))


@pytest.mark.parametrize(
    ("options", "rule"),
    [
        ({"kind": "enterprise"}, "kind is official or mini"),
        ({"aes": "short"}, "43 signs"),
        ({"token": "t!"}, "3 to 32"),
        ({"colour": "red"}, "colour is none of"),
        ({"at_once": "0"}, "1 to 100"),
    ],
)
def test_an_option_that_makes_no_sense_is_named_and_its_value_is_not_shown(options: dict[str, str], rule: str) -> None:
    with pytest.raises(ValueError, match=rule) as told:
        an_account(**options)
    assert AES not in str(told.value)
    assert AES not in repr(an_account())
