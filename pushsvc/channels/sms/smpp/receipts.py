"""What a deliver_sm says: a receipt of a message of ours, or a text that a person sent."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from pushsvc.channels.sms.clouds import an_id, words_of
from pushsvc.channels.sms.longtext import Place, read_gsm, read_header
from pushsvc.channels.sms.operators.numbers import as_we_write
from pushsvc.channels.sms.operators.parts import Receipt
from pushsvc.channels.sms.receipt_codes import is_dead
from pushsvc.channels.sms.smpp import pdu
from pushsvc.domain.receipts import ReceiptState
from pushsvc.domain.time import Instant

#: message_state, 5.2.28 (table 5-6). UNKNOWN says nothing that could be acted on.
_STATES: dict[int, tuple[str, ReceiptState]] = {
    1: ("ENROUTE", "sent"), 2: ("DELIVRD", "delivered"), 3: ("EXPIRED", "undelivered"), 4: ("DELETED", "undelivered"),
    5: ("UNDELIV", "undelivered"), 6: ("ACCEPTD", "sent"), 7: ("UNKNOWN", "sent"), 8: ("REJECTD", "undelivered"),
}  # fmt: skip
#: The same in the text of a receipt: appendix B, table B-2 (page 168). Operators also write them out.
_WORDS: dict[str, ReceiptState] = {
    **dict(_STATES.values()),
    "DELIVERED": "delivered", "UNDELIVERABLE": "undelivered", "REJECTED": "undelivered", "FAILED": "undelivered",
    "ACCEPTED": "sent",
}  # fmt: skip
#: Appendix B (page 167): the form is the operator's own, and each writes blanks, marks and capitals as it likes.
_FIELD = {
    name: re.compile(rf"(?:^|\s){pattern}\s*:\s*([^\s]+)", re.IGNORECASE)
    for name, pattern in {"id": "id", "stat": "stat", "err": "err", "done": r"done[ _]?date"}.items()
}
_TEXT = re.compile(r"\stext\s*:", re.IGNORECASE)
#: Aggregators pass on the codes of China's operators in place of a word.
_CHINESE_CODE = re.compile(r"[A-Z]{2}:[0-9]{1,5}")


def is_receipt(delivered: pdu.Delivered) -> bool:
    """Only what the operator marks as a receipt is one: the words of a receipt could be typed by anybody."""
    kind = delivered.esm_class & pdu.KIND
    marked = pdu.RECEIPTED_MESSAGE_ID in delivered.options and pdu.MESSAGE_STATE in delivered.options
    return kind in (pdu.RECEIPT, pdu.INTERMEDIATE) or (kind == 0 and marked)


def read_receipt(delivered: pdu.Delivered, zone: ZoneInfo) -> Receipt | None:
    """The receipt, from its parameters where it has them, else from its text. None: it names no message of ours."""
    words = delivered.octets.decode("latin-1")
    cut = _TEXT.search(words)
    found = {
        name: match.group(1) for name, form in _FIELD.items() if (match := form.search(words[: cut.start()] if cut else words))
    }
    options = delivered.options
    own = options.get(pdu.RECEIPTED_MESSAGE_ID, b"").split(b"\0")[0].decode("latin-1") or found.get("id", "")
    own = an_id(own)
    if not own:
        return None
    word, state = _state(options.get(pdu.MESSAGE_STATE, b""), found.get("stat", ""))
    if delivered.esm_class & pdu.KIND == pdu.INTERMEDIATE:
        state = "sent"
    error = options.get(pdu.NETWORK_ERROR_CODE, b"")
    detail = str(int.from_bytes(error[1:3], "big")) if len(error) == 3 else found.get("err", "")
    reference = options.get(pdu.USER_MESSAGE_REFERENCE, b"")
    return Receipt(
        own, state, words_of(f"{word}:{detail}" if detail.strip("0") else word, 40), as_we_write(delivered.source.number),
        int.from_bytes(reference, "big") if len(reference) == 2 else None, _at(found.get("done", ""), zone),
    )  # fmt: skip


def _state(parameter: bytes, word: str) -> tuple[str, ReceiptState]:
    if len(parameter) == 1 and parameter[0] in _STATES:
        return _STATES[parameter[0]]
    said = word.upper()
    if is_dead(said):
        return said, "dead"
    if _CHINESE_CODE.fullmatch(said):
        return said, "undelivered"
    if said in _WORDS:
        return said, _WORDS[said]
    # A word that we do not know may be good news; no news is none.
    return said[:20] or "UNKNOWN", "sent"


def queried(state: int) -> tuple[str, ReceiptState]:
    """The state that a query_sm_resp (4.8.2) gives."""
    return _STATES.get(state, ("UNKNOWN", "sent"))


def _at(written: str, zone: ZoneInfo) -> Instant | None:
    """YYMMDDhhmm, with seconds at some operators, in their own time."""
    if written.isascii() and written.isdigit() and len(written) in (10, 12):
        try:
            return datetime.strptime(written.ljust(12, "0"), "%y%m%d%H%M%S").replace(tzinfo=zone).astimezone(UTC)
        except ValueError:
            return None
    return None


def read_words(delivered: pdu.Delivered) -> tuple[str, Place | None]:
    """What a person wrote, and which part of it this is: by its header or by the sar_ parameters (5.3.2.22 to 24)."""
    octets, place = delivered.octets, None
    if delivered.esm_class & pdu.HEADED:
        place, octets = read_header(octets)
    options = delivered.options
    if place is None and {pdu.SAR_REFERENCE, pdu.SAR_TOTAL, pdu.SAR_NUMBER} <= options.keys():
        total, part = options[pdu.SAR_TOTAL][:1], options[pdu.SAR_NUMBER][:1]
        if total and part and 1 <= part[0] <= total[0] and total[0] > 1:
            place = Place(int.from_bytes(options[pdu.SAR_REFERENCE], "big"), total[0], part[0])
    return decode(octets, delivered.coding), place


def decode(octets: bytes, coding: int) -> str:
    """5.2.19. What cannot be read is shown as a mark: a person's answer is never thrown away."""
    if coding == pdu.UCS2:
        return octets.decode("utf-16-be", errors="replace")
    if coding == pdu.DEFAULT_ALPHABET:
        return read_gsm(octets)
    return octets.decode("ascii" if coding == 1 else "latin-1", errors="replace")
