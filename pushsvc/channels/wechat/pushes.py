"""What a message that WeChat pushed to us says, in our words. XML as WeChat writes it: flat, without a document type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from pushsvc.domain.addresses import normalise_address
from pushsvc.domain.receipts import Event, Heard, Incoming, Said, Unreadable
from pushsvc.errors import BadInput

#: A push has some hundred bytes; one about many templates some thousand.
MOST_BYTES = 256 * 1024
_LONGEST_WORDS, _LONGEST_FIELD = 500, 200
_SCENE = "qrscene_"
_SENT = "success"
_NO_MESSAGE = "0"


def fields_of(body: bytes) -> Mapping[str, str]:
    """The fields of a flat message, by name. Unreadable."""
    return {str(child.tag): child.text or "" for child in _read(body) if isinstance(child.tag, str)}


def heard(body: bytes, answer: str) -> Heard:
    """What one push says; nothing where it is of no use to us. Unreadable."""
    root = _read(body)
    fields = {str(child.tag): (child.text or "").strip() for child in root if isinstance(child.tag, str)}
    try:
        openid = normalise_address("wechat", fields.get("FromUserName", ""))
    except BadInput:
        return Heard(answer=answer)  # of the account itself, such as the result of a review
    if fields.get("MsgType") == "text":
        said_id = fields.get("MsgId") or _said_id(fields)
        words = "".join(sign for sign in fields.get("Content", "")[:_LONGEST_WORDS] if sign.isprintable())
        return Heard(incoming=(Incoming(openid, words, said_id),), answer=answer)
    if fields.get("MsgType") != "event":
        return Heard(answer=answer)
    return Heard(said=tuple(_said(fields, root)), events=tuple(_events(fields, root, openid)), answer=answer)


def _said(fields: Mapping[str, str], root: etree._Element) -> Iterator[Said]:
    """What became of messages. With a client_msg_id some accounts name the message 0: of that nobody knows which it was."""
    event = fields.get("Event", "")
    if event == "TEMPLATESENDJOBFINISH" and fields.get("MsgID", _NO_MESSAGE) != _NO_MESSAGE:
        status = fields.get("Status", "")[:_LONGEST_FIELD]
        delivered = status == _SENT
        yield Said("delivered" if delivered else "undelivered", fields["MsgID"][:_LONGEST_FIELD], code=status)
    elif event == "subscribe_msg_sent_event":
        for item in _items(root):
            if item.get("MsgID", _NO_MESSAGE) != _NO_MESSAGE:
                code = item.get("ErrorCode", "")
                said = Said("delivered" if code == "0" else "undelivered", item["MsgID"], code=item.get("ErrorStatus") or code)
                yield said


def _events(fields: Mapping[str, str], root: etree._Element, openid: str) -> Iterator[Event]:
    event, said_id = fields.get("Event", ""), _said_id(fields)
    key = fields.get("EventKey", "")[:_LONGEST_FIELD]
    if event == "subscribe":
        yield Event("subscribed", openid, said_id, scene=key.removeprefix(_SCENE) if key.startswith(_SCENE) else "")
    elif event == "unsubscribe":
        yield Event("left", openid, said_id)
    elif event == "SCAN":
        yield Event("scanned", openid, said_id, scene=key)
    elif event == "subscribe_msg_popup_event":
        # Who taps "cancel" agrees to nothing new; what they agreed to before stands.
        agreed: dict[str, int] = {}
        for item in _items(root):
            if item.get("SubscribeStatusString") == "accept" and item.get("TemplateId"):
                agreed[item["TemplateId"]] = agreed.get(item["TemplateId"], 0) + 1
        for template, many in agreed.items():
            yield Event("agreed", openid, f"{said_id} {template}", template=template, many=many)
    elif event == "subscribe_msg_change_event":
        for item in _items(root):
            if item.get("SubscribeStatusString") == "reject" and item.get("TemplateId"):
                yield Event("refused", openid, f"{said_id} {item['TemplateId']}", template=item["TemplateId"])


def _items(root: etree._Element) -> Iterator[Mapping[str, str]]:
    for item in root.iter("List"):
        yield {str(child.tag): (child.text or "").strip()[:_LONGEST_FIELD] for child in item if isinstance(child.tag, str)}


def _said_id(fields: Mapping[str, str]) -> str:
    """Events have no id: who, when and what make one ("Receive event pushes": FromUserName + CreateTime)."""
    return " ".join(fields.get(name, "")[:_LONGEST_FIELD] for name in ("FromUserName", "CreateTime", "Event", "EventKey"))


def _read(body: bytes) -> etree._Element:
    """No document type, no entities, nothing fetched, nothing huge."""
    if len(body) > MOST_BYTES:
        raise Unreadable(f"a push of more than {MOST_BYTES} bytes")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(f"it is no XML: {type(error).__name__}") from None
    if root.tag != "xml" or root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable("it is no <xml> message without a document type")
    return root
