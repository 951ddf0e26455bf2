"""How a summary lies in the store."""

import json

from pushsvc.domain.summaries import Contact, Fact, Quote, Summary, Wording
from pushsvc.domain.summary_json import from_json, to_json


def test_a_summary_survives_the_store():
    summary = Summary(
        title="关于发放补贴的通知",
        language="zh",
        wordings={"zh": Wording("补贴", "可领补贴。", "补贴", "请申请。", {"amount": "500元"}, verified=False)},
        facts=(
            Fact("deadline", "2026-03-31", "3月31日", 3, 8, role="application_deadline"),
            Fact("amount", 500, "500元", 9, 13, unit="CNY", confidence=0.8),
        ),
        quotes=(Quote("可领补贴。", 0, 5),),
        contacts=(Contact("phone", "028-12345678"),),
        regions=("510100",),
        regions_inferred=True,
        unknown=("contact",),
    )

    assert from_json(json.loads(json.dumps(to_json(summary)))) == summary


def test_a_summary_of_nothing_but_words_survives_too():
    summary = Summary(title="", language="en", wordings={"en": Wording("", "", "")})

    assert from_json(to_json(summary)) == summary
