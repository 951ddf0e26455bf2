"""A mini-program's code with a scene: developers.weixin.qq.com, getUnlimitedQRCode (wxacode.getUnlimited)."""

from __future__ import annotations

import re

from pushsvc.channels.wechat.api import WeChatApi
from pushsvc.domain.notices import SendResult

PATH = "/wxa/getwxacodeunlimit"
#: Signs of a scene, and the signs that it may have.
_SCENE = re.compile(r"[0-9A-Za-z!#$&'()*+,/:;=?@._~-]{1,32}")
#: The smallest that WeChat draws: the page holds the picture itself, and it is read from a hand's breadth.
_WIDTH_PIXELS = 280


async def mini_code(api: WeChatApi, scene: str) -> bytes | SendResult:
    """The picture, PNG or JPEG, that opens the account's page for joining with `scene`; else why there is none now.

    WeChat's code never ends: how long its scene works is ours to say.
    """
    if not _SCENE.fullmatch(scene):
        raise ValueError("a scene has 1 to 32 visible signs")
    body = {"scene": scene, "page": api.account.join_page, "check_path": True, "env_version": "release", "width": _WIDTH_PIXELS}
    return await api.picture(PATH, body)
