"""What a reader needs and the document does not say."""

from __future__ import annotations

import re

from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Fact

_ASKS_TITLE = re.compile(
    r"申请|申报|报名|申领|认定|招聘|招生|征集|征求|补贴|补助|奖励|资助"
    r"|\bapply\b|\bapplication|\bgrant|\bconsultation\b|call for|request for|nominations",
    re.IGNORECASE,
)
_ASKS_TEXT = re.compile(
    # One class first, and a look back at it: so the search skips all other characters.
    r"[请可应须需yYmM](?:(?<=[请可应须需])(?:于|在|向|到|通过|登录)?[^。；;\n]{0,30}(?:申请|申报|报名|提交|领取)"
    r"|(?<=\b[yY])(?i:ou (?:can|must|should|need to) (?:apply|register|submit)\b)|(?<=\b[mM])(?i:ust be submitted\b))"
)
_GIVES = re.compile(r"补贴|补助|奖励|资助|津贴|消费券|收费|费用|\bgrants?\b|\bfees?\b|\ballowance\b|\bpayment", re.IGNORECASE)
_ONE_TIME = re.compile(
    r"申请的?(?:公告|通知|通告)|申报|报名|招聘|招生|征集|征求|认定|活动"
    r"|\bgrant|\bconsultation\b|call for|nominations|request for",
    re.IGNORECASE,
)


def unknown(reading: Reading, facts: tuple[Fact, ...], audiences: tuple[str, ...]) -> tuple[str, ...]:
    """A subset of deadline, contact, amount, audience, only where this kind of document should say it."""
    kinds = {fact.kind for fact in facts if fact.role or fact.kind in ("phone", "email")}
    asks = bool(_ASKS_TITLE.search(reading.title)) or len(_ASKS_TEXT.findall(reading.source_text[:8000])) >= 2
    gives = bool(_GIVES.search(reading.title))
    missing = []
    if asks and "deadline" not in kinds and (_ONE_TIME.search(reading.title) or (gives and "expiry" not in kinds)):
        missing.append("deadline")
    if asks and not kinds & {"phone", "email"}:
        missing.append("contact")
    if gives and not {fact.kind for fact in facts} & {"amount", "percentage"}:
        missing.append("amount")
    if (asks or gives) and not audiences:
        missing.append("audience")
    return tuple(missing)
