"""Where a Chinese document lists telephones and places without a label at each, and what looks like one and is none."""

from __future__ import annotations

import pytest

from tests.unit.plain_documents import said


def phones(text: str) -> list[str]:
    return [value for _, value in said(text, "phone")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("单位 | 联系电话\n城东街道 | 85551234\n城西街道 | 85551235", ["85551234", "85551235"]),
        (
            "街道\t地址\t电话\n东\t青年路8号\t85551234\n城西\t人民路9号\t85551235、85551236",
            ["85551234", "85551235", "85551236"],
        ),
        (
            "序号 | 单位 | 电话 | 1 | 甲 | 85551234 | 2 | 乙 | 85551235 | 3 | 丙 | 85551236",
            ["85551234", "85551235", "85551236"],
        ),
        ("各区咨询电话如下：\n城东区：85551234\n城西区：85551235、85551236\n", ["85551234", "85551235", "85551236"]),
        ("联系电话\n市医保中心\n85551234\n城东分中心\n85551235\n", ["85551234", "85551235"]),
        ("咨询电话：城东区85551234；城西区 85551235（王老师）。", ["85551234", "85551235"]),
        ("咨询电话：0285-5551234 李科长，5551235", ["0285-5551234", "5551235"]),
    ],
)
def test_a_label_holds_for_its_column_its_line_and_the_list_below_it(text: str, found: list[str]) -> None:
    assert phones(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "单位 | 传真\n城东街道 | 85551234\n城西街道 | 85551235",
        "单位 | 金额\n城东街道 | 85551234\n城西街道 | 85551235",
        "热线开通以来，共接听市民来电 3214567 人次。",
        "电话：见附件。收款账号：85551234",
        "联系方式，信用代码：85551234",
        "请拨打电话咨询，时间为20260301。",
        "全年热线受理诉求2555123件。",
        "咨询电话：见下表，邮编：610000。\n本市2025年新增就业 2555123 人。",
    ],
)
def test_a_count_a_code_or_a_day_near_the_word_telephone_is_none(text: str) -> None:
    assert phones(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("单位 | 办公地址\n城东街道 | 青年路8号二楼\n城西街道 | 人民路9号", ["青年路8号二楼", "人民路9号"]),
        ("符合条件的，到市政务服务中心二楼5号窗口提出申请。", ["市政务服务中心二楼5号窗口"]),
        ("申请人可前往城东区行政服务大厅（三楼）办理。", ["城东区行政服务大厅（三楼）"]),
        ("项目 | 注册地址\n甲 | 青年路8号\n乙 | 人民路9号", []),
        ("到2026年底，全市建成100个窗口。", []),
    ],
)
def test_a_place_is_read_in_its_column_and_where_a_reader_is_sent(text: str, found: list[str]) -> None:
    assert [value for _, value in said(text, "address")] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("登录市人社局网上办事大厅（hrss.example.gov.cn）申请。", [("apply", "hrss.example.gov.cn")]),
        ("可在政务服务网（网址：https://zwfw.example.gov.cn/a）在线办理。", [("apply", "https://zwfw.example.gov.cn/a")]),
        ("名单详见市住建局网站（http://zjj.example.gov.cn/）公示。", [("info", "http://zjj.example.gov.cn/")]),
        ("材料发至邮箱zwb@example.gov.cn。", []),
    ],
)
def test_an_address_on_the_net_is_where_something_is_done_or_read(text: str, found: list[tuple[str, str]]) -> None:
    assert said(text, "url") == found
