"""What each feature of a group says, in logits: `python -m bench.classes --fit`, on documents that people have read.

Fitted, not written: `is …` is how often people name that very word where it stands, beyond what else speaks for it.
"""

from __future__ import annotations

CHINESE = {
    "base": -0.42, "chain": 0.2, "chain twice": 0.45, "common": -0.64, "does": 0.34, "does twice": -0.06, "early": 0.17,
    "firm": -0.82, "firm gets": 0.1, "firm must": 0.82, "firm of": -0.32, "firm often": 0.49, "firm sum": -0.43,
    "firm title": 0.05, "for": 0.11, "gets": 0.19, "gets twice": -0.36, "given": 0.42, "helped": -0.24, "item": 0.4,
    "kinds": 1.42, "late": -0.67, "long": -0.49, "must": 0.25, "of": 0.94, "of twice": 0.21, "office": -1.4, "often": 0.42,
    "precise": 0.55, "rivals": -0.46, "share": 0.38, "subject": 1.22, "sum": 0.34, "sum twice": 0.12, "title": 0.29,
    "to": 0.18, "vague": -1.31, "is 三孩家庭": 0.06, "is 不动产登记机构": 0.06, "is 业主": -0.1, "is 个人": -0.33,
    "is 个体工商户": -0.08, "is 主管部门": -0.18, "is 买方": -0.09, "is 事业单位": -0.39, "is 二孩家庭": -0.05,
    "is 产权人": -0.09, "is 人才": 0.11, "is 人民政府": -0.45, "is 企业": 0.34, "is 企事业单位": -0.11, "is 低保家庭": 0.08,
    "is 保险集团（控股）公司": 0.05, "is 儿童": -0.07, "is 军人": 0.13, "is 农村居民": 0.14, "is 医疗机构": -0.05,
    "is 医院": -0.13, "is 卖方": -0.08, "is 参保人": -0.07, "is 商业银行": -0.16, "is 国有企业": -0.14, "is 城镇居民": 0.08,
    "is 多子女家庭": 0.1, "is 多孩家庭": 0.05, "is 大学生": 0.09, "is 媒体": -0.17, "is 学校": -0.07, "is 就业人员": -0.09,
    "is 居民": 0.16, "is 居民委员会": -0.14, "is 居民家庭": -0.15, "is 市民": -0.23, "is 幼儿": -0.09, "is 建设单位": -0.09,
    "is 当事人": -0.12, "is 房地产开发企业": 0.16, "is 技能人才": 0.05, "is 教师": 0.05, "is 新市民": 0.07,
    "is 最低生活保障家庭": -0.07, "is 服务机构": 0.16, "is 未成年人": -0.08, "is 村民委员会": -0.06, "is 残疾人": -0.06,
    "is 残疾儿童": 0.1, "is 消费者": -0.05, "is 港澳居民": -0.05, "is 灵活就业人员": -0.05, "is 物业服务企业": 0.06,
    "is 特困人员": 0.08, "is 现役军人": -0.1, "is 用人单位": -0.14, "is 申请人": -0.5, "is 社会组织": -0.08,
    "is 租房家庭": -0.14, "is 管委会": -0.06, "is 缴存人": 0.05, "is 缴存单位": -0.07, "is 老年人": -0.08, "is 职工": 0.33,
    "is 购房人": 0.41, "is 退役军人": 0.06, "is 重点企业": 0.05, "is 金融机构": -0.16, "is 银保监局": 0.06,
    "is 镇人民政府": -0.09, "is 青年人才": 0.06, "is 非本市户籍人员": 0.22, "is 高层次人才": 0.22, "is 高新技术企业": 0.06,
    "is 高校": 0.36, "is 高校毕业生": 0.33, "is 高等学校": -0.08,
}  # fmt: skip

ENGLISH = {
    "base": 0.49, "common": -0.9, "early": 0.19, "firm": 0.3, "firm often": 0.58, "for": 0.5, "for twice": 0.12,
    "late": 0.15, "long": -0.14, "office": -0.3, "opening": 0.34, "opening twice": -0.13, "precise": 0.61, "rivals": -0.63,
    "share": 0.2, "subject": 1.03, "vague": -0.81, "who": 0.3, "who twice": 0.16, "is adults": 0.07, "is businesses": 0.06,
    "is children": 0.12, "is consumers": 0.05, "is councils": -0.08, "is customers": -0.14, "is employees": -0.14,
    "is employers": 0.06, "is families": -0.07, "is respondents": -0.07, "is stakeholders": -0.05, "is students": -0.06,
    "is the public": 0.11,
}  # fmt: skip
