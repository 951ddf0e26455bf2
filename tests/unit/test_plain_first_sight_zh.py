"""How officials write what a reader has to know: wordings met at first sight of notices that nobody had read before."""

from __future__ import annotations

import pytest

from tests.unit.plain_documents import facts_of

HEAD = "某市某局关于某某工作的通知\n"
#: What a reader has to do by when, in the ways in which officials say it.
LAST_MOMENTS = (
    (
        "请有意向参加听证会的报名者,于2025年6月5日下午17:30时前到县发改委报名或电话报名。",
        "deadline",
        "application_deadline",
        "2025-06-05",
    ),
    ("请于2025年6月5日17时30分之前将报名表发送至邮箱。", "deadline", "application_deadline", "2025-06-05"),
    ("报名材料须在6月5日(周四)下午5:30分前送达我局。", "deadline", "application_deadline", "2025-06-05"),
    (
        "适龄儿童家长携带户口簿、房产证原件及复印件于6月29日至7月1日到所属街道办事处办理入学通知书。",
        "deadline",
        "action_deadline",
        "2025-07-01",
    ),
    (
        "持入学通知书、户口簿、预防接种证,于7月6日至7月8日到片区内小学注册报名。",
        "deadline",
        "application_deadline",
        "2025-07-08",
    ),
    ("随迁子女:7月6日至7月8日到居住地所在街道办事处登记领取入学通知单。", "deadline", "application_deadline", "2025-07-08"),
    ("未按时办理的,于8月27日至29日到教育局办理,由学校安排补报。", "deadline", "action_deadline", "2025-08-29"),
    ("符合条件的老年人请于6月1日至30日持身份证到所在社区申请。", "deadline", "application_deadline", "2025-06-30"),
    ("①6月9日至12日携带户口簿、学籍号到区教育局基教室登记;", "deadline", "application_deadline", "2025-06-12"),
    ("新生于6月9日至12日到校报到。", "deadline", "action_deadline", "2025-06-12"),
    (
        "诚邀社会各界就“十五五”民政事业发展规划提出意见和建议。\n一、活动时间\n即日起至2025年6月30日。\n二、征集内容\n养老服务。",
        "deadline",
        "comment_deadline",
        "2025-06-30",
    ),
    ("现面向社会公开征集意见建议。\n一、征集时间\n即日起至2025年6月30日。", "deadline", "comment_deadline", "2025-06-30"),
    ("为做好规划编制,现开展建言献策活动。\n一、征集时间\n2025年5月20日—6月30日", "deadline", "comment_deadline", "2025-06-30"),
    ("征询意见的起止时间:2025年6月1日-2025年6月30日。如有意见请反馈我局。", "deadline", "comment_deadline", "2025-06-30"),
    ("征求意见时间自公告之日起至2025年6月30日止。", "deadline", "comment_deadline", "2025-06-30"),
    ("意见反馈截止时间为:2025年6月30日。", "deadline", "comment_deadline", "2025-06-30"),
    ("征求意见期限为自公告发布之日起30日。", "deadline", "comment_deadline", "P30D"),
    ("公示期为30天,自发布之日起30日内如有意见请书面反馈至县自然资源局。", "deadline", "comment_deadline", "P30D"),
    ("阅海小学报名时间为7月11日。", "deadline", "application_deadline", "2025-07-11"),
    ("报名时间:2025年6月15日上午8:30-11:30,下午14:00-17:00。", "deadline", "application_deadline", "2025-06-15"),
    ("报名时间定于6月15日(星期日)全天。", "deadline", "application_deadline", "2025-06-15"),
    ("集中缴费期为2025年9月1日至12月31日。", "deadline", "payment_deadline", "2025-12-31"),
    ("缴费时间从2025年10月1日开始,到2025年12月31日结束。", "deadline", "payment_deadline", "2025-12-31"),
    ("城乡居民须在2025年12月31日前缴清下一年度医保费。", "deadline", "payment_deadline", "2025-12-31"),
    ("2026年度城乡居民医保参保缴费工作已启动,12月31日截止。", "deadline", "payment_deadline", "2025-12-31"),
    ("集中缴费截止到12月31日,逾期不再办理。", "deadline", "payment_deadline", "2025-12-31"),
    ("集中参保缴费期延长至2026年2月28日。", "deadline", "payment_deadline", "2026-02-28"),
    ("申报截止到2025年6月30日17:00,以系统提交时间为准。", "deadline", "application_deadline", "2025-06-30"),
    ("线上申报时间:即日起至6月30日。线下受理时间:6月10日至7月10日。", "deadline", "application_deadline", "2025-06-30"),
    ("本次补贴申报期为6月1日—6月30日,过期不予受理。", "deadline", "application_deadline", "2025-06-30"),
    ("申请期限:2025年5月25日起至2025年6月30日止,逾期视为放弃。", "deadline", "application_deadline", "2025-06-30"),
    ("各企业务必在6月30日下班前完成网上申报。", "deadline", "application_deadline", "2025-06-30"),
    ("申请截止:2025年6月30日", "deadline", "application_deadline", "2025-06-30"),
    ("有意参加者,请在6月30日以前与县就业局联系报名。", "deadline", "application_deadline", "2025-06-30"),
    ("报名截止时间\n2025年6月30日18:00", "deadline", "application_deadline", "2025-06-30"),
    ("报名从即日开始,6月30日结束。", "deadline", "application_deadline", "2025-06-30"),
    ("受理时间:2025年6月3日至2025年6月30日(工作日)", "deadline", "application_deadline", "2025-06-30"),
    (
        "申请人应于2025年6月30日前通过“浙里办”提交申请,逾期未提交的视为自动放弃。",
        "deadline",
        "application_deadline",
        "2025-06-30",
    ),
    ("资金有限,先到先得,受理至2025年6月30日止。", "deadline", "application_deadline", "2025-06-30"),
    ("符合条件的毕业生最迟可在2025年6月30日提出申请。", "deadline", "application_deadline", "2025-06-30"),
    ("网上报名自6月16日9:00开始,至6月30日17:00结束。", "deadline", "application_deadline", "2025-06-30"),
    ("报名起止时间:6月20日—6月30日,每天上午9:00—11:30,下午3:00—5:30。", "deadline", "application_deadline", "2025-06-30"),
    ("请尚未认证的人员于6月30日前完成资格认证,逾期将暂停发放待遇。", "deadline", "action_deadline", "2025-06-30"),
    ("消费券须在6月30日24:00前使用,逾期作废。", "deadline", "action_deadline", "2025-06-30"),
    ("中签人员请于6月30日前到售楼部签订购房合同,逾期视为放弃。", "deadline", "action_deadline", "2025-06-30"),
    ("请车主于6月30日前自行驶离,逾期将依法拖移。", "deadline", "action_deadline", "2025-06-30"),
    ("养犬人应当在2025年6月30日前到辖区派出所办理犬只登记。", "deadline", "action_deadline", "2025-06-30"),
    (
        "公办小学\n8月19日—21日\n学区生到房产对应学校报名,学校上传信息。\n8月25日\n学校发放录取通知书。",
        "deadline",
        "application_deadline",
        "2025-08-21",
    ),
    ("6月13日8时至15日18时,我市将启动疫苗摇号登记。", "deadline", "application_deadline", "2025-06-15"),
    ("6月10日至6月15日,开放网上报名系统,逾期不补。", "deadline", "application_deadline", "2025-06-15"),
    ("6月15日18时停止登记后,系统自动摇号。", "deadline", "application_deadline", "2025-06-15"),
    ("网上报名6月15日17:00停止报名。", "deadline", "application_deadline", "2025-06-15"),
    (
        "新生儿自出生之日起60日内通过户口所在地的社区办理参保登记手续,缴纳当年度费用。",
        "deadline",
        "application_deadline",
        "P60D",
    ),
    ("消费券使用期限为自领取之日起7天,逾期作废。", "deadline", "action_deadline", "P7D"),
    ("使用截止时间为从投放当日开始计算的7个自然日,逾期作废。", "deadline", "action_deadline", "P7D"),
    ("申请时间为自公告发布之日起30个工作日。", "deadline", "application_deadline", "P30D"),
    ("公开征求意见时间:自发布之日起30天。", "deadline", "comment_deadline", "P30D"),
    ("本公示发布之日起10个工作日内将填写的公众意见表提交给建设单位。", "deadline", "comment_deadline", "P10D"),
    ("湖里区预约登记时间是7月28日至7月31日;海沧区是7月28日到8月2日。", "deadline", "application_deadline", "2025-08-02"),
    ("A组报名时间为6月10日至6月15日;B组为6月16日至6月20日。", "deadline", "application_deadline", "2025-06-20"),
    ("应在证书批准日期12个月内提出申请。", "deadline", "application_deadline", "P12M"),
    ("需于发证日期12个月内申请技能提升补贴。", "deadline", "application_deadline", "P12M"),
    ("6月20日—30日,家长根据招生公告内容,进行幼儿园报名、资格审核等。", "deadline", "application_deadline", "2025-06-30"),
    (
        "7月15日前,办理新生入园登记,适龄儿童法定监护人持户口簿到幼儿园办理新生入园登记。",
        "deadline",
        "action_deadline",
        "2025-07-15",
    ),
    ("各幼儿园新生报名时间统一确定为8月13日。", "deadline", "application_deadline", "2025-08-13"),
    (
        "为便于组织实施,请于2025年6月9日前,携带户口簿、退休凭证、低保证明(外来媳需提供结婚证、配偶户口簿)到户籍所在居村妇联登记,过期不受理。",
        "deadline",
        "application_deadline",
        "2025-06-09",
    ),
    (
        "请于6月9日前持身份证、毕业证、学位证、就业报到证原件及复印件各一份到县人社局308室报名。",
        "deadline",
        "application_deadline",
        "2025-06-09",
    ),
    ("符合条件的退役士兵须在6月9日前,凭退役证到户籍地退役军人服务站办理登记。", "deadline", "action_deadline", "2025-06-09"),
    (
        "一、公示时间\n2025年5月24日至2025年6月23日,公示期30日。\n三、意见反馈\n公示期内,任何单位和个人均可通过邮寄信件等方式提出意见及建议。",
        "deadline",
        "comment_deadline",
        "2025-06-23",
    ),
    ("公示时间:2025年5月24日至6月23日。公示期间,欢迎社会各界提出宝贵意见。", "deadline", "comment_deadline", "2025-06-23"),
    ("8月15日前,符合要求的困难职工子女、农民工子女均可申报助学金。", "deadline", "application_deadline", "2025-08-15"),
    ("2025年12月31日前,符合条件的毕业生可向户籍地人社局申请补贴。", "deadline", "application_deadline", "2025-12-31"),
    (
        "参检的市级社会组织应于2025年6月30日前登陆网上完成年度工作报告书的填写、报送工作。逾期系统将自行关闭。",
        "deadline",
        "action_deadline",
        "2025-06-30",
    ),
    (
        "有业务主管单位的于2025年6月30日前,将业务主管单位审核通过并盖章的确认页(《报告书》)扫描后上传至系统。",
        "deadline",
        "application_deadline",
        "2025-06-30",
    ),
    (
        "凡于2024年6月30日前在区民政局注册登记的各类社会组织,均应在6月15日前,到区行政服务局的民政窗口,依法参加年检。",
        "deadline",
        "action_deadline",
        "2025-06-15",
    ),
    ("社会团体应于6月30日前按以下程序和要求完成年检材料的填写和报送工作。", "deadline", "action_deadline", "2025-06-30"),
    (
        "请于2025年6月28日前将书面意见和建议以邮寄、传真或者电子邮件的方式送某市司法局。",
        "deadline",
        "comment_deadline",
        "2025-06-28",
    ),
    ("2025年12月31日前缴清契税的购房人,给予50%补贴。", "deadline", "payment_deadline", "2025-12-31"),
    ("请各用人单位于6月30日前完成网上申报。", "deadline", "application_deadline", "2025-06-30"),
    ("未完成年报的企业应在6月30日前补报,逾期列入经营异常名录。", "deadline", "action_deadline", "2025-06-30"),
    ("各经营主体应当于每年1月1日至6月30日,申报上一年年度报告,并向社会公示。", "deadline", "application_deadline", "2025-06-30"),
    (
        "市场主体应于每年1月1日至6月30日,通过国家企业信用信息公示系统(网址为http://ln.gsxt.gov.cn/),报送和公示上一年度的年报。",
        "deadline",
        "application_deadline",
        "2025-06-30",
    ),
    (
        "农民专业合作社应当在2025年5月1日至6月30日,通过法人一证通数字证书登录上海市企业信用信息公示系统向市场监督管理部门报送年度报告。",
        "deadline",
        "application_deadline",
        "2025-06-30",
    ),
    (
        "个体工商户,应当在即日起至6月30日,向高行市场监督管理所(东靖路1831号)报送纸质年度报告。",
        "deadline",
        "application_deadline",
        "2025-06-30",
    ),
    ("我县户籍的新生儿自出生之日起90日内办理参保登记及缴费。", "deadline", "application_deadline", "P90D"),
)

#: Days by which an office does something, or by which something had to be so: no last moment of a reader.
NO_LAST_MOMENTS = (
    ("6月9日至12日,区教育局到各学校开展学籍核查登记。", "2025-06-12"),
    ("市民政局将于6月9日至12日到各街道办事处检查低保申请办理情况。", "2025-06-12"),
    ("6月10日至6月15日,全市集中开展隐患排查登记工作。", "2025-06-15"),
    ("7月10日前,开展录取工作,并公布录取结果。", "2025-07-10"),
    ("各幼儿园于7月10日前制定招生方案,报县教育局备案。", "2025-07-10"),
    ("2025年3月1日前退休的人员参加本次调整。", "2025-03-01"),
    ("2025年12月31日前,全市企业可申请缓缴社会保险费。", "2025-12-31"),
    ("2025年12月31日前,各单位完成整改。", "2025-12-31"),
    (
        "扶持人口核定登记工作以各乡镇(街道)为单位进行,在11月15日前完成,登记结果向群众张榜公示,并于12月底前发放扶持资金。",
        "2025-11-15",
    ),
    (
        "扶持人口核定登记工作以各乡镇(街道)为单位进行,在11月15日前完成,登记结果向群众张榜公示,并于12月底前发放扶持资金。",
        "2025-12-31",
    ),
    ("2025年12月31日前签订合同的企业,给予补贴。", "2025-12-31"),
    ("各街道于6月30日前将汇总表报送区民政局。", "2025-06-30"),
    ("区民政局于6月30日前完成资格审核并发放补贴。", "2025-06-30"),
    ("市民政局每年1月1日至6月30日开展低保年审工作。", "2025-06-30"),
    ("教育局应于每年5月1日至6月30日组织招生登记。", "2025-06-30"),
)

#: Days on which something happens, begins to hold, or counts.
DAYS = (
    ("户口迁入时间截止2024年8月31日,监护人应为其父母。", "event_date", "cutoff", "2024-08-31"),
    ("儿童户籍迁入我区时间截止到2024年8月31日。", "event_date", "cutoff", "2024-08-31"),
    ("房产证登记时间截至2024年8月31日。", "event_date", "cutoff", "2024-08-31"),
    ("出生日期截止为2024年8月31日。", "event_date", "cutoff", "2024-08-31"),
    ("8月25日到金凤区教育局领取入学通知书。", "event_date", "event", "2025-08-25"),
    ("8月30日新生持通知书到校报到。", "event_date", "event", "2025-08-30"),
    (
        "公办小学\n8月19日—21日\n学区生到房产对应学校报名,学校上传信息。\n8月25日\n学校发放录取通知书。",
        "event_date",
        "event",
        "2025-08-25",
    ),
    ("特此公告。\n某县人民政府\n2025年5月20日", "event_date", "issued", "2025-05-20"),
    ("领取安排如下:\n6月12日:编号0001-1500号段人员;\n6月13日:编号1501-3000号段人员。", "event_date", "event", "2025-06-12"),
    ("证书于6月28日统一由邮政公司寄出,请注意查收。", "event_date", "event", "2025-06-28"),
    ("自2025年8月1日起,领取资格证书采取快递送达或现场领取两种方式。", "effective_date", "effective_from", "2025-08-01"),
    ("从2025年7月1日起,全市不动产登记通过“一窗受理”平台办理。", "effective_date", "effective_from", "2025-07-01"),
    ("一、预约时间\n2025年6月27日上午10:00开始。\n二、号源", "event_date", "application_open", "2025-06-27"),
    ("应征男青年年龄为2025年12月31日前年满18至22周岁。", "event_date", "period_end", "2025-12-31"),
    ("凡2025年8月31日前年满6周岁的儿童均可报名。", "event_date", "period_end", "2025-08-31"),
    ("定于6月22日凌晨1:00至6:00对人民路供水管道进行检修,届时停水。", "event_date", "event", "2025-06-22"),
    ("县发改局于2025年7月1日起调整县城供水价格。", "effective_date", "effective_from", "2025-07-01"),
    ("招生对象:2025年6月底前户籍在本镇的适龄幼儿。", "event_date", "period_end", "2025-06-30"),
    ("自2017年1月1日起取得初级职业资格证书。", "event_date", "period_start", "2017-01-01"),
    ("我公司定于2025年6月3日(星期二)15时,在某市公共资源交易中心,公开拍卖7处国有资产。", "event_date", "event", "2025-06-03"),
    ("筛查时间为即日起到6月12日结束。", "event_date", "event_end", "2025-06-12"),
    ("活动将持续到6月12日。", "event_date", "event_end", "2025-06-12"),
    ("本政策延续到2025年12月31日。", "expiry", "valid_until", "2025-12-31"),
    ("四、筛查时间:\n城厢社区预计2025年6月底\n五、筛查地点", "event_date", "event", "2025-06-30"),
    ("2025年5月23日,某区妇女两癌免费检查工作在区妇幼保健中心正式启动。", "event_date", "event", "2025-05-23"),
    ("2025年3月1日前毕业的学生可以报名。", "event_date", "cutoff", "2025-03-01"),
    ("自2025年6月16日开始接受听证会参加人、旁听人员报名。", "event_date", "application_open", "2025-06-16"),
    ("2025年12月31日前签订合同的企业,给予补贴。", "event_date", "period_end", "2025-12-31"),
    ("2024年6月30日前搬迁的水库移民为现状人口。", "event_date", "cutoff", "2024-06-30"),
    ("2024年7月1日以后搬迁的为原迁人口。", "event_date", "period_start", "2024-07-01"),
    ("凡于2024年12月31日之前领取营业执照的企业法人应当年报。", "event_date", "cutoff", "2024-12-31"),
    ("1.2025年5月11日前,户籍在本区的适龄儿童少年;", "event_date", "cutoff", "2025-05-11"),
    ("2.2025年5月11日前,在本区购买商品住宅的房屋产权人子女;", "event_date", "cutoff", "2025-05-11"),
    ("高邮市市场监督管理局\n二0一八年三月二十六日", "event_date", "issued", "2018-03-26"),
)

#: Sums, numbers and ages.
FIGURES = (
    ("收费标准为重点限制区每只犬第一年1000元,第二年起逐年500元。", "amount", "fee", "1000"),
    ("收费标准为重点限制区每只犬第一年1000元,第二年起逐年500元。", "amount", "fee", "500"),
    ("商超券包括30元、80元、120元三种面额。", "amount", "other", "80"),
    ("四价HPV疫苗预约人数为500人。", "quantity", "quota", "500"),
    ("本次培训招生人数为30人。", "quantity", "quota", "30"),
    ("年龄在35周岁以下、18周岁以上。", "age_range", "eligibility", "18-35"),
    ("年龄18周岁以上,45周岁以下。", "age_range", "eligibility", "18-45"),
    ("男35周岁以下、女18周岁以上。", "age_range", "eligibility", "-35"),
    ("男35周岁以下、女18周岁以上。", "age_range", "eligibility", "18-"),
    ("第二级每户每月用水量25m3以内,到户价格为5.65元/m3。", "amount", "fee", "5.65"),
    ("第二级每户每月用水量25m3以内,到户价格为5.65元/m3。", "quantity", "threshold", "25"),
    ("证件费、狗牌费合计50元左右。", "amount", "fee", "50"),
    ("80岁至89周岁老年人,每年生日慰问费100元。", "amount", "subsidy", "100"),
    (
        "二、补贴标准\n80-89周岁的老人,每人每月补贴30元;\n90-99周岁的老人,每人每月60元;\n100周岁以上的老人,每人每月300元。",
        "amount",
        "subsidy",
        "300",
    ),
    ("90--99周岁的老人每人每月60元。", "age_range", "eligibility", "90-99"),
    ("收费项目:体检费80元,工本费5元。", "amount", "fee", "80"),
    ("招聘会时间持续49天。", "quantity", "duration", "49"),
    ("某区斥资426.16万元,为全区60岁以上的老人免费体检。", "amount", "budget", "4261600"),
    ("省总工会共筹集助学金313万元,将向困难职工子女每人一次性发放5000元助学金。", "amount", "budget", "3130000"),
    ("省总工会共筹集助学金313万元,将向困难职工子女每人一次性发放5000元助学金。", "amount", "subsidy", "5000"),
    ("纳入扶持范围的移民在20年内每人每年将得到600元补助。", "quantity", "duration", "20"),
)

#: Where to go, to write, to ring, and what it rests on.
PLACES = (
    ("举报电话:12350、110。", "phone", "consult", "110"),
    ("投诉电话0571-88886666或12345。", "phone", "consult", "12345"),
    ("详见公告栏或登陆人事人才网www.hzhr.com查询。", "url", "info", "www.hzhr.com"),
    ("请登录人事人才网www.hzhr.com报名。", "url", "apply", "www.hzhr.com"),
    ("地址:荆州开发区管委会大院\n联系人:王先生", "address", "handle", "荆州开发区管委会大院"),
    ("将于6月8日在福州市东大路36号福建人才大厦3层举办招聘会。", "address", "event", "福州市东大路36号福建人才大厦3层"),
    ("请持本人身份证到饶河县发改局四楼定价业务办公室报名。", "address", "handle", "饶河县发改局四楼定价业务办公室"),
    (
        "书面意见送(或邮寄)至珠海市行政服务中心三楼市住建局服务窗口;信息反馈时需注明联系人。",
        "address",
        "apply",
        "珠海市行政服务中心三楼市住建局服务窗口",
    ),
    (
        "据《企业信息公示暂行条例》、《农民专业合作社年度报告公示暂行办法》规定:企业应当年报。",
        "legal_ref",
        "basis",
        "企业信息公示暂行条例",
    ),
)


def told(text: str, kind: str) -> list[tuple[str | None, str]]:
    """(role, value without its hour) of the facts of a kind in a notice of 20 May 2025."""
    found = facts_of(HEAD + text, kind, title="关于某某工作的通知", published="2025-05-20")
    return [(fact.role, str(fact.value).split("T")[0]) for fact in found]


@pytest.mark.parametrize(("text", "kind", "role", "value"), LAST_MOMENTS)
def test_a_readers_last_moment_is_known_however_officials_say_it(text: str, kind: str, role: str, value: str) -> None:
    assert (role, value) in told(text, kind)


@pytest.mark.parametrize(("text", "day"), NO_LAST_MOMENTS)
def test_what_an_office_does_or_what_had_to_be_so_is_no_last_moment(text: str, day: str | None) -> None:
    assert day not in [value for _, value in told(text, "deadline")]


@pytest.mark.parametrize(("text", "kind", "role", "value"), DAYS)
def test_a_day_has_the_role_that_its_words_prove(text: str, kind: str, role: str, value: str) -> None:
    assert (role, value) in told(text, kind)


@pytest.mark.parametrize(("text", "kind", "role", "value"), FIGURES)
def test_a_figure_is_what_its_words_say(text: str, kind: str, role: str, value: str) -> None:
    assert (role, value) in told(text, kind)


@pytest.mark.parametrize(("text", "kind", "role", "value"), PLACES)
def test_a_place_or_a_number_to_ring_is_found_as_printed(text: str, kind: str, role: str, value: str) -> None:
    assert (role, value) in told(text, kind)


def test_a_last_moments_hour_is_the_one_at_which_it_closes() -> None:
    said = facts_of(HEAD + "报名材料须在6月5日(周四)下午5:30分前送达我局。", "deadline", published="2025-05-20")
    assert [fact.value for fact in said] == ["2025-06-05T17:30"]
    open_all_day = facts_of(HEAD + "报名时间:2025年6月15日上午8:30-11:30,下午14:00-17:00。", "deadline", published="2025-05-20")
    assert [fact.value for fact in open_all_day] == ["2025-06-15"]
