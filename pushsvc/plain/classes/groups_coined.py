"""Groups that no list of ours has: words for people or firms that a Chinese document says again and again (用水单位, 家庭医生).

A document is cut at what is no part of a name: marks, and characters that join or govern (的, 在, 由, 应 …). A piece that
ends as a name of people or firms does, and that comes back, is one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from pushsvc.plain.classes.groups import words

#: A character that governs is part of a name in some words: 从业人员, 在校学生, 以上家庭, 未成年子女.
_CUT = re.compile(
    r"[^\u4e00-\u9fff]+|[的对向由和与及或为是将等该所被把到于按并且但则须应可不已无需属至使要凡每另让]|给予?"
    r"|以(?![上下内外])|在(?![职校编岗读])"
    r"|从(?![业事])|经(?![办营纪济])|有(?![限关])|未(?!成年)|本(?![市地科])|各(?!类)|其(?!他)"
)
_ENDS = (
    "人员", "对象", "家庭", "职工", "居民", "单位", "机构", "企业", "公司", "主体", "者", "户", "医生", "病人", "学生", "人才",
    "合作社", "组织", "学校", "驾驶人", "持有人", "承包人", "出租人", "申请人", "所有人", "使用人", "载体", "医师", "士兵",
    "军官", "学员",
)  # fmt: skip
#: Words of the machinery and phrases, by how they begin or end.
_MACHINERY = re.compile(
    r"^(?:工作|有关|相关|上述|前款|下列|责任|主管|监管|执法|经办|登记|审核|审批|审查|评审|鉴定|评估|委托|受托|任何|所在|全市|全省"
    r"|市级|区级|县级|县直|市直|区直|省直|成员|牵头|配合|实施|承办|主办|业务|发放|管理|行政|国家|国务院|政府|人民|申请|一般|主要"
    r"|其他|第三方|符合|依法|提供|加强|支持|鼓励|通过|包括|属于|组织|协调|指导|督促|进行|建立|完善|落实|开展|推进|提高|促进|规范"
    r"|有限|分支|书面|共同|以上|以下|我[市县区省]|接收|录用|[类级比])|(?:工作|管理|服务|执法|经办|监察|检查)人员$|(?:经办|监督|管理|审批|登记|征收|行政|仲裁|执法)机构$"
    r"|[账门开落入过分每本]户$|集体户$|有限公司$"
)
_NEVER = words("使用者 第三者 申请对象 保障对象 服务对象 补贴对象")
_OFTEN, _SHORT, _LONG = 2, 3, 9


def coined(text: str) -> Iterator[tuple[str, int]]:
    """(word, start) of each mention of a group that is a word of the document's own: it stands there so often by itself."""
    pieces = Counter(piece for piece in _CUT.split(text) if _SHORT <= len(piece) <= _LONG and piece.endswith(_ENDS))
    for piece, times in pieces.items():
        if times < _OFTEN or piece in _NEVER or _MACHINERY.search(piece):
            continue
        at = text.find(piece)
        while at >= 0:
            yield piece, at
            at = text.find(piece, at + len(piece))
