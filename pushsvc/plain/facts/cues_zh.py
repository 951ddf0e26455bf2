"""The roles that a Chinese day can play, and a table of the ways in which officials say which."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pushsvc.plain.facts.deadlines_zh import WINDOW_LABEL

Role = tuple[str, str | None]
PLAIN: Role = ("event_date", None)
#: A day until which a qualifying act counts: past when published it is a cutoff, else the end of a period.
QUALIFYING: Role = ("event_date", "qualifying")


@dataclass(frozen=True)
class Cue:
    """One way in which officials say what a day is. Every pattern that is given must hold, none of the `unless` may.

    `before` is searched in the words before the day (most patterns end where the day begins); `after` begins right behind it.
    """

    role: Role
    before: str = ""
    after: str = ""
    unless_before: str = ""
    unless_after: str = ""

    def holds(self, before: str, after: str) -> bool:
        """Do the words before and behind the day say this?"""
        return (
            (not self.after or re.match(self.after, after) is not None)
            and (not self.before or re.search(self.before, before) is not None)
            and not (self.unless_before and re.search(self.unless_before, before))
            and not (self.unless_after and re.search(self.unless_after, after))
        )


ISSUED: Role = ("event_date", "issued")
EVENT: Role = ("event_date", "event")
OLD: Role = ("event_date", "old_value")
PERIOD_START: Role = ("event_date", "period_start")
PERIOD_END: Role = ("event_date", "period_end")
IN_FORCE: Role = ("effective_date", "effective_from")
EXPIRES: Role = ("expiry", "valid_until")

_FORCE = r"(?:正式)?(?:起)?(?:施行|实施|执行|生效|启用|实行|试行)"
_NOTE = r"(?:[（(][^）)]{0,12}[）)])?"
#: Acts that make somebody one of those whom a rule is for.
QUALIFIES = (
    r"出生|生育|退休|毕业|购买|购房|签订|签约|网签|取得|办理|参保|入职|入学|入户|注册|登记|成立|参加工作"
    r"|搬迁|退役|退伍|缴存|缴纳|备案|竣工|开工|完成|投入|首次|新|已|未|享受|获得"
)
QUALIFYING_TIME = (
    r"(?:计算|认定|核算|统计|购房|购买|消费|网签|备案|签约|签订|出生|毕业|生育|缴存|参保|补助|补贴(?!申[请报]|受理))"
    r"(?:[^,，。；;申受截]{0,4})(?:时间|日期|期间)"
)
_HAPPENING = (
    r"(?:开学|放假|停水|停电|停气|检修|试鸣|公布|派位|抽签|评审|测试|复试|考核|上课|开馆|闭馆|开放|考试|笔试|面试|听证会?|会议"
    r"|活动|举办|举行|召开|开幕|摇号|培训|比赛|讲座|招聘会|体检|筛查|义诊|接种|采样|选房|演练|开奖|开标)"
)
_RULE_LIFE = (
    r"(?:有效期限?|实施期限?|执行期限?|施行期限?|政策期限|有效期间|执行时间|实施时间|政策时限|实施时限|有效时间|适用时间|适用期限?|执行期|有效)"
    r"[^。；;\n]{0,26}?(?:至|到|截至|截止到?|为|[:：]|-|—|~)\s?$"
)
_RULE_LIFE_NEAR = (
    r"(?<!报名)(?<!申请)(?<!申报)(?<!受理)(?<!提交)(?<!征集)(?<!缴费)(?<!反馈)(?:期限|时限)(?:暂定)?(?:至|到|截至"
    r"|截止到?)\s?$|(?:执行|施行|实施|有效|延续|延长|延期|顺延|实行|暂定)(?:期限?|时间)?(?:暂定)?(?:至|到|截至|截止到?)\s?$"
)

#: What a lone day is, in order of priority: the first cue that holds gives the role.
ALONE: tuple[Cue, ...] = (
    # The history of a rule: who adopted it, by which order it was made public, what it replaced.
    Cue(OLD, after=r"^\s?(?:起)?(?:延长|延期|延|顺延|推迟|提前|调整|变更|改)(?:至|到|为)"),
    Cue(
        OLD,
        before=r"原(?![则件始籍料因产文])(?:定|计划)?(?:于|为|在|截止)?[^,，。；;\d]{0,8}$",
        after=r"^[^。；;]{0,40}(?:延|推迟|调整|改|变更|取消)",
    ),
    Cue(OLD, after=r"^\s?[^。；;\n《]{0,24}(?:批准|发布|公布|印发|修订)[^。；;\n]{0,40}(?:同时)?废止"),
    Cue(EVENT, after=r"^\s?(?:经)?[^。；;\n《]{0,30}(?:会议|委务会)(?:审议)?(?:讨论)?(?:修订)?通过"),
    Cue(ISSUED, after=r"^\s?[^。；;\n《]{0,24}令\s?第?\s?\d{1,4}\s?号\s?(?:公布|发布|颁布)"),
    Cue(ISSUED, after=r"^\s?印发\s*$"),
    # When something happens, by its label.
    Cue(EVENT, before=rf"{_HAPPENING}(?:时间|日期)\s?[:：为是于定]{{0,2}}\s?$", unless_before=r"截止时间及[^,，。]{0,8}$"),
    # Its life.
    Cue(IN_FORCE, before=r"(?:施行|实施|生效|执行)(?:日期|时间)\s?[:：为是]\s?$"),
    Cue(EXPIRES, before=r"(?:失效|废止|终止|到期)(?:日期|时间)\s?[:：为是]\s?$"),
    Cue(IN_FORCE, after=rf"^\s?{_NOTE}(?:零时|0时|24时)?\s?(?:起|开始|以后|之后|后)?[,，]?\s?{_FORCE}"),
    Cue(
        EXPIRES,
        before=_RULE_LIFE,
        unless_after=r"^\s?(?:24时)?截止",
        unless_before=r"(?:申请|申报|报名|受理|提交)[^,，。；;]{0,12}(?:时间|日期|期限)[^,，。；;]{0,6}$",
    ),
    Cue(
        EXPIRES,
        before=r"(?:政策|措施|本活动|优惠)(?:执行|实施)?(?:时间|期限)?(?:截止|截至)(?:到|至|于|为)?\s?$",
        unless_before=r"申请|申报|报名|受理|提交|兑现",
    ),
    Cue(EXPIRES, before=_RULE_LIFE_NEAR, unless_before=rf"{WINDOW_LABEL}[^。；;]{{0,36}}$", unless_after=r"^\s?截止"),
    Cue(PERIOD_START, before=r"(?:不(?:得)?早于|最早(?:为|从|自))\s?$"),
    Cue(EXPIRES, before=r"^\s*至\s?$", after=r"^\s?止[,，]"),
    # What has to be begun or built by then to count; and since when something counts.
    Cue(
        PERIOD_END,
        before=r"(?:需|须|应|且|并)(?:在|于)\s?$",
        after=rf"^\s?{_NOTE}(?:底|末)?(?:以前|之前|前){_NOTE}(?:开工|竣工|完工|投产|建成|开业|开始[装改建施])",
        unless_before=r"(?:各[区县市镇地级]|局|部门|政府)[^,，。；;]{0,12}$",
    ),
    Cue(
        PERIOD_END,
        before=r"[,，、]\s?$",
        after=rf"^\s?{_NOTE}(?:底|末)?(?:以前|之前|前){_NOTE}(?:开工|竣工|完工|投产|建成|开业|交付)",
        unless_before=r"(?:各[区县市镇地级]|局|部门|政府|全[市区县省])[^。；;]{0,30}$",
    ),
    # "契税完税凭证日期不得晚于".
    Cue(
        QUALIFYING,
        before=r"(?:凭证|合同|发票|备案|网签|完税|证书|登记|签订|开票|证明)[^,，。；;]{0,8}(?:日期|时间)(?:均|都)?(?:应当?)?不(?:得|能|应)?(?:晚于|迟于|超过)\s?$",
    ),
    Cue(
        ("event_date", "event_end"),
        before=r"(?:服务|活动|开放|展出|展览|营业|开展|优惠|筛查|体检|检查|接种|义诊)(?:时间|日期|期限)[^。；;\n\d]{0,6}(?:即日|今日|发布之日)起?\s?(?:至|到|-|—)\s?$",
    ),
    Cue(
        ("event_date", "event_end"),
        before=r"(?<!有效)(?:持续|延续|进行)(?:至|到)\s?$",
        unless_before=r"(?:政策|补贴|补助|优惠|措施|奖励)[^,，。；;]{0,12}$",
    ),
    Cue(PERIOD_START, after=r"^\s?以来"),
    # "自2017年1月1日起取得证书".
    Cue(PERIOD_START, after=r"^\s?起(?:新|首次)?(?:取得|获得|购买|购置|签订|网签|入职|参保|注册|出生|毕业|退役)"),
    # Whom it is for: "2029年12月31日前退休的", "1979年1月1日（含当天）后出生".
    Cue(
        PERIOD_START,
        after=rf"^\s?{_NOTE}(?:及|\(含\))?(?:以后|之后|后)(?:含[\u4e00-\u9fff]{{1,3}})?[)）]?[,，]?[^,，。；;]{{0,24}}(?:{QUALIFIES}|发生)",
    ),
    Cue(
        PERIOD_START,
        after=r"^\s?起[^,，。；;]{0,14}(?:缴存|参保|购买|购房|签订|网签|出生|入职|注册|退休)[^,，。；;]{0,16}的(?!手续|申请)",
    ),
    Cue(
        QUALIFYING,
        after=rf"^\s?(?:日)?{_NOTE}(?:底|末)?及?(?:以前|之前|前)[^,，。；;]{{0,24}}(?:出生|退休|毕业|购买|签订|签约|网签|入户|开工|设立|成立|注册|入职|参保|开业|购置|竣工|建成|登记设立|登记在|登记(?=的|注册)|上牌|出厂|购入|购得|领取(?:营业)?执照|户籍在|户口在|迁入|落户|搬迁|迁移|离校|退伍|退役)[^,，。；;]{{0,24}}的(?!手续|申请)",
        unless_before=r"(?:请|应(?!为)|须(?!为)|务必)[^,，。；;]{0,6}$",
        unless_after=r"^[^,，。；;]{0,8}前已",
    ),
    # "2020年6月11日前，户籍在本区的适龄儿童".
    Cue(
        QUALIFYING,
        after=r"^\s?(?:以前|之前|前)[,，](?:户籍|户口|学籍|在[^,，。；;]{1,12}(?:购买|购房|落户|居住|参保|就业))[^,，。；;]{0,30}的",
        unless_before=r"(?:请|应当?|须|务必)(?:于|在)$",
    ),
    # "男青年征集年龄为2018年12月31日前年满18周岁".
    Cue(QUALIFYING, after=r"^\s?(?:当日|当天|止)?(?:以前|之前|前|时)?[,，]?(?:已)?年?满\s?\d{1,2}\s?(?:周?岁|[-—至~])"),
    Cue(PERIOD_END, before=rf"{QUALIFYING_TIME}[^,，。；;]{{0,6}}(?:截至|截止至?|至|到)\s?$"),
    # "工作年限计算截止日期为2026年12月31日", "年龄计算至".
    Cue(
        QUALIFYING,
        before=r"(?:年限|年龄|学历|学位|资历|业绩|工龄|工作经历|从业时间|社保|社会保险|缴费月数|缴存时间|户籍|积分|迁入|落户|入户|出生|毕业|购房|房产证?(?:登记|取得|办理)|产权(?:登记|取得)?)(?:的)?(?:计算|认定|统计|核算)?[^,，。；;\d]{0,8}"
        r"(?:截止|截至|计算)(?:日期|时间|日)?(?:均|统一)?(?:为|是|至|到|于|[:：])?\s?$",
        unless_before=r"(?:报名|申请|申报|受理|提交)[^,，。；;]{0,14}$",
    ),
    Cue(
        PERIOD_END,
        before=r"(?:日期|时间)[^,，。；;]{0,4}(?:在|为|于)\s?$",
        after=r"^\s?(?:以前|之前|前)[,，。；;)）]",
        unless_before=r"(?:截止|截至|报名|缴费|申请|申报|提交)[^,，。；;]{0,8}$",
    ),
    Cue(
        PERIOD_START,
        before=r"(?:登记|注册|签订|备案|网签|取得|购买|开票|入职|出生|毕业|成立)[^,，。；;]{0,6}(?:日期|时间)(?:须|应当?|需)?(?:为|是|在|于)\s?$",
        after=r"^\s?(?:[（(]含[^）)]{0,8}[）)])?及?(?:以后|之后|后)",
    ),
)
#: Acts that count when they fall in a period.
ACT_OF_READER = re.compile(r"购买|购房|购置|签订|签约|网签|出生|毕业|生育|缴存|首次|新(?:办|注册|招用|购)|转让|出售")
