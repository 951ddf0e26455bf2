"""What each feature of a group says, in logits: `python -m bench.classes --fit`, on documents that people have read.

Fitted, not written: `is …` is how often people name that very word where it stands, beyond what else speaks for it.
"""

from __future__ import annotations

CHINESE = {
    "bare": -0.07, "base": -0.27, "brief": 0.12, "chain": 0.06, "chain twice": 0.45, "coined": -0.21, "coined twice": -0.21,
    "common": -0.6, "does": 0.31, "early": 0.31, "firm": -0.78, "firm gets": 0.05, "firm must": 0.78, "firm of": -0.26,
    "firm often": 0.32, "firm sum": -0.46, "firm title": 0.08, "full": 0.71, "gets": 0.19, "gets twice": -0.28,
    "given": 0.4, "given twice": 0.12, "helped": -0.22, "helped twice": 0.11, "item": 0.44, "item twice": 0.11,
    "kinds": 1.39, "late": -0.78, "long": -0.46, "must": 0.14, "must twice": -0.27, "of": 0.92, "office": -1.33,
    "often": 0.42, "precise": 0.52, "rivals": -0.56, "share": 0.4, "subject": 1.24, "sum": 0.38, "title": 0.23, "to": 0.24,
    "to twice": -0.05, "vague": -1.28, "is 业主": -0.12, "is 个人": -0.4, "is 主管部门": -0.2, "is 买方": -0.1,
    "is 事业单位": -0.31, "is 二孩家庭": -0.06, "is 产权人": -0.09, "is 人才": 0.16, "is 人民政府": -0.43, "is 企业": 0.34,
    "is 企事业单位": -0.12, "is 低保家庭": 0.09, "is 借款人": -0.06, "is 儿童": -0.13, "is 养老服务机构": -0.06,
    "is 军人": 0.11, "is 农村居民": 0.13, "is 农民": 0.1, "is 农民工": 0.05, "is 医院": -0.17, "is 卖方": -0.08,
    "is 参保人": -0.08, "is 商业银行": -0.17, "is 国有企业": -0.14, "is 在职职工": -0.08, "is 城乡居民": 0.06,
    "is 城镇企业": 0.05, "is 城镇居民": 0.07, "is 多子女家庭": 0.22, "is 多孩家庭": 0.08, "is 大学生": 0.07,
    "is 媒体": -0.18, "is 孕产妇": 0.07, "is 就业人员": -0.07, "is 居民": 0.18, "is 居民委员会": -0.12,
    "is 居民家庭": -0.15, "is 市民": -0.26, "is 幼儿": -0.13, "is 当事人": -0.13, "is 户籍人员": 0.05,
    "is 房地产开发企业": 0.12, "is 技能人才": 0.08, "is 教师": 0.05, "is 新市民": 0.08, "is 新闻媒体": -0.08,
    "is 最低生活保障家庭": -0.09, "is 服务机构": 0.17, "is 未成年人": -0.07, "is 村民委员会": -0.05, "is 残疾人": -0.06,
    "is 残疾儿童": 0.11, "is 消费者": -0.05, "is 港澳居民": -0.05, "is 灵活就业人员": -0.14, "is 物业服务企业": 0.05,
    "is 特困人员": 0.08, "is 现役军人": -0.09, "is 用人单位": -0.07, "is 申请人": -0.48, "is 社会公众": 0.05,
    "is 社会组织": -0.07, "is 租房家庭": -0.12, "is 管委会": -0.08, "is 缴存人": 0.15, "is 缴存单位": -0.06,
    "is 职工": 0.21, "is 自然人": -0.06, "is 街道办事处": 0.05, "is 购房人": 0.43, "is 退役军人": 0.08, "is 重点企业": 0.07,
    "is 金融机构": -0.23, "is 银保监局": 0.05, "is 青年人才": 0.06, "is 非本市户籍人员": 0.17, "is 高层次人才": 0.24,
    "is 高校": 0.45, "is 高校毕业生": 0.44, "is 高等学校": -0.06,
}  # fmt: skip

ENGLISH = {
    "bare": -0.05, "base": 0.2, "brief": -0.17, "common": -0.88, "early": 0.35, "firm": 0.29, "firm often": 0.52,
    "for": 0.47, "for twice": 0.11, "full": 0.38, "long": -0.12, "office": -0.27, "often": 0.05, "opening": 0.35,
    "precise": 0.37, "rivals": -0.52, "share": 0.21, "subject": 1.41, "vague": -0.76, "who": 0.13, "who twice": 0.07,
    "is applicants": 0.05, "is businesses": 0.1, "is children": 0.07, "is consumers": 0.06, "is councils": -0.08,
    "is customers": -0.13, "is drug manufacturers": -0.05, "is employees": -0.14, "is employers": 0.09,
    "is families": -0.07, "is parents": 0.06, "is respondents": -0.07, "is students": -0.07, "is the public": 0.19,
}  # fmt: skip
