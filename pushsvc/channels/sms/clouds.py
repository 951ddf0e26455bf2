"""What the SMS services of Aliyun and Tencent Cloud have in common: settings, numbers, answers that cannot be read."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta, timezone

from pushsvc.channels.http_calls import Answer
from pushsvc.domain.notices import SendResult
from pushsvc.settings.providers import ProviderUrl

#: Messages on their way at once, where the setting says no other number (`at_once=`).
AT_ONCE = 10
MOST_AT_ONCE = 100
#: Both write wall-clock times of Beijing, without saying so.
BEIJING = timezone(timedelta(hours=8))
E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_CHINESE_MOBILE = re.compile(r"\+861[3-9][0-9]{9}")
#: What may stand in a header as it is.
PLAIN = re.compile(r"[A-Za-z0-9._-]{1,128}")
_LONGEST_ID = 120

#: Options that whoever builds providers reads for all of them.
_OF_EVERY_PROVIDER = ("at_once", "insecure", "name", "price")

Nonce = Callable[[], str]


class NotAsked(Exception):
    """A message in doubt could not be asked about now, or the answer does not tell."""


def fresh_nonce() -> str:
    return secrets.token_hex(16)


def options_of(url: ProviderUrl, form: str, needed: Mapping[str, str], optional: tuple[str, ...] = ()) -> Mapping[str, str]:
    """The options of a provider's setting. ValueError names the one that is missing, empty or unknown, never its value.

    `form` is how the setting is written; `needed` says for each option what it is.
    """
    if not url.user:
        raise ValueError(f"{url.scheme}:// needs the id of its key, before the colon; the form is {form}")
    if not PLAIN.fullmatch(url.user):
        raise ValueError(f"{url.scheme}://: the id of the key has letters, digits and . _ - only: was it copied alone?")
    for name, what in needed.items():
        if not url.options.get(name, "").strip():
            raise ValueError(f"{url.scheme}:// needs {name}=, {what}; the form is {form}")
    known = {*needed, *optional, *_OF_EVERY_PROVIDER}
    for name in url.options:
        if name not in known:
            raise ValueError(f"{url.scheme}:// knows no option {name[:40]!r}; it takes {', '.join(sorted(known))}")
    return {name: value.strip() for name, value in url.options.items()}


def signature_of(options: Mapping[str, str]) -> str:
    """`sign=`: the approved signature, 2 to 16 signs, without the brackets that the provider puts around it."""
    sign = options["sign"]
    if set(sign) & set("【】[]") or not 2 <= len(sign) <= 16:
        raise ValueError("sign= is the approved signature, 2 to 16 signs, without 【】: the provider adds those")
    return sign


def seconds_of(options: Mapping[str, str], name: str, default: timedelta) -> timedelta:
    written = options.get(name)
    if written is None:
        return default
    if not written.isdecimal() or int(written) > 30 * 86_400:
        raise ValueError(f"{name}= is a number of seconds, at most 30 days")
    return timedelta(seconds=int(written))


def at_once_of(options: Mapping[str, str]) -> int:
    written = options.get("at_once", str(AT_ONCE))
    if not written.isdecimal() or not 1 <= int(written) <= MOST_AT_ONCE:
        raise ValueError(f"at_once= is a number from 1 to {MOST_AT_ONCE}")
    return int(written)


def host_of(base: str) -> str:
    """The header Host of `https://host[:port]`: it is signed, so it is written here and not left to the HTTP library."""
    scheme, _, host = base.partition("://")
    return host.removesuffix(":443" if scheme == "https" else ":80")


def is_number(to: str) -> bool:
    """Whether `to` is E.164, and in China a mobile number: a landline gets no SMS."""
    return bool(_CHINESE_MOBILE.fullmatch(to) if to.startswith("+86") else E164.fullmatch(to))


def no_number(provider: str) -> SendResult:
    return SendResult(
        "suppress", "number", "it is no mobile number (E.164; in China +86 and 11 digits, 1[3-9]…)", provider=provider
    )


def no_template(provider: str) -> SendResult:
    why = f"{provider} sends approved templates only, and none was filled for this message"
    return SendResult("refused", "no_template", why, provider=provider)


def words_of(found: object, longest: int) -> str:
    """A provider's words as a database takes them: JSON may hold half of a surrogate pair, and NUL."""
    return str("" if found is None else found)[:longest].encode("utf-8", "replace").decode().replace("\0", " ").strip()


def a_code(found: object) -> str:
    return words_of(found, _LONGEST_ID)


def an_id(found: object) -> str:
    """An id of the provider's; empty when it is none that we would keep."""
    fits = isinstance(found, str) and 0 < len(found) <= _LONGEST_ID and found.isascii() and found.isprintable()
    return str(found) if fits else ""


def unreadable(provider: str, answer: Answer) -> SendResult:
    """What an HTTP answer without the provider's own code means. Something between us and it may have written it."""
    code, why = f"http-{answer.status}", f"{provider}: HTTP {answer.status}, with an answer that is not the provider's"
    if answer.status == 429:
        return SendResult("slow_down", code, why, provider=provider, retry_after_seconds=answer.retry_after_seconds)
    if 300 <= answer.status < 500:  # refused on the way: the provider has not seen it
        return SendResult("try_later", code, why, provider=provider, retry_after_seconds=answer.retry_after_seconds)
    return SendResult("unknown", code, why, provider=provider)
