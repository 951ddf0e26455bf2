"""Does a Chinese sentence say something to a reader who sees no more than it and the sentence right before it?"""

from __future__ import annotations

import re
from functools import lru_cache

from pushsvc.plain.furniture import is_furniture
from pushsvc.plain.quick_patterns import Anywhere
from pushsvc.plain.writing.zh.clauses import Clause
from pushsvc.plain.writing.zh.predicates import is_whole
from pushsvc.plain.writing.zh.readers import says_of_whom

#: Files, formulas, numbers of documents, rows of points; a figure without a word that says what it is of.
_NO_SENTENCE = Anywhere(
    r"\.(?:pdf|docx?|xlsx?)|[≥≤＝=×*|]|→(?![^，。]*绕行)|样表|的(?:义务|权利|职责|内容|原则)$|联系人[:：]|信息来源|^[^，。]{0,12}[〔\[]\d{4}[〕\]]\d+号$|^\d(?![^，]*[每补]\S*元)[^，：为给]{0,30}$(?<!施行)(?<!执行)(?<!实施)|^(?:以及|或者|及|本单位)|分[）)]$|及其(?:监督)?管理$|^[^，：]{2,8}对象$"
    r"|^(?:已(?!婚)|具有|持有|取得|符合)(?![^，：]*的[^，：的]{2,8}(?:每|一)[年月])[^，：可应须给免]*$|^(?!.*(?:地址|寄))[^：]*邮编[:：]?\d{6}$|^(?:申请|申报|办理|申领|提交)[^，：可请]{0,24}$|^[^，：可应须请不给由]{0,16}申请[^，：可应须请不给由]{2,16}$"
    r"|^(?!.*[到在向至往于是为设：免可应须请费])[^，：]*\d+[^，：\d]{0,12}[室楼层号厅]$|^邮(?:编|政编码)|^(?:[^，：]{0,6}：)?[我本](?:办|局|委|院|校|单位|中心)对|^(?:到|至|自)?[\d年月日]+$|印发$|^(?:抄送|公开方式|主动公开|日期|浏览|来源|发布)|(?:清单|职责清单|一览表|汇总表|附件\d*)$|^标准[为是]：|^《[^》]*》(?:[（(][^（）()]*[）)])?$|[有获]补贴[!！]$"
)
#: What was cut out of a sentence, by what is wrong with it. A reader learns nothing from it, or the wrong thing.
_BROKEN = Anywhere(
    # It begins in a bracket, in the path of a form, or on a line that tells how to reprint the page.
    r"^[（(]|^“[^”]*”\s*[-—－>]|(?:转载|转发)[^，]*注明|第\d+号$"
    # No subject: 年龄在45周岁以下; 积分满150分.
    r"|^(?:年龄|年满|未满|已满|满\d)[^，：可应须需请凭持给免享不]*$|^[^，：可应须给]*分?满\d+分$"
    # By what or where something is done, and not what: 应当根据合同约定的任务; 可以通过服务平台; 应当在收费标准等方面.
    r"|(?:^|，)[^，：]{0,16}?(?:根据|按照|依据|结合)[^，]*(?:需要|任务|约定|职责|实际)$|[在就][^，]*等?方面$|等(?:原因|因素)$"
    r"|(?:可以?|应当?|须)(?:通过|登录)[^，申查办提报咨进交缴预]*(?:服务|信息|管理|政务)?(?:平台|系统|网站|小程序|公众号)$"
    # Half of a pair: 既可以到窗口办理; 不仅; 不再是.
    r"|(?:^|，)既(?!有|得|定|往)[^，]*$|(?:^|，)[^，]*(?:不仅|不再是|不只是)[^，]*$"
    # A case alone: 购买5套以上; and a rate without its verb: 标准按低保标准的1.6倍.
    r"|^[^，：可应须给为免达]{0,12}\d+[^，：\d]{1,6}(?:以上|以下|以内)$|^[^，：]*[准额]按[^，：给发确计执定缴支]*的[\d.]+倍$"
    # A name with its attribute: 转让住房取得的所得; 服役期间享受的津贴等其他待遇; 以儿童为对象的服务提供者.
    r"|^[^，：]*(?:取得|获得|发生|产生|享受|持有|拥有)的[^，：的\d]{1,16}$|^以[^，]*为[^，]*的[^，的]*(?:者|人|企业|机构|家庭|单位)$"
    r"|^[^，：为可应须给]*的(?=[^的，：]*\d)[^的，：到至从为达加减提降超过需缴付给补奖免收不可应须由是有]{2,24}(?<![元%％天日月年套次人个倍分度])(?<!返还|计算|计发|执行|支付|享受|报销|承担|征收|缴纳|缴费|发放)$"
    r"|(?:^|，)[^，：]{0,4}由[^，：]{2,10}(?:主导|负责|组织|管理|主办)的[^，：为可应须]{2,14}$"
    # A length of time where a sum is announced.
    r"|(?:额度|金额)：\d+个?[年月日]"
)
#: What nobody may do, one item of a list of offences: told alone, it reads as if it were done or allowed.
_OFFENCE = re.compile(
    r"^(?:未[^，的]{2,14}(?:即|就|擅自)|未按|擅自|侵占|挪用|虚构|骗取|套取|隐瞒|捏造|泄露|违规|非法|哄抬|散布|克扣|强制|恶意|捂盘|囤积|伪造)"
    r"(?!.*(?:不得|应|予以|由|可|须|罚|禁止|不予|取消|追|[\d一二三四五六七八九十]元))"
)
#: Words that point at what a reader does not see.
_POINTS_BACK = Anywhere(
    r"上述|在此期间|前款|前述|前项|前条|本条|此项|此类|此种|本款|本项|本类|(?<![应本])该(?!校|院|路段)|如下|下列|附件|附表|见附|详见|见下|同上|所称|所指|是指|所述|为准|略$|各项措施|本着"
    r"|^(?:条件：)?(?:拒不改正|逾期不改正|逾期仍|情节|造成严重|构成犯罪|有违法所得)"
    r"|以上(?=政策|条件|人员|材料|资料|规定|情形|标准|补贴|措施|内容|事项|费用|问题|时间|阶段|情况|奖)"
    r"|以下(?=条件|材料|资料|人员|情形|情况|方式|规定|标准|要求|简称|类型|事项|内容|问题|步骤|简|几)|^[一二三四五]是|^其余|^以上|第[一二三四五六七八九十\d]+[条款项]"
)
#: 审核通过的补贴申请名单: a name, and nothing said of it.
_NAME_ONLY = re.compile(r"的[^的，：\d]{1,24}$")
#: 报名时需提交户口本、经查验的接种证: 需 is a verb here.
_HANDS_IN = re.compile(r"[^，]{0,10}(?:需|请|要)(?:提交|提供|携带|带上?|出示|持)")
_ITS = Anywhere(r"(?:^|对|由|为|按|与|给|将)其(?!他|余|中|它|实|次)")
_UNFINISHED = Anywhere(
    r"(?:(?<!\d)时|[后起中]|(?<!以)上|(?<!\d日)前|(?<!日)内|期间|以及|或者?|并|和|与|及|的|外|等|如|(?<!行)为|是|按|由|在|对|包括|[、：:])$|(?:^|，)(?:期间)?(?:若|如)[^，]*$"
)
#: 应当以货币形式。 and 应当对…的使用、维护、管理。: how or of what, and not what is done.
_NOT_DONE = re.compile(
    r"(?:应当?|可以?|必须|须|不得)(?:对[^，]*的[^，的]{2,12}(?:人员|单位|个人|家庭|机构|企业)$|[^，]{0,8}以[^，]{1,16}(?:形式|方式|名义|标准|为主)|(?:对|就|将)[^，]*的[^，、的]{1,4}(?:、[^，、]{1,6})+|(?:根据|依据|按照|依照|遵循|结合)[^，]{2,30}(?:情况|规定|要求|标准|条件|约定|程序|因素))$"
)
_RULE = Anywhere(
    r"(?<![相供适响对反])应(?![届急用])|可(?!支配)|不得|须|请(?!人)|给予|予以|享受|免|是(?!否)|为(?!了|老)|元|[%％]|由|提高|负责|不"
)
#: 任何人不得扣押。: what, stood before, and was left out.
_OF_NOTHING = re.compile(
    r"^(?!.*(?:对|将|把|与|向))[^，]*(?:应当?|不得|予以)[^，]{0,14}(?:配合|扣押|拒绝|阻碍|实施|处理|协助|挪用|清偿|保密|存入[^，]{2,8})$"
)
#: 家庭已有2套住房。: a case, and not what holds in it.
_CASE_ONLY = re.compile(r"^[^，。]*(?:已有|拥有|名下有|认为是)[^，。应可须得给]*(?:，无论[^，]*)?$")
#: Without any of these words a sentence is only a name: 退役军人安置所需经费。
_TELLS = Anywhere(
    r"(?<![相供适响对反])应(?![届急用])|可(?!支配)|须|(?<![必急所])需(?!求)|请(?!人)|[不免还给享领按由为是有无停限缴交达超含予]|退[还回税出]|\d|：|申报|报名|办理|提交|登[录陆]|预约|领取|携带|拨打|提高|降低|上浮|增加|减少|延长"
    r"|放宽|取消|禁|封闭|管制|开通|实行|执行|支持|提取|使用|购买|迁[入出回]|落户|招聘|举[办行]|开展|受理|公[布示]|发[布放]|冲洗|检修|抢修|分为|属于|负责|没|未(?!成年|婚|来)|提醒|联系|咨询|调整|恢复|上线|启动|开始|结束|截止|鼓励|打击|承担|接受"
)
#: A sum, a share, a day or a clock: what a whole sentence is told for.
_FIGURE_OF = re.compile(r"\d[\d.,]*\s?(?:万?元|[%％]|[日号时点]|个?月|张|[:：]\d{2})")
_ONLY_DAYS = re.compile(r"[\d年月日号时分点天起止至到:：\-—~～（()）,，、.\s]+")
#: 日起至2025年…: its number stands in the line before.
_TORN = re.compile(r"(?:^|：)(?:[月日号](?=[起至前内])|至\d|以[内上下])|[\u4e00-\u9fff]\.[\u4e00-\u9fff]")
#: 某处，邮编100868: the end of an address, told alone.
_A_CODE = re.compile(r"(?!.*(?:地址|寄))[^：]*邮编[:：]?\d{6}$")
#: A heading that ran into the sentence, or a row of names of a form.
_OPENS_IN_A_BRACKET = re.compile(r"(?:条件|对象|时间)：[（(]")
#: 条件：发生的医疗费用 is no condition: it is what the sentence after it is about.
_NO_CONDITION = re.compile(
    r"条件：[我本](?:办|局|委|院|校|单位|公司|中心|市|县|区)[^，]{0,2}对|条件：[^，]*(?:发生|产生|取得)的[^，的]*(?:费用|所得|收入|支出)。?$"
)
_PAIRS = ("《》", "“”", "（）", "()", "〔〕")
#: Files, formulas, lines about the page; what no sentence of an office is, however whole it stands there.
_NOT_TOLD = Anywhere(
    r"\.(?:pdf|docx?|xlsx?)|[≥≤＝=×*|→]|样表|联系人[:：]|来源[:：]|信息来源|^(?:抄送|主动公开|来源|浏览)|\d{4}-\d{2}-\d{2}"
)
#: 缴费时间8月1日至…, 纳入低保范围的重残人员，…, 如有异议，您可…: whom or what it is about is named, if not by its first word.
_NAMES_IT = re.compile(
    r"[^，。\d]{2,14}(?:时间|日期|期限|标准|费用?)[\d为是]|[^，。]{2,24}的[^，。的]{0,8}(?:人|者|人员|家庭|职工|企业|单位|居民|对象|儿童|毕业生|户)(?:，|每[人户月年]|可|应|须|按|给予|免)"
    r"|[^，。]{6,}的，(?:一次性|再|另)?(?:给予|可|按|应|须|补贴|奖励|享受|不|每|免|予以)|[^。]*[您你]|[于自从]?\d{1,4}[年月][^，。]{2,30}，"
)


#: A run of clauses is tried with and without a frame, and again when it is made shorter.
@lru_cache(maxsize=2048)
def stands_alone(sentence: str, *, before: str) -> bool:
    """Does the sentence say something to a reader who sees no more than it and `before`, which stands right before it?"""
    bare = sentence.rstrip("。！!")
    if _POINTS_BACK.search(bare) or _UNFINISHED.search(bare) or (_ITS.search(bare) and not before):
        return False
    if _NO_SENTENCE.search(bare) or _NOT_DONE.search(bare) or _OF_NOTHING.match(bare) or _CASE_ONLY.match(bare):
        return False
    if _TORN.search(bare) or _A_CODE.match(bare):
        return False
    if _BROKEN.search(bare) or _OFFENCE.match(bare) or not _TELLS.search(bare) or not is_whole(bare):
        return False
    if "：" not in bare and Clause(bare, "main").names_people:
        return False
    if not before and not says_of_whom(bare):
        return False
    if bare.startswith("分别") and not re.search(r"[、和及]", before):
        return False  # Whose each figure is stands in the sentences before, or nowhere.
    if _NAME_ONLY.search(bare) and not _RULE.search(bare) and not _HANDS_IN.match(bare):
        return False
    return not is_furniture(bare) and all(bare.count(pair[0]) == bare.count(pair[1]) for pair in _PAIRS)


def stands_whole(sentence: str) -> bool:
    """Does a sentence that is told as it stands in the source, with nothing cut off, say by itself whom or what it is about?

    What is wrong with a piece of a sentence is not wrong with all of it: 符合条件的职工每月500元。 is as its office wrote it.
    """
    bare = sentence.rstrip("。！!")
    if _POINTS_BACK.search(bare) or _NOT_TOLD.search(bare) or is_furniture(bare) or _OFFENCE.match(bare):
        return False
    if _ONLY_DAYS.fullmatch(bare) or _TORN.search(bare):
        return False
    if not is_whole(bare) or ("：" not in bare and Clause(bare, "main").names_people):
        return False
    if bare.startswith(("其", "并", "且", "或", "但", "而", "分别")) or bare.endswith(("：", ":", "如", "为", "的")):
        return False
    if not (says_of_whom(bare) or _NAMES_IT.match(bare)) or any(bare.count(pair[0]) != bare.count(pair[1]) for pair in _PAIRS):
        return False
    return bool(_FIGURE_OF.search(bare))


def may_be_label(sentence: str) -> bool:
    """Does a sentence that says only for whom or when point at nothing that a reader does not see?"""
    bare = sentence.rstrip("。")
    ended = bool(re.search(r"\d|除外$|等$", bare)) or not _UNFINISHED.search(bare)
    return (
        ended
        and not _POINTS_BACK.search(sentence)
        and not (_OPENS_IN_A_BRACKET.match(sentence) or _NO_CONDITION.match(sentence))
    )
