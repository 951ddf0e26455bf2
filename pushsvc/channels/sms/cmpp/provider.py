"""An operator's gateway that speaks CMPP 3.0: `cmpp://SPID:SECRET@HOST:PORT/?source=10690000&service=…&sign=…`."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

from pushsvc.channels.sms.clouds import words_of
from pushsvc.channels.sms.cmpp import pdu, statuses
from pushsvc.channels.sms.cmpp.session import INVALID_STRUCTURE, OK, Answer, CmppSession
from pushsvc.channels.sms.longtext import cut, read_header
from pushsvc.channels.sms.operators.line import Line, NotOpen
from pushsvc.channels.sms.operators.numbers import as_we_write
from pushsvc.channels.sms.operators.parts import Receipt
from pushsvc.channels.sms.operators.receiving import Done, OnHeard
from pushsvc.channels.sms.operators.sending import SEND_SECONDS, Operator, Refusal, number
from pushsvc.channels.sms.provider import Sms
from pushsvc.channels.sms.receipt_codes import is_dead
from pushsvc.clock import Clock
from pushsvc.domain.receipts import ReceiptState
from pushsvc.domain.time import Instant, to_micros
from pushsvc.errors import BadInput
from pushsvc.settings.providers import ProviderUrl
from pushsvc.telemetry import log

PORT = 7890
_CONNECT_SECONDS, _LEAVE_SECONDS = 5.0, 2.0
_NUMBERS = 0x40000000
_CHINA = ZoneInfo("Asia/Shanghai")
#: The widths of Source_Addr, Src_Id, Service_Id, FeeType and FeeCode.
_LONGEST = {"user": 6, "source": 21, "service": 10, "fee_type": 2, "fee_code": 6}
#: Stat of a report. All other words, and the codes XX:nnnn of gateways on the way, say that it did not arrive.
_STATES: dict[str, ReceiptState] = {"DELIVRD": "delivered", "ACCEPTD": "sent", "ENROUTE": "sent", "UNKNOWN": "sent", "": "sent"}


class Cmpp(Operator[CmppSession]):
    """The provider. ValueError names an option that makes no sense, never its value."""

    def __init__(
        self,
        url: ProviderUrl,
        clock: Clock,
        on_heard: OnHeard,
        name: str = "cmpp",
        *,
        tls: ssl.SSLContext | None = None,
        call_seconds: float = SEND_SECONDS,
        idle_seconds: float = 30.0,
    ) -> None:
        """`on_heard` makes reports and texts durable; only then are they answered. `tls` is used with `tls=1`; without it the
        machine's own authorities check the certificate."""
        super().__init__(name, url, on_heard, call_seconds)
        options = url.options
        self._clock, self._idle_seconds, self._secret = clock, idle_seconds, url.secret or ""
        self._account = pdu.Account(
            url.user or "", options.get("source", ""), options.get("service", ""), options.get("fee_type", "01"),
            options.get("fee_code", "000000"), number(url, "fee_user", 2, 3),
        )  # fmt: skip
        self._last: CmppSession | None = None
        self._prefix = options.get("prefix", "")
        if self._prefix not in ("", "86"):
            raise ValueError("cmpp://: prefix is 86 or absent")
        account = self._account
        _check(user=account.user, source=account.source, service=account.service, fee_type=account.fee_type,
               fee_code=account.fee_code)  # fmt: skip
        context = (tls or ssl.create_default_context()) if options.get("tls", "0") == "1" else None
        self.line = Line(url.host, url.port or PORT, self, name, context)

    # A message.

    def bodies(self, sms: Sms) -> Sequence[bytes]:
        """One CMPP_SUBMIT a part, the signature in front of the first. Its narrow encoding is ASCII (Msg_Fmt 0)."""
        text = cut(self.signed(sms), sms.delivery_id, ascii_only=True)
        digits = sms.to.removeprefix("+86") if not self._prefix else sms.to
        digits = digits.removeprefix("+")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 15):
            raise BadInput("the number is not an international one (+, then at most 15 digits, E.164)")
        coding, total = pdu.UCS2 if text.encoding == "ucs2" else pdu.ASCII, len(text.parts)
        return [
            pdu.submit(self._account, digits, (number, total), text.headed, coding, part)
            for number, part in enumerate(text.parts, start=1)
        ]

    def refusal(self, status: int) -> Refusal:
        return statuses.submitted(status)

    # The session.

    def new(self) -> CmppSession:
        # On from the session before: a gateway refuses a number that it has seen (result 3).
        first = self._last.sequence if self._last else to_micros(self._clock.now()) // 1000 % _NUMBERS
        self._last = CmppSession(self.at_once, self._delivered, first, idle_seconds=self._idle_seconds)
        return self._last

    async def bind(self, session: CmppSession) -> None:
        sequence = session.next_sequence()
        moment = self._clock.now().astimezone(_CHINA).strftime("%m%d%H%M%S")
        user = self._account.user
        octets = await session.ask(sequence, pdu.connect(sequence, user, self._secret, moment), _CONNECT_SECONDS)
        try:
            status, theirs, version = pdu.read_connected(octets)
        except pdu.Broken as broken:
            raise NotOpen("connect", f"{self.name} at {self.line.where}: {broken}") from None
        if status:
            said = statuses.connected(status)
            raise NotOpen(said.code, f"{self.name} at {self.line.where} refuses the connection: {said.why}", said.stops)
        if not pdu.is_their_proof(theirs, status, pdu.proof(user, self._secret, moment), self._secret):
            # Many gateways leave it empty; one that is wrong is worth a word, and nothing secret depends on it.
            log.warning("an operator did not prove that it knows our secret", provider=self.name, version=f"{version:#x}")

    async def leave(self, session: CmppSession) -> None:
        sequence = session.next_sequence()
        await session.ask(sequence, pdu.message(pdu.TERMINATE, sequence), _LEAVE_SECONDS)

    # What is delivered to us.

    def _delivered(self, delivered: pdu.Delivered, answer: Answer) -> None:
        def done(durable: bool) -> None:
            # A gateway repeats what is not answered; of an answer that says no, nobody promises that.
            if durable:
                answer(OK)

        if delivered.is_report:
            try:
                report = pdu.read_report(delivered.octets)
            except pdu.Broken as broken:
                log.warning("a report that cannot be read", provider=self.name, why=str(broken))
                answer(INVALID_STRUCTURE)
                return
            self._report(report, done)
            return
        place, octets = read_header(delivered.octets) if delivered.headed else (None, delivered.octets)
        phone = as_we_write(delivered.source)
        hear = partial(self._incoming, str(delivered.message_id), phone)
        if place is None:
            hear(_decode(octets, delivered.coding), done)
        else:
            self._joiner.part(phone, delivered.to, place, _decode(octets, delivered.coding), done, hear)

    def _report(self, report: pdu.Report, done: Done) -> None:
        state = "dead" if is_dead(report.stat) else _STATES.get(report.stat.upper(), "undelivered")
        receipt = Receipt(
            str(report.message_id), state, words_of(report.stat, 20), as_we_write(report.phone), at=_at(report.done),
            taken_at=_at(report.submitted),
        )  # fmt: skip
        said = self._messages.receipt(receipt, partial(self._report, report, done))
        if said != "early":
            self._receiver.hear(done, said=said)

    def _incoming(self, own: str, phone: str, words: str, done: Done) -> None:
        self.hear_person(done, phone, words, own)


def _decode(octets: bytes, coding: int) -> str:
    """Msg_Fmt. What cannot be read is shown as a mark: a person's answer is never thrown away."""
    names = {pdu.UCS2: "utf-16-be", pdu.GB18030: "gb18030", pdu.ASCII: "ascii"}
    return octets.decode(names.get(coding, "latin-1"), errors="replace")


def _at(written: str) -> Instant | None:
    """YYMMDDHHMM in China's time."""
    try:
        return datetime.strptime(written, "%y%m%d%H%M").replace(tzinfo=_CHINA).astimezone(UTC)
    except ValueError:
        return None


def _check(**written: str) -> None:
    for name, value in written.items():
        if len(value) > _LONGEST[name] or not value.isascii() or "\0" in value:
            raise ValueError(f"cmpp://: {name} has at most {_LONGEST[name]} ASCII characters (CMPP 3.0)")
