"""What a counted thing is: a time that an office takes, a term, a bar, a cap, a number of places, a penalty.

Tables that are read from above: the first cue that holds says the role.
"""

from __future__ import annotations

from collections.abc import Sequence

from pushsvc.plain.facts.cues import NOTHING, Cue

_CAP = (
    r"(?:不(?:得)?(?:超(?:过|出)?|多于|高于|长于)|最多|最长|至多|上限|(?:仅|只)限|只(?:可|能|得)|仅(?:可|能))"
    r"[^,，。；;\d]{0,10}$"
)
_FLOOR = r"(?:不(?:得)?(?:少|低|短)于|至少|最少|最低)[^,，。；;\d]{0,8}$"
_REACHED = (
    r"(?:达到?|超过|(?<![期届])满|大于|小于|不足|不满|未满|高于|低于"
    r"|连续(?:足额)?(?:正常)?(?:缴[存纳费]{0,2})?|累计(?:缴[存纳费]{0,2})?)[^,，。；;\d]{0,6}$"
)
_OFFICE = (
    r"审核|审批|办结|作出|做出|出具|发放|拨付|答复|告知|核实|核查|调查|受理|反馈|完成"
    r"|派发|到账|制发|送达|审查|批准|公示|推送|回复|领卡|组织|登记|转交|签发|寄出"
)
_TIMES = r"(?:办结|办理|审核|审批|承诺|法定)(?:办结|办理)?(?:时限|期限|时间)[^。]{0,4}$"
_WRONG = (
    r"诚信档案|黑名单|不良记录|上述行为|上述情形|取消[^,，。]{0,10}资格|虚假|弄虚作假|骗取"
    r"|失信|违规|违反|违法|伪造|套取|隐瞒|冒用|不实|作弊|处罚|追回|追缴|收回"
)

TIME_CUES: Sequence[Cue] = (
    # "24小时服务热线".
    Cue(NOTHING, after=r"^[\u4e00-\u9fff]{0,6}(?:热线|电话)|^值班"),
    Cue(
        "duration",
        before=r"(?:证|证书|报告|证明|卡|凭证|资格|结果|准考证|签注)[》”]?[^,，。；;\d《]{0,4}[,，]?有效期限?(?:为|是|[:：])?$",
    ),
    Cue("threshold", before=r"有效期限?(?:在|为)?$", after=r"^(?:及|（含）|\(含\))?以上"),
    Cue("threshold", before=r"近$", after=r"^的?(?:银行|社保|纳税|完税|缴费|工资|财务|流水|审计)"),
    Cue("duration", before=r"一签$"),
    Cue("duration", before=r"(?:停业|停产|停课|歇业)(?:整顿|整改)?[^,，。；;\d]{0,2}$"),
    Cue(
        "duration",
        before=r"(?:考试|笔试|面试|答题|测试|培训|施工|建设)(?:时间|时长|工期)(?:为|共|约|[:：])?$",
        unless=r"#(?:及|（含）|\(含\))?以[上下]",
    ),
    Cue(
        "entitlement",
        before=r"每(?:人每)?[月年周天日](?:可|可以)?(?:提供|享受|安排)$",
        after=r"^的?(?:居家|上门|免费|养老|护理|照护|服务)",
    ),
    Cue("processing_time", after=r"^(?:之?内)?(?:办结|办毕|审结)"),
    # "在20年内每人每年得到600元", "较去年延长一个月".
    Cue("duration", following=r"^之?内[,，]?每[人户]?每?[年月]"),
    Cue("increment", before=r"(?:时间|期限)[^,，。；;\d]{0,4}(?:较|比)[^,，。；;\d]{0,6}延长$", after=r"^$"),
    Cue("processing_time", before=r"(?:初审|审核|复核|审批|复审|评审)(?:时间|时限|期限|工作)?(?:为|[:：]|不(?:得)?超过)$"),
    Cue("duration", before=r"(?:券|红包|核销|使用)[^,，。；;\d]{0,4}有效期限?(?:为|是|[:：])?$"),
    Cue(NOTHING, before=r"(?:有效期限?|施行期限?|试行期限?|执行期限?)[^,，。；;\d]{0,4}$"),
    Cue(
        "penalty",
        sentence=_WRONG,
        following=r"^(?:之?内)?[^,，。]{0,6}(?:不得|不予|不再|禁止|取消|限制|享受|不能)",
        unless=r"(?:未满|不满|不足|满)#",
    ),
    Cue("penalty", before=r"(?:取消(?!费)|暂停|禁止|停止)[^,，。]{0,16}$", unless=r"(?:后|日起|满)#"),
    # A column of a table.
    Cue("duration", heading=r"(?:年限|期限|时长)$", before=r"^$", after=r"^$", unless=r"#."),
    Cue("penalty", head=r"(?:处分|处罚|禁考|禁赛|停考|惩戒)[^。]{0,6}(?:期|时间)"),
    Cue("duration", after=r"^的?(?:居家|集中|健康|医学)[\u4e00-\u9fff]{0,6}(?:监测|隔离|观察)"),
    Cue("limit", after=r"^(?:之|以)?内(?:有效)?的?核酸"),
    Cue("threshold", before=r"(?:房龄|车龄|楼龄|工龄)[^,，。；;\d]{0,6}$"),
    Cue("limit", following=r"^的?[,，]超(?:过|出)部分"),
    Cue("limit", before=r"(?:延长|放宽|推迟|延后)[到至][^,，。；;\d]{0,20}$", unless=r"#(?:及|（含）|\(含\))?以上"),
    Cue("limit", after=r"^(?:之|以)?内[^,，。]{0,6}(?:不得|不能|不允许|不可|不准|禁止|只能|仅|不予|不再|限)"),
    # "断缴在3个月（含）以内的，视为连续".
    Cue(
        "limit",
        before=r"(?:中断|断缴|断开|间断|补缴|拖欠|逾期|缺勤|离境|空置)[^,，。；;\d]{0,12}$",
        after=r"^(?:之|以)?内的?|^以下的?",
    ),
    # Since when somebody has been out of school, in business, at home again: who may ask.
    Cue(
        "threshold",
        before=r"(?:毕业|离校|退役|退伍|(?:登记)?注册|创办|成立|创业|刑满释放|归国|回国|落户|出生|生育|引进)(?:后|之后|满)?$",
        after=r"^(?:之|以)?内(?![,，]?(?:向|到|可|应|须|需|按|提出|提交|申请))",
        unless=r"日起",
    ),
    Cue(
        "threshold",
        before=r"(?:网签|签订|签约|登记|备案|取得|购买|缴纳|办理|参加工作|入职|落户|竣工|交付|结清)[^,，。；;\d]{0,8}(?<!自)满?$",
        after=r"^后[,，]?",
        unless=r"[自从]|每隔",
    ),
    Cue("duration", before=r"持续(?:时间)?(?:约|共|为)?$", after=r"^(?:左右)?$", unless=r"连续|以[上下]|至少|不少|已持续"),
    Cue("duration", before=r"(?:停水|停电|停气|停运|停业|封闭|断水|考试|笔试|活动)(?:约|共计?|时长|持续)?(?:为|共)?$"),
    Cue("duration", before=r"分$", after=r"^(?:逐年|平均|等额)?(?:发放|支付|兑现|拨付|给付|到位|缴|还|摊)"),
    Cue("duration", before=r"(?:用|利用|力争用|通过)$", after=r"^(?:左右)?的?时间"),
    # "自登记当月起，在3年内按每户14400元依次扣减".
    Cue(
        "duration",
        sentence=r"(?:日|月|年)起[,，]?在?$",
        following=r"^(?:之|以)?内[,，]?(?:按|依次|每年|免征|减征|免|减|给予|逐年|分期|继续|享受|定额)",
    ),
    Cue("duration", before=r"公示(?:期限?|时间|期间)?(?:[为是共:：]|不(?:得)?[少低短]于|至少)*$"),
    Cue(
        "processing_time",
        before=r"(?:办结|办理|审核|审批|承诺|法定|处理|受理|到账|发放)(?:办结|办理|办件)?(?:时限|期限|时间|工作日|时长)[^,，。；;\d]{0,4}$",
    ),
    Cue("processing_time", heading=_TIMES, before=r"^[^,，。]{0,6}$"),
    Cue("processing_time", head=_TIMES, before=r"^[^,，。]{0,6}$"),
    Cue(
        "processing_time",
        before=r"(?:等待|需要?|约|延长)$",
        after=rf"^(?:左右)?[^,，。]{{0,6}}(?:{_OFFICE}|$)",
        unless=r"公示|缴",
    ),
    Cue(
        "duration",
        before=r"(?:(?:贴息|补贴|资助|租赁|租住|合同|服务|贷款|培训|过渡|保障|优惠|免租|活动|建设|试用|聘)(?:期限?|年限|时间)|为期|时长)[^,，。；;\d]{0,6}$",
        unless=r"满|不得|超过|最长|不少|不足|#(?:及|（含）|\(含\))?以[上下]",
    ),
    Cue("threshold", before=r"(?:保留|留存|留足|预留)[^,，。；;\d]{0,4}$"),
    Cue(
        "duration",
        before=r"(?:连续|持续)$",
        following=r"^(?:之|以)?内?[,，]?(?:每[年月人]{1,3})?(?:给予|发放|享受|补贴|补助|资助|予以)",
    ),
    Cue(
        "entitlement",
        before=r"(?:减免|免收|免除|减收|免)(?:当年|其|全部)?$",
        after=r"^的?(?:房屋)?(?:租金|房租|物业费|费用|利息|学费|社会?保险?费)",
    ),
    Cue("threshold", after=r"^(?:之|以)?内(?:有|曾)?[^,，。；;]{0,40}(?:旅居史|接触史|行程史|居住史)"),
    Cue("duration", before=r"(?:支付|计发)$", after=r"^$"),
    Cue(
        "duration",
        before=r"(?:补贴|资助|贴息|奖励|发放|享受)$",
        unless=r"最长|最多|不超|#的?(?:[\u4e00-\u9fff]{0,4}假|带薪)",
    ),
    Cue(
        "threshold",
        before=r"(?:近|(?<!期满)(?<!届满)(?<!到期)前|过去|最近)$",
        after=r"^(?:之?内|[^,，。]{0,12}(?:毕业|缴|未|无|连续|考核|获|均|被))",
        unless=r"[次每当]月前#",
    ),
    Cue("threshold", before=r"(?:如|若|凡|但)(?:在|于)?$", after=r"^之?内[^,，。]{1,24}的$"),
    Cue("threshold", before=r"(?:日|月|时|申请|购房|出让)之?前(?:连续|累计)?$", unless=r"[次每当]月前#"),
    Cue("limit", before=_CAP),
    Cue("threshold", before=_FLOOR),
    Cue("threshold", before=_REACHED),
    Cue("threshold", after=r"^(?:及|（含）|\(含\))?以[上下](?!罚|有期|拘|徒)"),
    Cue(
        "processing_time",
        following=rf"^之?内[,，]?[^,，。]{{0,16}}(?:{_OFFICE})",
        sentence=r"部门|机关|机构|窗口|银行|街道|镇|局|中心|受理|审核|公示|结束|通过",
        unless=r"申请人|个人|企业|单位应",
    ),
    Cue(
        "entitlement",
        after=r"^的?(?:[^,，。内]{0,8})(?:补贴|补助|津贴|贴息|免租|生活费|产假|假期|护理假|育儿假|奖励假|失业保险金)",
    ),
    Cue(
        "entitlement",
        after=r"^的[^,，。]{0,18}(?:工资|可支配收入|养老金|生活费|租金|保障标准|基本养老)",
        sentence=r"补|标准|领取|发|给|享受|奖",
        unless=r"缴|不(?:得)?低于|超过|保留|提供|近|前",
    ),
    Cue("entitlement", before=r"(?:产假|年休假|陪产假|护理假|育儿假|婚假|奖励假|假期|失业保险金|最长领取)[^,，。；;\d]{0,6}$"),
    Cue(
        "entitlement",
        before=r"(?:[再另可]|额外)?(?:增加|增发|延长|享受|发放|补发)$",
        sentence=r"(?:产|婴|孩|胎|流产|婚)[^。；;]{0,30}$",
        after=r"^(?:的?[产假津]|$)",
    ),
    Cue("entitlement", head=r"(?:产假|津贴|假期|休假)[^。]{0,6}(?:天数|标准|期限)?[:：]?$", before=r"^[^,，。；;\d]{0,8}$"),
    Cue(
        "entitlement",
        before=r"(?:标准|工资|养老金|生活费|保障金|收入)的?$",
        after=r"^的?(?:标准)?(?:发放|计发|发给|支付|给予|计算发放)",
    ),
    Cue("duration", after=r"^的?[^,，。\d]{0,6}(?:等待期)"),
    Cue("duration", after=r"^的?(?:过渡期|公示期?|宽限期|免租期|服务期|培训|试用期|缓冲期)"),
    Cue("duration", before=r"每$", after=r"^(?:一签|一次|一换|核|复)"),
    Cue("duration", before=r"可提前$"),
    Cue("requirement", before=r"(?:(?<!申)请|须|需|应当?|至少)提前$"),
    Cue("requirement", before=r"提前$", after=r"^(?:书面|以书面形式)?(?:通知|告知|报告|公告|预约|预订|申请|报备|向|告)"),
    Cue("duration", before=r"提前$"),
    Cue(
        "duration",
        before=r"(?:期限|为期|时长|期|连续|延长)(?:为|是|共)?[^,，。；;\d]{0,4}$",
        unless=r"到期|期满|届满|定期|日期|逾期|分期|期(?:超过|未满|不足|达到?|不满)",
    ),
)
AREA_CUES: Sequence[Cue] = (
    Cue("area", after=r"^(?:左右)?为主"),
    # How much somebody may build or hold: "每户用地面积不得超过120平方米".
    Cue(
        "limit",
        before=r"面积[^,，。；;\d]{0,6}(?:不(?:得)?(?:超过|大于|高于)|控制在|最大|最高|上限)[^,，。；;\d]{0,8}$",
        unless=r"购买|购房|所购|住房面积|#[^,，]{0,4}的|原则上",
    ),
    Cue("area", before=r"面积[^,，。；;\d]{0,10}$"),
    # "距离林地边缘30米范围内", "周边100米内": how near a rule still holds.
    Cue(
        "threshold",
        before=r"(?:距离?|周边|周围|边缘|外延|外围|四周|两侧|半径)[^,，。；;\d]{0,10}$",
        after=r"^(?:的?(?:范围|区域))?[以之]?内|^范围",
    ),
    Cue("area", before=r"(?:购买|所购)[^,，。；;\d]{0,4}$", after=r"^(?:[（(]含[）)])?以[上下]"),
    Cue("limit", before=_CAP),
    Cue("threshold", before=_FLOOR),
    Cue("threshold", before=_REACHED),
    Cue("threshold", after=r"^(?:及|（含）|\(含\))?以[上下]"),
)
#: Electricity, water and gas: the bands of a price that rises, and what some get free.
DRAWN_CUES: Sequence[Cue] = (
    Cue("entitlement", before=r"(?:减免|免费|补贴|补助|设置|给予|优惠|赠送|享受)[^,，。；;\d]{0,6}$", unless=r"超过"),
    Cue("entitlement", after=r"^的?(?:免费)"),
    Cue("increment", before=r"(?:增加|提高|上浮|追加)[^,，。；;\d]{0,6}$"),
    Cue(
        "threshold",
        sentence=r"(?:[档级]|阶梯|用[电水气]量|电量|水量|气量|用[电水气]|每[户月年人])[^。；;]{0,60}$",
        unless=r"(?:库容|供水能力|日供|装机|总量|总用水量|全[市县区年])",
    ),
    Cue("threshold", before=_FLOOR),
    Cue("limit", before=_CAP),
)
#: How often something may be done: "每年可提取一次", "每人限报1次".
TIMES_CUES: Sequence[Cue] = (
    Cue("entitlement", before=r"(?:享受|提供|进行|安排)$", after=r"^的?免费"),
    Cue("limit", before=r"可(?:以)?(?:申请)?(?:延期|延长|续期|续签|补考|补正|更换|变更|修改|调换|展期|续租|顺延)$"),
    Cue("threshold", before=_FLOOR),
    Cue("limit", before=_CAP),
    Cue(
        "limit",
        before=r"每(?:[人户家月年天日周套]|个?(?:月|季度|学期|家庭|自然年度?)|年度|季度|自然年度?)(?:只能|仅能|可以?|限|最多|只可)?(?:享受|申请|提取|领取|申领|办理|使用|参加|兑换|申报|报销|免费[\u4e00-\u9fff]{1,4})?$",
        unless=r"应|须|需|至少|每年(?:组织|开展|进行|举办)",
    ),
    Cue(
        "limit",
        before=r"(?:每[人户家月年天日周套餐次车证]){1,3}(?:只|仅|限|最多)?(?:计|补|发放?|领取?|报|享受|抽取?|预约)?$",
        unless=r"应|须|需|至少|组织|开展",
    ),
    Cue("limit", before=r"(?:只能|仅能|限|仅可|只可)[^,，。；;\d]{0,8}$", unless=r"期限|年限|权限|不限"),
)
#: What one may choose: "选择1所学校", "限报1个岗位".
_CHOICE = r"(?:选择|选报|填报|报考|报名|限报|兼报|申报|选)$"
COUNT_CUES: Sequence[Cue] = (
    Cue("threshold", before=r"不(?:得)?低于[^,，。；;\d]{0,40}[加减]$"),
    # "招聘岗位：窗口人员10名", a list under "招聘岗位及人数".
    Cue(
        "quota",
        head=r"(?:招聘|招录|招收|招募|选聘|遴选|引进|岗位)[^。；;:：]{0,8}(?:岗位|人数|计划|名额|职位|数量)[^。；;:：]{0,6}[:：]?$",
        after=r"^(?:$|[（(])",
    ),
    Cue(
        "quota",
        heading=r"(?:招聘|招录|招收|招募|选聘|遴选|引进|岗位)[^。；;:：]{0,8}(?:岗位|人数|计划|名额|职位|数量)[^。；;:：]{0,6}[:：]?$",
        after=r"^(?:$|[（(])",
    ),
    Cue("threshold", before=r"(?:合格|最低|录取|控制|入围|及格)(?:分数)?(?:分|线)+(?:为|是|[:：])?$"),
    Cue("quota", head=r"^[^。；;]{0,4}(?:岗位|职位)[:：]?$", before=r"^[^,，。；;\d]{2,10}$", after=r"^$"),
    Cue(
        "limit",
        before=r"每(?:人|户|单|笔|次|家|车|证|天|日)[^,，。；;\d]{0,6}(?:可以?(?:使用|领取|享受|申领|兑换|核销|购买|补贴|申报)"
        r"|限|最多|仅|只)[^,，。；;\d]{0,12}$",
        unless=r"以上|至少",
    ),
    # What offices set out to reach is nobody's bar.
    Cue(NOTHING, sentence=r"(?:力争|到\s?20\d\d年)[^。；;]{0,60}$"),
    Cue(NOTHING, before=r"(?:满分|总分|分值)(?:为|是|共|[:：])?$"),
    Cue(
        "limit",
        before=_CHOICE,
        after=r"^[^,，。；;]{0,14}(?:学校|幼儿园|园|岗位|职位|志愿|专业|项目|单位|科目|点|类别|奖项|平台|机构|方式)",
        unless=r"作为|试点|开展|组织",
    ),
    Cue(
        "quota",
        before=r"(?:名额|指标|招聘|招收|招录|计划招|计划|拟招|招生|录取|岗位|配租|推出|提供房源|发放|前)[^,，。；;\d]{0,10}$",
        unless=r"不超|最多|以前|目前|年前|日前|提前|上限|至多|封顶",
    ),
    Cue(
        "quota",
        before=r"(?:至少|不少于)?(?:安排|提供|推出|拿出|设置|设立|投放|筹集|供应)(?:至少|不少于|约)?$",
        after=r"^[^,，。；;\d]{0,6}(?:指标|名额|岗位|学位|床位|房源|席位|工位)",
    ),
    Cue("threshold", after=r"^(?:及以上)?(?:为)?(?:合格|及格)"),
    # Who sits in a hearing: "消费者：10名", "参会人员30名，其中消费者16人", a list under "听证会参加人构成".
    Cue(
        "quota",
        before=r"(?:消费者|经营者|利益相关方|专家|学者|专家学者|旁听人员?|旁听席?|新闻媒体|媒体|记者|人大代表|政协委员|社会组织|政府(?:相关)?部门|其他人员"
        r"|参加人|参会人员|听证人|听证代表|代表|委员会?)(?:代表|人员|人)?(?:总数)?(?:为|共|计|[:：（(])?$",
        after=r"^(?:$|[（(、,，。；;)）])",
        sentence=r"听证|参加人|旁听|消费者|经营者",
    ),
    Cue(
        "quota",
        head=r"(?:消费者|经营者|利益相关方|专家|学者|旁听人员?|新闻媒体|记者|人大代表|政协委员|社会组织|其他人员|听证会?参加人)(?:代表|人员)?[:：]$",
        before=r"^$",
    ),
    Cue(
        "quota", before=r"(?:预约|报名|招募|接种|投放|招生|参训|培训|招聘|录取|受助)(?:总)?(?:人数|名额|数量)(?:为|共|[:：])?$"
    ),
    Cue("quota", after=r"^[^,，。；;、\d]{0,8}(?:疫苗|号源|消费券)", clause=r"摇号|预约|投放|供应|发放"),
    Cue("quota", before=r"(?:参加人|参会人员?|代表|名额|旁听)[^,，。；;\d]{0,6}(?:总数|总人数|人数)(?:为|共|[:：])?$"),
    Cue("quota", before=r"(?:[一二三特]等奖|优秀奖|优胜奖|提名奖)$"),
    Cue("quota", before=r"每(?:期|班|批次?)(?:培训|招收|招生|限|招)?(?:约)?$"),
    Cue(
        "quota",
        before=r"(?:选聘|遴选|评选|招募|聘用|引进|选调)[^,，。；;\d每]{0,14}$",
        after=r"^$",
        unless=r"不超|最多|至多|至少|不少|以[上下]|每",
    ),
    Cue("quota", before=r"(?:限额|名额|限量)(?:为|[:：])?$"),
    Cue("quota", after=r"^(?:房源|学位|床位|名额|指标)$"),
    Cue("quota", before=r"(?:套型|户型|居室|居)$", sentence=r"房源|配租|配售"),
    Cue("limit", before=_CAP),
    Cue(
        "limit",
        before=r"(?:每人|每户|每个?家庭|每套)?(?:仅|只|限)[^,，。；;\d]{0,8}$",
        unless=r"期限|下限|时限|(?<!每)年限|权限|有限|不限|无限|局限|只有|只要",
    ),
    Cue("threshold", before=_FLOOR),
    Cue("threshold", before=_REACHED, unless=r"不满意"),
    Cue("threshold", after=r"^(?:及|（含）|\(含\))?以[上下]"),
    Cue("quota", before=r"(?:招收|招生|招录|招聘)[^,，。；;]{0,8}\d+个?班(?:级)?$"),
    Cue("quota", before=r"共(?:投放|发行|补助|补贴|发放|安排|计划|招录|支持|资助|奖励|提供|设)[^,，。；;\d]{0,6}$"),
    Cue("entitlement", before=r"(?:享受|获得|提供|赠送)$", clause=r"免费|优惠|补贴"),
    Cue(
        "quota",
        before=r"(?:共|共计|合计|总计|共有)[^,，。；;\d]{0,6}$",
        clause=r"房源|公寓|住房|名额|岗位|学位|床位|指标|职位|人才公寓",
    ),
    # "吸纳3人至5人的".
    Cue("threshold", after=r"^的$"),
)
MULTIPLE_CUES: Sequence[Cue] = (
    Cue("fine_multiple", after=r"^(?:以[上下])?[^,，。]{0,12}(?:罚|罚款)"),
    Cue("fine_multiple", clause=r"罚|处.{0,10}$|超出过渡期|逾期", before=r"[^,，。]*$", unless=r"标准的"),
    Cue("limit", before=_CAP),
    Cue("threshold", after=r"^以[上下内]"),
    Cue("threshold", before=r"不(?:得)?低于[^,，。；;\d]{0,8}$"),
    Cue("multiple", before=r"(?:的|为|按|标准|金额|余额|工资|收入|租金)[^,，。；;\d]{0,4}$"),
)
