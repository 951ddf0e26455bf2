"""A QR code with a scene: developers.weixin.qq.com, createQRCode (QR_STR_SCENE, a scene of 1 to 64 signs)."""

from __future__ import annotations

from pushsvc.channels.wechat.api import WeChatApi
from pushsvc.channels.wechat.codes import PROVIDER
from pushsvc.domain.notices import SendResult

PATH = "/cgi-bin/qrcode/create"
_HOMES = ("http://weixin.qq.com/", "https://weixin.qq.com/")
_LONGEST = 300


async def qr_code(api: WeChatApi, scene: str, seconds: int) -> str | SendResult:
    """The address that the code of `scene` leads to, good for `seconds`; else why there is none now."""
    body = {"expire_seconds": seconds, "action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": scene}}}
    told = await api.call(PATH, body)
    if isinstance(told, SendResult):
        return told
    url = told.get("url")
    if isinstance(url, str) and url.startswith(_HOMES) and len(url) <= _LONGEST:
        return url
    return SendResult("try_later", "0", "WeChat answered without the code's address", provider=PROVIDER)
