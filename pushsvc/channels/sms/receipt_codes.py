"""The operators' codes in receipts: whichever provider passes them on, they are the same.

A code is *dead* only when its source says that the number does not exist, and nothing else beside it. Most of them also stand
for a phone that is off or out of reach ("空号、停机、关机"): a person may be written to again, so those are only undelivered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_CMPP = "https://www.cnblogs.com/da-guang/p/5880631.html"  # China Mobile's table, as integrators pass it on
_CMPP_FREQUENT = "https://cnblogs.com/yhdkzy/p/4238029.html"
_HUAWEI = "https://support.huaweicloud.com/devg-iotcom/iotcom_04_0303.html"
#: Where each says "空号", "号码无效或者空号" or "不存在的用户", and nothing that could be mended.
DEAD: Mapping[str, str] = {
    "MK:1": _CMPP_FREQUENT,  # China Mobile's MK passes MAP's errors on; 1 is unknownSubscriber (3GPP TS 29.002, 17.6.6)
    "MI:73": _HUAWEI,
    "MI:210": _HUAWEI,
    "CB:1": _CMPP,
    "CB:53": _CMPP,
    "DB:101": _CMPP,
}
#: In words, the same everywhere (SMPP 3.4, 5.2.28; CMPP 3.0, 8.7.1). Providers write the first with and without its E.
_WRITTEN = re.compile(r"([A-Z]{2}):?0*([0-9]{1,5})")


def is_dead(code: str) -> bool:
    """Whether nothing sent to this number ever will arrive. `MK:0001`, `MK0001` and `mk:1` are one code."""
    written = _WRITTEN.fullmatch(code.strip().upper())
    return written is not None and f"{written[1]}:{int(written[2])}" in DEAD
