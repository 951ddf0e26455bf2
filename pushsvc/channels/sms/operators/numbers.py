"""Numbers as operators write them."""

from __future__ import annotations

from pushsvc.domain.addresses import normalise_address
from pushsvc.errors import BadInput


def as_we_write(number: str) -> str:
    """E.164; what is no telephone number (a name, a short number) as it came.

    Eleven digits 1[3-9]… are a Chinese number whatever their type says: operators mark them as international all the same.
    """
    for written in (number.strip(), f"+{number.strip()}"):
        try:
            return normalise_address("sms", written)
        except BadInput:
            continue
    return number.strip()
