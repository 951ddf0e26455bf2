"""What a relay's answer means. Codes: RFC 5321 and RFC 3463 (enhanced); the words are what providers write beside them."""

from __future__ import annotations

import re
from typing import Literal

from pushsvc.domain.notices import SendResult

Phase = Literal["MAIL", "RCPT", "DATA", "CONTENT"]

_ENHANCED = re.compile(r"(?<![0-9.])([245])\.([0-9]{1,3})\.([0-9]{1,3})(?![0-9.])")
#: A limit is never a reason to suppress, whatever code it comes with: QQ and 163 write it beside 550 and 554.
_LIMIT = re.compile(
    r"rate.?limit|throttl|too many|too much|too fast|too frequent|frequency|frequent|sending limit|limit exceeded"
    r"|exceeded.{0,20}limit|slow down|频率|频繁|过多|限制发送|超过.{0,6}限",
    re.IGNORECASE,
)
_SIZE = re.compile(r"size|too large|too big|storage", re.IGNORECASE)
_GREYLISTED = re.compile(r"gr[ae]y.?list", re.IGNORECASE)
#: Refusals of who sends or of what is sent, which some relays write beside a plain 550.
_POLICY = re.compile(
    r"spam|junk|block|blacklist|reputation|policy|spf|dkim|dmarc|denied|banned|virus|rejected by|not permitted",
    re.IGNORECASE,
)
#: The relay does not know us as its customer: every message would be refused, until an operator mends it.
_NO_CUSTOMER = re.compile(
    r"relay(ing)?\b.*(denied|not permitted|prohibited|not allowed)|(unable|not allowed) to relay", re.IGNORECASE
)
#: RFC 5321: mailbox unavailable, user not local, mailbox name not allowed.
_NO_MAILBOX = frozenset({550, 551, 553})
#: RFC 5321: must authenticate first, and the refusals of a login (RFC 4954). They are about us.
_OURS = frozenset({530, 534, 535, 538})


def judge(phase: Phase, code: int, text: str) -> SendResult:
    """The verdict for an answer that is not the good one. `text` may hold an enhanced code and several lines."""
    words = " ".join(text.split())
    found = _ENHANCED.search(words)
    enhanced = f"{found[1]}.{found[2]}.{found[3]}" if found else ""
    named = f"{code} {enhanced}".strip()
    if _LIMIT.search(words) and not _SIZE.search(words):
        return SendResult("slow_down", named, words)
    if code >= 500:
        return SendResult(_for_good(phase, code, enhanced, words), named, words)
    # 4.7.x is the receiver's policy on how much it takes from us, but greylisting (4.7.1) wants this message again.
    limited = enhanced.startswith("4.7.") and not _GREYLISTED.search(words)
    return SendResult("slow_down" if limited else "try_later", named, words)


def _for_good(phase: Phase, code: int, enhanced: str, words: str) -> Literal["suppress", "refused", "try_later"]:
    if code in _OURS or _NO_CUSTOMER.search(words):
        return "try_later"
    if phase == "MAIL":
        # Said before any recipient is named: the relay takes nothing from us now, which an operator mends. 552: too large.
        return "refused" if code == 552 or _SIZE.search(words) else "try_later"
    if enhanced.startswith("5.1.") and enhanced not in ("5.1.7", "5.1.8", "5.1.9"):  # 7 and 8 speak of the sender
        return "suppress"
    if enhanced in ("5.2.1", "5.4.4"):  # mailbox disabled; no such host
        return "suppress"
    plain_refusal = phase == "RCPT" and not enhanced and code in _NO_MAILBOX and not _POLICY.search(words)
    return "suppress" if plain_refusal else "refused"
