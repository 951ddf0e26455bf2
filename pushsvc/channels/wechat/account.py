"""The WeChat account of WECHAT_URL: `wechat://APPID:SECRET@api.weixin.qq.com/?kind=official&token=…&aes=…`."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from typing import get_args

from pushsvc.channels.wechat.templates import Account as Kind
from pushsvc.settings.providers import ProviderUrl

#: Messages on their way at once, where the setting says no other number (`at_once=`).
AT_ONCE, MOST_AT_ONCE = 10, 100
_OPTIONS = frozenset({"kind", "token", "aes", "insecure", "at_once", "join"})
#: developers.weixin.qq.com, "Access overview": 3 to 32 letters or digits; the AES key has 43.
_TOKEN = re.compile(r"[A-Za-z0-9]{3,32}")
#: getUnlimitedQRCode: a page of the mini-program, without / before it and without parameters.
_PAGE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_/-]{0,127}")
_APP_ID = re.compile(r"[A-Za-z0-9_-]{3,64}")
_AES_SIGNS, _AES_BYTES = 43, 32


@dataclass(frozen=True)
class Account:
    """One account. `token` signs its callbacks, `aes_key` (32 bytes) opens them; empty where no callbacks are set up.

    `join_page`: the page of a mini-program that joins people's WeChat; empty where it has none."""

    app_id: str
    secret: str = field(repr=False)
    kind: Kind
    token: str = field(default="", repr=False)
    aes_key: bytes = field(default=b"", repr=False)
    at_once: int = AT_ONCE
    join_page: str = ""

    @property
    def can_join(self) -> bool:
        """Whether people can join their WeChat by a code: an official account hears of the scan by its callbacks."""
        return bool(self.token) if self.kind == "official" else bool(self.join_page)

    @classmethod
    def of(cls, url: ProviderUrl) -> Account:
        """ValueError names the option that makes no sense, and never shows its value."""
        options = url.options
        if unknown := sorted(set(options) - _OPTIONS):
            raise ValueError(f"the option {unknown[0]} is none of {', '.join(sorted(_OPTIONS))}")
        if url.scheme != "wechat" or not url.user or not _APP_ID.fullmatch(url.user):
            raise ValueError("the form is wechat://APPID:SECRET@api.weixin.qq.com/?kind=official&token=…&aes=…")
        kind = options.get("kind", "official")
        if kind not in get_args(Kind):
            raise ValueError(f"kind is {' or '.join(get_args(Kind))}")
        if ("token" in options) != ("aes" in options):
            raise ValueError("callbacks need both token and aes, those of 消息推送 in the safe mode")
        join_page = options.get("join", "")
        if join_page and (kind != "mini" or not _PAGE.fullmatch(join_page)):
            raise ValueError("join is a page of a mini-program (kind=mini), such as join=pages/join/index")
        if "token" in options and not _TOKEN.fullmatch(options["token"]):
            raise ValueError("token has 3 to 32 letters or digits")
        at_once = options.get("at_once", str(AT_ONCE))
        if not at_once.isdecimal() or not 1 <= int(at_once) <= MOST_AT_ONCE:
            raise ValueError(f"at_once is a number from 1 to {MOST_AT_ONCE}")
        aes = _aes_key(options["aes"]) if "aes" in options else b""
        return cls(
            url.user,
            url.secret or "",
            "mini" if kind == "mini" else "official",
            options.get("token", ""),
            aes,
            int(at_once),
            join_page,
        )


def _aes_key(written: str) -> bytes:
    """WeChat leaves the last `=` of the base64 out."""
    written = written.replace(" ", "+")  # a plus that was not percent-encoded
    try:
        key = base64.b64decode(f"{written}=", validate=True) if len(written) == _AES_SIGNS else b""
    except binascii.Error:
        key = b""
    if len(key) != _AES_BYTES:
        raise ValueError(f"aes is the EncodingAESKey of {_AES_SIGNS} signs; percent-encode + and / in it")
    return key
