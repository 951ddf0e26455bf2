"""What Chinese officials ask of a reader, and who else acts: the words by which a limit is the reader's or an office's."""

from __future__ import annotations

import re

_COMMENT = re.compile(r"反馈|意见|建议|来信|来函|反映")
_PAY = re.compile(
    r"缴纳|缴清|付清|缴费(?!基数|工资)|缴交|补缴|预交|预缴|交清|付款|清缴|缴税|汇缴|缴存(?!基数|比例|单位|职工|账户|人|额|状态)|交纳|缴付|足额缴|缴到|缴至|缴款|缴足"
)
_REGISTER = re.compile(
    r"申请|申报|报名|提交|报送|递交|上传|填报|预约|申领|投递|参保|投保|(?<!产)登记(?!备案|之日)|投稿|受理|填写|推荐|自荐|报考|送至|寄至|发至|报至|送交|交至"
)
_ACT = re.compile(
    r"购买|签订|签约|网签|签署|确认|报告|年报|领取|使用|核销|认购|报到|注册|整改|办理|换领|换发|激活|搬离|搬迁|自查|注销|迁移|转移|撤离"
    r"|结算|兑换|接种(?!证)|体检|领证|选房|选岗|打印|下载|续签|续期|年检|年审|核验|认证|调整(?!为|标准)|更换|拆除|腾退|清理|改正"
    r"|驶离|移除|清除|腾空|撤场|退订|退票|改签|换证|申办|开户|签收|交付"
)
#: Sending papers that were asked for is an act within a procedure; asking for something is an application.
_APPLY_WITHIN = re.compile(
    r"申请(?!人|材料|单位|表|书|条件|资格|受理|主体|日)|申报(?!人|单位|材料)|报名|参保(?!人|单位|地|关系)|提出|申领(?!人)|听证|复议|诉讼|起诉|复核|异议|反映"
)
_COMMENT_WITHIN = re.compile(
    r"反馈|(?:填写的?)?(?:公众)?意见[表书][^,，。；;]{0,12}(?:提交|反馈|寄|发|送|交)|提出[^,，。；;]{0,6}意见|提意见"
)
_SENDS_APPLICATION = re.compile(r"(?:提交|递交|填写)[^,，。；;]{0,20}申请|办理[^,，。；;]{0,6}(?:参保|申报|申领|报名)")
_ACT_WITHIN = re.compile(
    r"提交|递交|补正|补齐|补交|签订|签署|续签|签约|报到|办理|备案|搬|腾退|退还|退回|交回|结清|领取|确认|迁出|迁入|迁移|迁回|购买|填写|报告|报送"
    r"|选房|提取|报销|激活|签注|履行|拆除|换领|注销|缴销|续期|换证|换发|延续|延期|开工|到岗|整改|改正|现场核验"
)
#: Offices first: 工作人员 is no 人员, 经办机构 no reader's.
_ACTOR = re.compile(
    r"(?P<office>工作人员|部门|机关|窗口|局|厅|委员会|政府(?!消费券|补贴|补助|购买|指导)|街道办|街道(?=应|须|要|负责|将|[、和及\d]|收到|受理|审|初|复|核|汇|组)|办事处|银行|法院|机构|中心|管委会|领导小组|各区|各县|各市|各镇|各街道|各地"
    r"|民政|财政|残联|村委|居委|幼儿园|院校|学校|责任单位|牵头单位|办公室|[镇乡]（街）|镇街|经办)"
    r"|(?P<reader>业主委员会|业委会|家长委员会|申请人|申请单位|申请主体|申报单位|申报人|申领人|职工|参保人|参保单位|缴存人|纳税人|个人|用人单位|所在单位|运营单位|建设单位|项目单位"
    r"|企业|家庭|您|当事人|利害关系人|你(?:方|公司|单位|们)?|购房人|购房者|业主|学生|新生儿|家长|经营者|本人|承租人|租赁人|持有人|持卡人|持证人|居民|保障对象|补贴对象|市场主体|公司|商户|考生"
    r"|毕业生|人员|老年人|残疾人|法人|社会(?:组织|团体|服务机构)|民办非企业|基金会|行业协会|商会|驾驶人|车主|机主|户主|权利人|所有权人|养犬人|摊主|投标人|供应商|清算组|受让人|竞得人|退役军|义务兵|近亲属|监护人|用户|(?:医疗|培训|养老|托育|服务|教育)机构|消费者|原告|被告|被申请人|申诉人|(?<!为)单位)"
)
#: An office that something is brought to does not act.
_BROUGHT_TO = re.compile(
    r"(?:向|对|(?<!达)到|至(?!少)|赴|前往|报(?!名|告|考)|经|(?<![所存现实])在|持|凭|送|与|登录)[^,，。；;：:]{0,24}$"
)
_ORDERED = re.compile(r"(?:通知|要求|告知|督促)(?:其|申请人|当事人|承租人)[^,，。；;]{0,6}$")
_DISPUTES = re.compile(r"(?:不服|有异议|持异议)的?[,，][^。；;]{0,24}$")
_OFFICE_MODAL = re.compile(r"(?!有关规|的规定|规定|文件)[^。；;]{0,14}(?:应|要|须|需|将|负责|于|在|按)")


def asked(words: str) -> str | None:
    """The deadline's role by the first thing that the words ask for."""
    first: tuple[int, str] | None = None
    for pattern, role in (
        (_COMMENT, "comment_deadline"),
        (_PAY, "payment_deadline"),
        (_REGISTER, "application_deadline"),
        (_ACT, "action_deadline"),
    ):
        found = pattern.search(words)
        if found and (first is None or found.start() < first[0]):
            first = (found.start(), role)
    if first and words.startswith("参保缴费", first[0]):
        return "payment_deadline"
    if first and first[1] == "action_deadline" and _SENDS_APPLICATION.match(words, first[0]):
        return "application_deadline"
    if first and first[1] == "application_deadline" and _COMMENT.search(words) and not re.search(r"报名|申请|申报", words):
        return "comment_deadline"
    return first[1] if first else None


def asked_within(words: str) -> tuple[str, int] | None:
    """(role, place) of the first thing that has to be done within a limit that runs from an event."""
    first: tuple[int, str] | None = None
    for pattern, role in (
        (_COMMENT_WITHIN, "comment_deadline"),
        (_PAY, "payment_deadline"),
        (_APPLY_WITHIN, "application_deadline"),
        (_ACT_WITHIN, "action_deadline"),
    ):
        found = pattern.search(words)
        if found and (first is None or found.start() < first[0]):
            first = (found.start(), role)
    if first and first[1] == "action_deadline" and _SENDS_APPLICATION.match(words, first[0]):
        return "application_deadline", first[0]
    return (first[1], first[0]) if first else None


def acts_for_reader(words: str) -> bool:
    """Do the words ask for an application, or for an entry in a register?"""
    return _REGISTER.search(words) is not None


def asks_act(words: str) -> bool:
    """Do the words ask for an act that is no application?"""
    return _ACT.search(words) is not None


def asks_payment(words: str) -> bool:
    """Do the words ask for a payment?"""
    return _PAY.search(words) is not None


def asks_application_or_payment(words: str) -> bool:
    """Is the first thing that the words ask for something that is sent in or paid?"""
    return asked(words[:24]) in ("application_deadline", "payment_deadline", "comment_deadline")


def actor(before: str) -> str | None:
    """Who acts last in the words: "office", "reader" or None. An office that something is brought to is passed over."""
    if _ORDERED.search(before) or _DISPUTES.search(before):
        return "reader"
    for found in reversed(list(_ACTOR.finditer(before))):
        kind = "office" if found["office"] else "reader"
        clause = re.split(r"[,，。；;：:]", before[: found.start()])[-1]
        if kind == "office" and _BROUGHT_TO.search(clause):
            continue
        return kind
    return None


def office_must(before: str) -> bool:
    """An office is told to do something by then: "各区民政部门应于"."""
    for found in _ACTOR.finditer(before):
        if found["office"] and _OFFICE_MODAL.match(before, found.end()):
            clause = re.split(r"[,，。；;：:]", before[: found.start()])[-1]
            if not _BROUGHT_TO.search(clause):
                return True
    return False
