"""An operator or aggregator that speaks SMPP 3.4: `smpp://USER:PASSWORD@HOST:PORT/?window=10&source=10690000&sign=…`."""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Sequence
from functools import partial
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pushsvc.channels.sms.clouds import an_id
from pushsvc.channels.sms.longtext import cut
from pushsvc.channels.sms.operators.line import Line, NotOpen
from pushsvc.channels.sms.operators.numbers import as_we_write
from pushsvc.channels.sms.operators.receiving import Done, OnHeard
from pushsvc.channels.sms.operators.sending import SEND_SECONDS, Operator, Refusal, number
from pushsvc.channels.sms.provider import Sms
from pushsvc.channels.sms.smpp import pdu, receipts, statuses
from pushsvc.channels.sms.smpp.session import COME_AGAIN, OK, Answer, SmppSession
from pushsvc.clock import Clock
from pushsvc.domain.receipts import Said, reference
from pushsvc.domain.time import to_micros
from pushsvc.errors import BadInput
from pushsvc.settings.providers import ProviderUrl
from pushsvc.telemetry import log

PORT, TLS_PORT = 2775, 3550
_BIND_SECONDS, _LEAVE_SECONDS, _QUERY_SECONDS = 5.0, 2.0, 5.0
#: 5.2.1, 5.2.3, 5.2.8: one less than the field, for its end. A password has 8 (5.2.2); some operators give longer ones.
_LONGEST = {"user": 15, "password": 64, "system_type": 12, "source": 20, "service": 5}
_MINUTE = 60_000_000


class Smpp(Operator[SmppSession]):
    """The provider. ValueError names an option that makes no sense, never its value."""

    def __init__(
        self,
        url: ProviderUrl,
        clock: Clock,
        on_heard: OnHeard,
        name: str = "smpp",
        *,
        tls: ssl.SSLContext | None = None,
        call_seconds: float = SEND_SECONDS,
        idle_seconds: float = 30.0,
    ) -> None:
        """`on_heard` makes receipts and texts durable; only then are they answered. `tls` is used with `tls=1`; without it
        the machine's own authorities check the certificate."""
        super().__init__(name, url, on_heard, call_seconds)
        self._clock, self._idle_seconds, options = clock, idle_seconds, url.options
        self._user, self._password = url.user or "", url.secret or ""
        self._system_type = options.get("system_type", "")
        self._source = _source(options.get("source", ""), url)
        self._head = options.get("service", "").encode("ascii", "replace") + b"\0" + self._source.octets()
        self._refers = options.get("reference", "1") != "0"
        self._zone = _zone(options.get("zone", "Asia/Shanghai"))
        _check(user=self._user, password=self._password, system_type=self._system_type, source=self._source.number,
               service=options.get("service", ""))  # fmt: skip
        secure = options.get("tls", "0") == "1"
        context = (tls or ssl.create_default_context()) if secure else None
        self.line = Line(url.host, url.port or (TLS_PORT if secure else PORT), self, name, context)

    # A message.

    def bodies(self, sms: Sms) -> Sequence[bytes]:
        """One submit_sm a part, the signature in front of the first."""
        text = cut(self.signed(sms), sms.delivery_id)
        digits = sms.to.removeprefix("+")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 15):
            raise BadInput("the number is not an international one (+, then at most 15 digits, E.164)")
        coding = pdu.UCS2 if text.encoding == "ucs2" else pdu.DEFAULT_ALPHABET
        mark = reference(sms.delivery_id, len(text.parts)) if self._refers else None
        if not text.headed:
            return (pdu.submit(self._head, digits, 0, coding, text.parts[0], mark),)
        esm_class = pdu.HEADED
        return [pdu.submit(self._head, digits, esm_class, coding, part, mark) for part in text.parts]

    def refusal(self, status: int) -> Refusal:
        return statuses.refusal(status)

    async def query(self, provider_id: str) -> Said | None:
        """query_sm (4.8): only with an id of the operator's own, and many operators do not have it."""
        try:
            session = await self.line.session()
            sequence = session.next_sequence()
            octets = await session.ask(sequence, pdu.query(sequence, provider_id, self._source), _QUERY_SECONDS)
        except (NotOpen, ConnectionError, TimeoutError):
            return None
        _, command, status, _ = pdu.HEADER.unpack_from(octets)
        _, at = pdu.read_text(octets, 16, len(octets))
        _, at = pdu.read_text(octets, at, len(octets))
        if command != pdu.QUERY_SM | pdu.RESPONSE or status or len(octets) < at + 1:
            return None
        word, state = receipts.queried(octets[at])
        return Said(state, provider_id, code=word)

    # The session.

    def new(self) -> SmppSession:
        return SmppSession(self.at_once, self._delivered, idle_seconds=self._idle_seconds)

    async def bind(self, session: SmppSession) -> None:
        sequence = session.next_sequence()
        bind = pdu.bind_transceiver(sequence, self._user, self._password, self._system_type)
        _, command, status, _ = pdu.HEADER.unpack_from(await session.ask(sequence, bind, _BIND_SECONDS))
        if command == pdu.GENERIC_NACK or status:
            said = self.refusal(status or 0x03)
            raise NotOpen(said.code, f"{self.name} at {self.line.where} refuses the bind: {said.why}", said.stops)

    async def leave(self, session: SmppSession) -> None:
        sequence = session.next_sequence()
        await session.ask(sequence, pdu.message(pdu.UNBIND, 0, sequence), _LEAVE_SECONDS)

    # What is delivered to us.

    def _delivered(self, delivered: pdu.Delivered, answer: Answer) -> None:
        def done(durable: bool) -> None:
            answer(OK if durable else COME_AGAIN)

        if receipts.is_receipt(delivered):
            self._receipt(delivered, done)
            return
        words, place = receipts.read_words(delivered)
        phone = as_we_write(delivered.source.number)
        hear = partial(self._incoming, delivered, phone)
        if place is None:
            hear(words, done)
        else:
            self._joiner.part(phone, delivered.to.number, place, words, done, hear)

    def _receipt(self, delivered: pdu.Delivered, done: Done) -> None:
        receipt = receipts.read_receipt(delivered, self._zone)
        if receipt is None:
            log.warning("a receipt that names no message", provider=self.name)
            done(True)
            return
        said = self._messages.receipt(receipt, partial(self._receipt, delivered, done))
        if said != "early":
            self._receiver.hear(done, said=said)

    def _incoming(self, delivered: pdu.Delivered, phone: str, words: str, done: Done) -> None:
        own = an_id(delivered.options.get(pdu.RECEIPTED_MESSAGE_ID, b"").split(b"\0")[0].decode("latin-1"))
        # SMPP gives a person's text no id. The same words of the same phone in the same minute are taken for one text.
        minute = to_micros(self._clock.now()) // _MINUTE
        named = "\n".join((phone, delivered.to.number, words, str(minute)))
        self.hear_person(done, phone, words, own or hashlib.sha256(named.encode("utf-8", "replace")).hexdigest()[:40])


def _source(written: str, url: ProviderUrl) -> pdu.Address:
    """A number is of unknown type in the telephone plan, a name is alphanumeric (5.2.5), where the options say no other."""
    named = bool(written) and not written.isdigit()
    kind, plan = (5, 0) if named else (0, 1 if written else 0)
    if not written.isascii():
        raise ValueError("smpp://: source is a number or a name of ASCII letters")
    if "source_ton" in url.options:
        kind = number(url, "source_ton", 1, 6) if url.options["source_ton"] != "0" else 0
    if "source_npi" in url.options:
        plan = number(url, "source_npi", 1, 18) if url.options["source_npi"] != "0" else 0
    return pdu.Address(written, kind, plan)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError("smpp://: zone is a time zone such as Asia/Shanghai") from None


def _check(**written: str) -> None:
    for name, value in written.items():
        if len(value) > _LONGEST[name] or not value.isascii() or "\0" in value:
            raise ValueError(f"smpp://: {name} has at most {_LONGEST[name]} ASCII characters (SMPP 3.4, 5.2)")
