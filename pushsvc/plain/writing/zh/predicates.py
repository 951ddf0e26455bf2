"""Has a sentence that we tell a predicate of its own, and does it begin and end where a sentence does?"""

from __future__ import annotations

import re
from functools import lru_cache

#: What somebody may, must, gets, is or does, in the words of offices. Without one of these a row of names says nothing.
_VERB = re.compile(
    r"(?<![相供适响对反])应(?![届急用])|可(?!支配)|须|请(?!人)|需(?!求)|不|免|给予|予以|享受|按|由|(?<!行)为(?!老)|是(?!否)|有(?!关|效|限)|无(?!房户)|在|将(?!来)"
    r"|超|达|满|至|到|从|自|起|止|于|含|每|提高|降低|调|增|减|上浮|放宽|延长|取消|暂停|恢复|开[展通始放]|封闭|管制|禁|限|绕行|举[办行]|召开|招[聘收]|聘用|录[用取]|公[布示]|发[布放]|补[贴助缴办]?\d"
    r"|奖励?|申[请报领]|报[名考销]|办理|提[交供出取]|登[录陆记]|预约|领取|携带|带|凭|持|出示|缴|交|付|收[取费]?|退|返还|贷|租|买|购|落户|迁|参[保加]|就业|创业|毕业|出生|居住|工作|结算|支付|承担|负责|拨打|联系|咨询"
    r"|关注|注意|避|储|停|断|冲洗|检修|抢修|通行|采样|检测|接种|体检|考试|面试|笔试|录入|填|写|选|点击|进入|打开|扫|邮寄|送|参照|执行|实[行施]|施行|生效|适用|属于|包括|分为|分[别两三四五]|计[算入发]?|认定|认为|视|享有|能|会|占|[减免]征|征收|合并|成立|组织|接受|受理|有效期|共\d|\d[\d.]*\s?(?:万?元|[%％]|级)|审核|评|选择|签[订约]|使用|获|得|设|建|安排|投入|确定|启动|结束|截[止至]|：|:"
)
#: A row of names and counts: 教师资格证及近期2寸彩色照片2张, 支付周期，支付日期，身份证号码.
_NAMES = re.compile(
    r"[^，：]{2,30}(?:周期|日期|方式|号码|姓名|名称|事项|信息|材料|资料|证|证明|照片|复印件|原件|簿|表|书|\d[张份寸])(?:等)?(?:，|$)"
)
#: What is done with papers and words, though the sentence ends in their names.
_DONE = re.compile(r"[请应须可给不为是填按带交持凭]|上传|领取|查询|公布|发放|采用|提供|出示|鼓励|注明|最[多高]")
#: …的适龄儿童, …的销售收入: a name with its attribute; what is said of it stood behind it.
_A_NAME = re.compile(
    r"^(?![^，：]*(?:给予|享受|可|应|须|不|请|按|由|免|为|是|将|发放|提供|支付|提高|调整|增加|减|补|奖|负责))[^，：]*的[^的，：\d]{0,10}"
    r"(?:人|者|人员|职工|家庭|企业|单位|户|学生|毕业生|居民|老人|老年人|儿童|幼儿|青年|对象|收入|所得|费用|信息|资料|材料|情况|内容|房屋|住房)$"
)
#: 连续工作满1年, with nothing said of what follows from it.
_A_CASE = re.compile(
    r"^(?![^，：]*(?:可|应|须|不|请|给|享|免|为|是|得))[^，：]*(?:连续|累计)?[工缴居就从][作费纳住业事]?满[\d一二三四五六七八九十]+个?[年月日天]$"
    r"|(?:内|后|前|期|时)[^，]{0,2}未[^，]{1,6}$"
)
#: 不高于我市最高贷款额度: how much at most, of something that stood before.
_LEFT_OVER = re.compile(r"^(?:不[高低]于|不[多少]于|不得?超过)(?!\d)|^受益财政|^(?:一次性)?(?:等额|足额)")
#: 依法享受劳动就业, and the 权利 that closes the name stood behind a comma.
_OPEN_ENDED = re.compile(
    r"(?:依法|平等|同等)(?:享受|享有)(?![^，]*(?:权利?|权益|待遇|服务|政策|优惠|保障|补贴|便利|资格|保险))[^，]*$"
)


@lru_cache(maxsize=4096)
def is_whole(sentence: str) -> bool:
    """Does the sentence (without its full stop) say something of something: no row of names, no left-over, no open end?"""
    if _LEFT_OVER.search(sentence) or _OPEN_ENDED.search(sentence):
        return False
    if "：" in sentence[:14] or ":" in sentence[:14]:
        return True  # Behind a label a name is enough.
    if _A_NAME.match(sentence) or _A_CASE.search(sentence) or not _VERB.search(sentence):
        return False
    return bool(_DONE.search(sentence)) or bool(_NAMES.sub("", sentence + "，").strip("，"))
