"""A document about which a model is asked, and what good answers to it look like."""

from __future__ import annotations

import json
from typing import Any

from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Summary
from pushsvc.plain import summarise
from pushsvc.plain.by_model import Question, Reworded, question, reworded
from tests.unit.plain_documents import a_document

TEXT = (
    "锦江区居家适老化改造补贴现已开始申请。本区户籍60周岁以上老年人家庭可以申请居家适老化改造补贴，每户最高补贴3000元。"
    "申请截止时间为2026年3月31日，逾期不再受理。政策说明会于2026年4月10日在区政务服务中心举行。"
    "申请人应当携带身份证和户口簿到户籍所在地街道办事处提出申请。咨询电话：028-86651234。"
)
TITLE = "锦江区居家适老化改造补贴申请通知"
#: Which sentence of TEXT has what: the ids under which the model sees them.
WHO, UNTIL, MEETING, HOW, CALL = "s2", "s3", "s4", "s5", "s6"
EN_TEXT = (
    "You can apply for the home energy grant if you rent your home in Wales. The grant is up to £1,500. "
    "You must apply by 31 March 2026. A public meeting takes place on 10 April 2026. "
    "Send your application to grants@energy.example.uk. Call 0300 123 4567 if you have questions."
)


def a_reading(text: str = TEXT, title: str = TITLE) -> Reading:
    return a_document(text, title)


def sentence(text: str, *cites: str) -> dict[str, Any]:
    return {"text": text, "cites": list(cites)}


def an_answer(*sentences: dict[str, Any], **said: Any) -> dict[str, Any]:
    """A good answer about TEXT, with other sentences or lines where they are given."""
    good = [
        sentence("本区户籍60周岁以上老年人家庭可以申请居家适老化改造补贴。", WHO),
        sentence("每户最高补贴3000元。", WHO),
        sentence("申请截止时间为2026年3月31日，逾期不再受理。", UNTIL),
        sentence("申请人应当携带身份证和户口簿到户籍所在地街道办事处提出申请。", HOW),
        sentence("咨询电话：028-86651234。", CALL),
    ]
    return {
        "headline": "锦江区居家适老化改造补贴现已开始申请",
        "sentences": list(sentences) or good,
        "action": "请在2026年3月31日前携带身份证和户口簿到户口所在地街道办事处提出申请。",
        "short": "每户最高补3000元，3月31日前申请",
    } | said


def with_sentence(place: int, text: str, *cites: str) -> dict[str, Any]:
    """The good answer with another sentence at a place."""
    answer = an_answer()
    answer["sentences"][place] = sentence(text, *cites)
    return answer


def judged(answer: object, reading: Reading | None = None) -> tuple[Reworded, Summary, Question]:
    """What becomes of an answer, beside the summary by the rules and the question."""
    reading = reading or a_reading()
    summary = summarise(reading, {})
    asked = question(reading, summary)
    content = answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)
    return reworded(reading, summary, asked, content), summary, asked
