"""What each feature of a group says, in logits: `python -m bench.classes --fit`, on documents that people have read.

Fitted, not written: `is …` is how often people name that very word where it stands, beyond what else speaks for it.
"""

from __future__ import annotations

CHINESE = {
    "base": 0.13, "chain": 0.12, "common": -0.65, "early": 0.19, "firm": -0.39,
    "item": 0.37, "late": -0.67, "office": -1.38, "often": 0.66, "precise": 0.37,
    "rivals": -0.71, "scopes": -0.15, "share": 0.9, "subject": 0.66,
    "title": 0.38, "vague": -1.14, "verb": 0.73, "verbs": 0.16,
    "is 不动产登记机构": 0.13, "is 业主": -0.33, "is 个人": -0.88, "is 个体工商户": -0.09,
    "is 主管部门": -0.45, "is 买卖双方": -0.13, "is 事业单位": -0.87, "is 产权人": -0.24,
    "is 人才": 0.51, "is 人民政府": -0.65, "is 企业": 0.86, "is 企事业单位": -0.47,
    "is 低保家庭": 0.2, "is 儿童": -0.26, "is 军人": 0.31, "is 劳动者": 0.05,
    "is 医疗机构": 0.06, "is 医院": -0.42, "is 华侨": 0.05, "is 卖方": -0.23, "is 博士": 0.1,
    "is 参保人": -0.36, "is 商业银行": -0.42, "is 国有企业": -0.37, "is 多子女家庭": 0.29,
    "is 多孩家庭": 0.09, "is 大学生": 0.36, "is 学校": -0.16, "is 学生": 0.14, "is 家庭": 1.2,
    "is 就业人员": -0.07, "is 就业服务机构": -0.1, "is 居民": 0.47, "is 市民": -0.65,
    "is 幼儿": -0.18, "is 建设单位": -0.25, "is 当事人": -0.32, "is 户籍人员": 0.25,
    "is 房地产企业": 0.58, "is 房地产开发企业": -0.06, "is 房地产经纪机构": -0.13, "is 承租人": -0.07,
    "is 技能人才": 0.22, "is 教师": 0.16, "is 新市民": 0.14, "is 服务机构": 0.36,
    "is 未成年人": -0.27, "is 来穗人员": -0.07, "is 残疾人": -0.26, "is 残疾儿童": 0.22,
    "is 消费者": -0.17, "is 港澳居民": -0.3, "is 灵活就业人员": -0.13, "is 特困人员": 0.21,
    "is 用人单位": -0.36, "is 申请人": -1.34, "is 监护人": -0.2, "is 硕士": -0.09,
    "is 社会公众": -0.08, "is 社会组织": -0.27, "is 租房家庭": -0.12, "is 税务部门": -0.14,
    "is 管委会": -0.3, "is 纳税人": 0.11, "is 经营者": 0.1, "is 缴存人": 0.1,
    "is 缴存单位": -0.09, "is 缴存职工": 0.18, "is 老人": -0.08, "is 老年人": -0.25,
    "is 职工": 1.09, "is 街道办事处": -0.15, "is 购房人": 0.85, "is 购房者": -0.33,
    "is 退役军人": -0.14, "is 重点企业": 0.17, "is 金融机构": -0.29, "is 镇人民政府": -0.2,
    "is 青年人才": 0.24, "is 非本市户籍人员": 0.6, "is 高层次人才": 0.67, "is 高校": 1.08,
    "is 高校毕业生": 0.64, "is 高等学校": -0.27,
}  # fmt: skip

ENGLISH = {
    "base": 0.1, "common": -0.72, "early": 0.35, "firm": 0.62, "late": 0.29,
    "office": -0.29, "often": -0.09, "precise": 0.45, "rivals": -0.41,
    "scope": 0.23, "scopes": 0.21, "share": 0.05, "subject": 1.16, "title": 0.08,
    "vague": -0.73, "verb": 0.33, "verbs": 0.07, "is applicants": -0.26,
    "is employees": -0.38, "is employers": 0.19, "is the public": 0.07,
}  # fmt: skip
