"""A provider of SMS as an installation uses it."""

from __future__ import annotations

from dataclasses import dataclass

from pushsvc.channels.sms.provider import SmsProvider


@dataclass(frozen=True)
class Line:
    """A provider with what it is given: the signature in front of each text, the price of a segment in millionths of a yuan.

    `kind` is what it speaks (aliyun, smpp …), whatever an operator calls it: templates are approved with a provider, not with
    a name in our settings.
    """

    provider: SmsProvider
    signature: str
    price: int = 0
    kind: str = ""
