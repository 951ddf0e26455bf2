"""What each feature of a group says, in logits: `python -m bench.classes --fit`, on documents that people have read.

Fitted, not written: `is …` is how often people name that very word where it stands, beyond what else speaks for it.
"""

from __future__ import annotations

CHINESE = {
    "bare": -0.11, "base": -0.5, "brief": 0.09, "chain": 0.17, "chain twice": 0.45, "common": -0.62, "does": 0.29,
    "does twice": -0.06, "early": 0.13, "firm": -0.84, "firm gets": 0.12, "firm must": 0.87, "firm of": -0.3,
    "firm often": 0.48, "firm sum": -0.44, "firm title": 0.06, "for": 0.09, "full": 0.64, "gets": 0.16, "gets twice": -0.39,
    "given": 0.44, "helped": -0.27, "item": 0.37, "kinds": 1.43, "late": -0.72, "long": -0.52, "must": 0.19, "of": 0.93,
    "of twice": 0.22, "office": -1.31, "often": 0.48, "precise": 0.47, "rivals": -0.46, "share": 0.38, "subject": 1.3,
    "sum": 0.33, "sum twice": 0.1, "title": 0.3, "to": 0.15, "vague": -1.28, "is 三孩家庭": 0.07, "is 业主": -0.11,
    "is 个人": -0.34, "is 个体工商户": -0.07, "is 主管部门": -0.17, "is 买方": -0.1, "is 事业单位": -0.35,
    "is 产权人": -0.08, "is 人才": 0.09, "is 人民政府": -0.43, "is 企业": 0.33, "is 企事业单位": -0.09, "is 低保家庭": 0.09,
    "is 儿童": -0.08, "is 军人": 0.13, "is 农村居民": 0.15, "is 医院": -0.12, "is 卖方": -0.08, "is 参保人": -0.07,
    "is 商业银行": -0.15, "is 国有企业": -0.12, "is 城镇居民": 0.08, "is 多子女家庭": 0.11, "is 多孩家庭": 0.06,
    "is 大学生": 0.09, "is 媒体": -0.17, "is 学校": -0.07, "is 家庭": -0.05, "is 就业人员": -0.07, "is 居民": 0.16,
    "is 居民委员会": -0.13, "is 居民家庭": -0.13, "is 市民": -0.24, "is 幼儿": -0.09, "is 建设单位": -0.08,
    "is 当事人": -0.12, "is 房地产开发企业": 0.09, "is 技能人才": 0.06, "is 教师": 0.05, "is 新市民": 0.08,
    "is 最低生活保障家庭": -0.09, "is 服务机构": 0.18, "is 未成年人": -0.07, "is 村民委员会": -0.06, "is 残疾人": -0.06,
    "is 残疾儿童": 0.11, "is 港澳居民": -0.05, "is 灵活就业人员": -0.1, "is 物业服务企业": 0.05, "is 特困人员": 0.1,
    "is 现役军人": -0.09, "is 用人单位": -0.11, "is 申请人": -0.49, "is 社会组织": -0.07, "is 租房家庭": -0.13,
    "is 管委会": -0.06, "is 缴存人": 0.05, "is 缴存单位": -0.05, "is 老年人": -0.07, "is 职工": 0.32, "is 购房人": 0.42,
    "is 退役军人": 0.08, "is 重点企业": 0.06, "is 金融机构": -0.13, "is 银保监局": 0.07, "is 镇人民政府": -0.08,
    "is 青年人才": 0.06, "is 非本市户籍人员": 0.17, "is 高层次人才": 0.24, "is 高校": 0.36, "is 高校毕业生": 0.36,
    "is 高等学校": -0.07,
}  # fmt: skip

ENGLISH = {
    "bare": -0.16, "base": 0.74, "common": -0.85, "early": 0.19, "firm": 0.31, "firm often": 0.56, "for": 0.47,
    "for twice": 0.13, "full": 0.47, "late": 0.13, "long": -0.15, "office": -0.29, "often": -0.05, "opening": 0.23,
    "opening twice": -0.11, "precise": 0.46, "rivals": -0.66, "share": 0.17, "subject": 1.16, "vague": -0.81, "who": 0.22,
    "who twice": 0.15, "is adults": 0.07, "is businesses": 0.06, "is children": 0.11, "is consumers": 0.05,
    "is councils": -0.08, "is customers": -0.14, "is employees": -0.14, "is employers": 0.06, "is families": -0.07,
    "is respondents": -0.07, "is students": -0.07, "is the public": 0.09,
}  # fmt: skip
