"""Personal data and secrets stay out of the logs, whoever writes the line and wherever in it they stand."""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

HIDDEN = "[hidden]"
_DEEPEST = 6
#: Characters; a shorter name before an @ is hidden with its address only, or no reason could be read any more.
_SHORTEST_CONTACT = 3

#: What is never logged, under whatever value it has.
PRIVATE_NAMES = frozenset({
    "address", "addresses", "to", "recipient", "recipients", "phone", "mobile", "email", "mail", "openid", "sender",
    "subscriber_id", "body", "text", "html", "subject", "message", "content", "source_text", "slots", "password",
    "one_time", "secret", "secret_key", "token", "api_key", "authorization", "cookie", "signature",
})  # fmt: skip

#: Inside any string: an email address, a Chinese mobile number, a site's key, the password of an address. Their edges
#: keep ids and numbers of microseconds whole.
_PRIVATE_TEXT = re.compile(
    r"""(?x)
      [A-Za-z0-9.!\#$%&'*+=?^_`{|}~-]+ @ [A-Za-z0-9-]+ (?:\.[A-Za-z0-9-]+)+
    | (?<![0-9A-Za-z_.]) (?:\+?86[ -]?)? 1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4} (?![0-9A-Za-z_])
    | \+[1-9][0-9]{6,14} (?![0-9A-Za-z_])
    | whsec_[A-Za-z0-9+/=]+
    """
)
_PASSWORD_IN_URL = re.compile(r"(?<=://)[^/@\s]*:[^/@\s]*(?=@)")


def hide(_logger: object, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """The structlog processor: private names lose their value, private text in other values is masked."""
    return {name: HIDDEN if name in PRIVATE_NAMES else _masked(value) for name, value in event.items()}


def masked_text(text: str) -> str:
    return _PRIVATE_TEXT.sub(HIDDEN, _PASSWORD_IN_URL.sub(HIDDEN, text))


def without_contact(text: str, address: str) -> str:
    """What a provider said about `address`, without it: relays repeat it, in capitals or only the part before the @."""
    folded = text.lower()
    for part in (address, address.partition("@")[0], address.removeprefix("+86").removeprefix("+")):
        if len(part) >= _SHORTEST_CONTACT and part.lower() in folded:
            text = re.sub(rf"(?i)(?<![0-9a-z]){re.escape(part)}(?![0-9a-z])", HIDDEN, text)
    return masked_text(text)


def _masked(value: Any, depth: int = 0) -> Any:
    if isinstance(value, str):
        return masked_text(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if depth >= _DEEPEST:
        return HIDDEN
    if isinstance(value, Mapping):
        return {str(name): HIDDEN if str(name) in PRIVATE_NAMES else _masked(inner, depth + 1) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(inner, depth + 1) for inner in value]
    return masked_text(str(value))
