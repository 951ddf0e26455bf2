"""What WeChat calls us for: it asks whether we know the token, and says what became of messages and what people did.

developers.weixin.qq.com: "Access overview", "Receive event pushes", "Template messages", "Subscribe message". Only sealed
messages (安全模式) are believed: in the others nothing binds the body to the signature.
"""

from __future__ import annotations

from pushsvc.channels.wechat.account import Account
from pushsvc.channels.wechat.pushes import fields_of, heard
from pushsvc.channels.wechat.sealing import NotOurs, is_signed, unseal
from pushsvc.clock import Clock
from pushsvc.domain.receipts import Callback, Forged, Heard, Unreadable

#: WeChat signs when it calls, and calls again within 15 s where it hears nothing. What is older is somebody's copy.
WINDOW_SECONDS = 300
_LONGEST_ECHO = 256
_DONE = "success"


class WeChatCallbacks:
    """Reads the callbacks of one account. ValueError where the setting names no token and key."""

    def __init__(self, account: Account, clock: Clock) -> None:
        if not account.token:
            raise ValueError("an account without token and aes hears no callbacks")
        self._account, self._clock = account, clock

    def read(self, callback: Callback) -> Heard:
        """Forged for what is not signed with our token, sealed with our key, or too old; Unreadable for the rest."""
        query = callback.query
        timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
        if not is_signed(query.get("signature", ""), self._account.token, timestamp, nonce):
            raise Forged("the signature is not of our token; it stands in WECHAT_URL and in WeChat's console (消息推送)")
        self._check_age(timestamp)
        if callback.method == "GET":
            echo = query.get("echostr", "")
            if not echo or len(echo) > _LONGEST_ECHO or not echo.isprintable():
                raise Unreadable("echostr is missing, too long or no text")
            return Heard(answer=echo)
        sealed = fields_of(callback.body).get("Encrypt", "")
        if not sealed:
            raise Forged("the message is not sealed: choose the safe mode (安全模式) and XML in WeChat's console")
        if not is_signed(query.get("msg_signature", ""), self._account.token, timestamp, nonce, sealed):
            raise Forged("msg_signature is not of this message and our token")
        try:
            opened = unseal(sealed, self._account.aes_key, self._account.app_id)
        except NotOurs as error:
            raise Forged(f"the message does not open with our key: {error}") from None
        return heard(opened, _DONE)

    def _check_age(self, timestamp: str) -> None:
        now = self._clock.now().timestamp()
        if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 12):
            raise Forged("the timestamp is no number of seconds")
        if abs(now - int(timestamp)) > WINDOW_SECONDS:
            raise Forged(f"it was signed more than {WINDOW_SECONDS} s ago, or our clock is wrong")
